"""An engine that was told of the calls of ``engine_app.py``, and what the ledger has of the same calls."""

from __future__ import annotations

import os
import runpy
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import engine_anthropic
import pytest
from engine_compare import Pair, Seen, ledger, pairs
from engine_sockets import listening

from keeptabs.testing.mock import MockServer

if TYPE_CHECKING:
    from types import ModuleType

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PAGE = ROOT / "docs" / "engines.md"
WAIT_SECONDS = 180.0
POLLS, POLL_SECONDS = 60, 1.0

sys.path.insert(0, str(ROOT / "scripts"))
try:
    SERVER = runpy.run_path(str(ROOT / "scripts" / "engine_server.py"))
    ENGINES = runpy.run_path(str(ROOT / "scripts" / "engines.py"))
finally:
    sys.path.remove(str(ROOT / "scripts"))


@dataclass(frozen=True, kw_only=True)
class Told:
    """What there is on both sides after the app has run; ``listening`` are the addresses that the engine had open."""

    ours: dict[str, tuple[str, Seen]]
    theirs: dict[str, Seen]
    count: int
    listening: set[str]

    @property
    def pairs(self) -> dict[str, Pair]:
        """The calls that both have, by the name of the case."""
        return pairs(self.ours, self.theirs)


def told(name: str, reader: ModuleType, home: Path, **environ: str) -> Told:
    """Start an engine, run the app, and read what the engine has. Skips where its environment is not made."""
    if not ENGINES["is_made"](name):
        pytest.skip(f"the environment is not made: make engines, or python scripts/engines.py {name}")
    store = home / "ledger.db"
    with SERVER["running"](name, home / name) as engine:
        _run(store, {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": f"{engine.url}/v1/traces", **environ})
        ours = ledger(store)
        theirs = _settled(reader, engine.url, len(ours))
        return Told(ours=ours, theirs=theirs, count=reader.count(engine.url), listening=listening(engine.pid))


def _run(store: Path, environ: dict[str, str]) -> None:
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("KEEPTABS_", "OTEL_"))}
    with MockServer() as mock, engine_anthropic.serving() as anthropic:
        subprocess.run(
            [sys.executable, str(HERE / "engine_app.py"), mock.url, anthropic, str(store)],
            env={**plain, "PYTHONPATH": str(ROOT / "src"), **environ},
            cwd=store.parent,
            check=True,
            timeout=WAIT_SECONDS,
        )


def _settled(reader: ModuleType, url: str, wanted: int) -> dict[str, Seen]:
    """The spans, as soon as the engine has taken in all of them and priced what it prices; it does so by and by."""
    found: dict[str, Seen] = {}
    for _ in range(POLLS):
        before, found = found, reader.spans(url)
        if len(found) >= wanted and found == before:
            break
        time.sleep(POLL_SECONDS)
    return found
