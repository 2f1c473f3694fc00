import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from keeptabs.store import pruning, upkeep
from keeptabs.store.database import reading, writing
from keeptabs.store.upkeep import Checked


def test_the_state_of_a_ledger(five: Path) -> None:
    """Calls that were pruned are no calls any more; sums are counted apart."""
    with writing(five) as db:
        before = upkeep.state(db, five)
        list(pruning.prune(db, 3_000_000_000))
        after = upkeep.state(db, five)
    assert (before.calls, before.first, before.last) == (5, 1_000_000_000, 5_000_000_000)
    assert (before.pruned, before.pruned_before, before.rollups) == (0, None, 1)
    assert (after.calls, after.first, after.pruned, after.rollups) == (2, 3_000_000_000, 3, 1)


def test_a_damaged_page_is_found(five: Path) -> None:
    """What SQLite says is passed on."""
    with closing(sqlite3.connect(five)) as db:
        db.execute("PRAGMA writable_schema = ON")
        db.execute("DELETE FROM sqlite_master WHERE name = 'calls_by_trace'")
        db.commit()
    with reading(five) as db:
        found = upkeep.check(db, lambda: None)
    assert not found.is_sound
    assert found.faults


def test_only_a_file_without_faults_is_sound() -> None:
    """A difference alone is enough."""
    assert Checked(faults=[], differences=0).is_sound
    assert not Checked(faults=[], differences=1).is_sound
    assert not Checked(faults=["page 3 is never used"], differences=0).is_sound


def test_progress_is_told(five: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever takes long says so now and then."""
    monkeypatch.setattr(upkeep, "_INSTRUCTIONS", 10)
    told: list[int] = []
    with writing(five) as db:
        upkeep.check(db, lambda: told.append(1))
        checked = len(told)
        upkeep.compact(db, lambda: told.append(1))
    assert 0 < checked < len(told)
