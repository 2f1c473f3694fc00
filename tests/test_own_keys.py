"""Our own scanner over our own repository: no key, and none in its history."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("what", [["."], ["--history"]], ids=["the tree", "the history"])
def test_this_repository_holds_no_key(what: list[str]) -> None:
    """Something was scanned, all of it could be read, and nothing was found."""
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("this is no clone")
    ran = subprocess.run(
        [sys.executable, "-m", "keeptabs", "scan", *what], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stderr) == (0, ""), ran.stdout + ran.stderr
    assert "no keys" in ran.stdout
    assert "scanned 0 files" not in ran.stdout
