import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from starlette.testclient import TestClient

sys.path.append(str(Path(__file__).parent))  # for ledgers.py and browsing.py, which the tests here share

from browsing import Browser
from ledgers import filled

from keeptabs.store.record import Record
from keeptabs.web.app import create


@pytest.fixture
def visit(tmp_path: Path) -> Callable[[Sequence[Record]], TestClient]:
    """Makes a client of the pages over a ledger of these records."""

    def make(records: Sequence[Record]) -> TestClient:
        return TestClient(create(filled(tmp_path / "ledger.db", records)), base_url="http://127.0.0.1")

    return make


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A real Chromium; the test is skipped where there is none."""
    yield from Browser.started()
