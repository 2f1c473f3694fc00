"""Where helpers are imported from."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent))  # for alert_cases.py and the like
