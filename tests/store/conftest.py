from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from keeptabs.core.exchange import Timing
from keeptabs.store import repricing
from keeptabs.store.record import Record
from keeptabs.store.writer import Process, Writer

SECOND = 1_000_000_000


@pytest.fixture
def five(tmp_path: Path, record: Callable[..., Record], process: Process, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A ledger with five calls at 0.0003 USD each, two of them at the same time; they are repriced in pairs."""
    monkeypatch.setattr(repricing, "BATCH", 2)
    with closing(Writer(tmp_path / "ledger.db")) as writer:
        for second in (3, 1, 2, 2, 5):
            writer.add(record(timing=Timing(started_at=second * SECOND, duration=SECOND)))
        writer.commit({}, process)
    return tmp_path / "ledger.db"
