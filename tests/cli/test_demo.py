import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.slow
def test_the_demo_shows_what_the_example_cost(tmp_path: Path) -> None:
    """The example app runs on the real SDK, and report, failed calls and a retried trace are shown; nothing is left on."""
    done = subprocess.run(
        [sys.executable, "-m", "keeptabs", "demo"], capture_output=True, text=True, check=True, timeout=120
    )
    out = done.stdout
    assert "ticket 8:" in out
    assert "26 calls · 92 % ok" in out
    assert "400 content_policy_violation" in out
    assert "· attempt 2" in out
    assert "input, from cache" in out
    assert "keeptabs run python app.py" in out
    assert done.stderr == ""
