from __future__ import annotations

import runpy
import subprocess
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).resolve().parent
ENVS: dict[str, Any] = runpy.run_path(str(HERE.parent.parent / "scripts" / "envs.py"))
LINES = {
    "aiohttp-oldest": ("test_aiohttp.py", "test_aiohttp_layers.py", "test_aiohttp_requests.py"),
    "websockets-oldest": ("test_websockets.py",),
    "hishel-0": ("test_httpx_caches.py",),
    "hishel-1": ("test_httpx_caches.py",),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", LINES)
def test_older_lines(name: str, tmp_path: Path) -> None:
    """What is tested here of the newest version holds for the oldest, in an environment of its own."""
    if not ENVS["is_current"](name):
        pytest.skip(f"the environment is not made, or not current: python scripts/envs.py {name}")
    files = [str(HERE / file) for file in LINES[name]]
    command = [ENVS["python_of"](name), "-m", "pytest", "-q", "-p", "no:cacheprovider", "--basetemp", tmp_path / "t"]
    done = subprocess.run([*command, *files], cwd=HERE.parent.parent, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]
