import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.mark.slow
def test_the_benchmarks_run() -> None:
    """Every part of the benchmarks runs to its end; its figures are not looked at here."""
    command = [sys.executable, "benchmarks/run.py", "--quick"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    for part in ("chat", "unrelated", "import and install", "memory", "upload"):
        assert part in done.stdout + done.stderr
