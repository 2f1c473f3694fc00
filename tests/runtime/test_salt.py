"""The salt of a ledger."""

import stat
from multiprocessing.pool import ThreadPool
from pathlib import Path

import pytest

from keeptabs.runtime.salt import salt


def test_a_ledger_has_one_salt_for_good(tmp_path: Path) -> None:
    """It is made once, kept beside the ledger, and read by its owner only."""
    ledger = tmp_path / "new" / "ledger.db"
    made = salt(ledger)
    salt.cache_clear()
    assert salt(ledger) == made
    assert len(made) == 32
    file = ledger.with_name("ledger.db.salt")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(ledger.parent.iterdir()) == [file]


def test_two_ledgers_have_two_salts(tmp_path: Path) -> None:
    """A fingerprint of one ledger says nothing in another."""
    assert salt(tmp_path / "a.db") != salt(tmp_path / "b.db")


def test_processes_that_begin_at_once_agree(tmp_path: Path) -> None:
    """Whoever is first makes it, and the others take that one."""
    ledger = tmp_path / "ledger.db"
    with ThreadPool(8) as pool:
        made = set(pool.map(lambda _: salt.__wrapped__(ledger), range(32)))
    assert len(made) == 1


@pytest.mark.parametrize("ledger", [None, Path("/proc/no/such/place/ledger.db")], ids=["none", "out of reach"])
def test_without_a_place_there_is_no_salt(ledger: Path | None) -> None:
    """Fingerprints are then the same everywhere, and nothing fails."""
    assert salt(ledger) == b""
