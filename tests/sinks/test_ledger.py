from pathlib import Path

import pytest

from keeptabs.patching.shield import shield
from keeptabs.sinks.ledger import Ledger
from keeptabs.store import queries
from keeptabs.store.database import reading
from keeptabs.store.writer import Process


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    process = Process(pid=1, started_at=0, service="", command="a", version="0", clients="{}", spans="off")
    return Ledger(tmp_path / "ledger.db", "", lambda: process)


def faults(path: Path) -> list[tuple[str, int]]:
    with reading(path) as db:
        return [(line.stage, line.count) for line in queries.faults(db)]


def test_faults_that_were_counted_are_kept(ledger: Ledger) -> None:
    """What the shield counted is in the ledger after the next commit, once."""
    shield.count("wire", "a gap")
    ledger.commit()
    ledger.commit(last=True)
    assert faults(ledger.path) == [("wire", 1)]


def test_a_fault_of_the_last_commit_is_kept_too(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """A ledger that breaks at the very end is replaced, and the damage is told in the new one."""
    monkeypatch.setattr(shield, "raises", False)
    ledger.path.write_bytes(b"not a database, only text" * 100)
    shield.count("wire", "a gap")
    ledger.commit(last=True)
    assert sorted(faults(ledger.path)) == [("store", 1), ("wire", 1)]


def test_nothing_to_keep_makes_no_file(ledger: Ledger) -> None:
    """A process that made no call leaves nothing behind."""
    ledger.commit()
    ledger.commit(last=True)
    assert not ledger.path.exists()
