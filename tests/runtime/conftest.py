from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import keeptabs
from keeptabs.store import queries
from keeptabs.store.database import reading

Calls = Callable[[], list[queries.CallLine]]


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "ledger.db"


@pytest.fixture
def installed(store: Path) -> Iterator[Path]:
    """keeptabs installed on a ledger of this test's own."""
    keeptabs.install(store=store)
    yield store
    keeptabs.uninstall()


@pytest.fixture
def calls(store: Path) -> Calls:
    """What the ledger holds once everything so far is written, oldest first."""

    def read() -> list[queries.CallLine]:
        assert keeptabs.flush(20)
        if not store.exists():
            return []
        with reading(store) as db:
            return queries.calls(db, 0, 1000, model=None, failed=False)[::-1]

    return read
