"""The promise in other versions of the synchronous clients: what an application sees is the same with keeptabs."""

from __future__ import annotations

import json
import os
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).resolve().parent
ENVS: dict[str, Any] = runpy.run_path(str(HERE.parents[1] / "scripts" / "envs.py"))
NOT_OURS = ("KEEPTABS_", "OTEL_", "PYTHON")  # variables of the person who runs the tests

EXPECTED = [
    *(["requests", outcome, status] for outcome, status in (("ok", 200), ("rate_limited", 429), ("ok", 200))),
    *(["requests", outcome, status] for outcome, status in (("auth", 401), ("ok", 200), ("ok", 200))),
    *(["urllib3", outcome, status] for outcome, status in (("ok", 200), ("rate_limited", 429), ("ok", 200))),
    *[["urllib3", "ok", 200]] * 5,
    ["urllib3", "cancelled", 200],
    *[["http.client", "ok", 200]] * 2,
]


def played(python: Path, *arguments: str) -> Any:
    """What the driver tells in a process of its own."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith(NOT_OURS)}
    command = [str(python), str(HERE / "drive_sync.py"), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, env=environ, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["this", "sync-oldest"])
def test_the_same_with_and_without(name: str, tmp_path: Path) -> None:
    """Every answer is what it was, and every request that reached the provider is one call in the ledger."""
    if name != "this" and not ENVS["is_current"](name):
        pytest.skip(f"the environment is not made, or not current: python scripts/envs.py {name}")
    python = Path(sys.executable) if name == "this" else ENVS["python_of"](name)
    without, with_it = played(python), played(python, str(tmp_path / "ledger.db"))
    assert with_it["notes"] == without["notes"]
    calls, faults = with_it["recorded"]
    assert [call[:3] for call in calls] == EXPECTED
    assert len(calls) == with_it["asked"] == without["asked"]
    assert all(call[3] for call in calls if call[1] == "ok")
    assert faults == []
