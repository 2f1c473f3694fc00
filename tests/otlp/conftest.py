import sys
from pathlib import Path

# With --import-mode=importlib a helper module beside the tests is found only if its directory is on the path.
sys.path.insert(0, str(Path(__file__).parent))
