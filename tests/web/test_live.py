from pathlib import Path

from ledgers import filled, made
from starlette.testclient import TestClient

from keeptabs.web.app import create
from keeptabs.web.live import Live


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def live(file: Path, beside: list[str], clock: Clock) -> Live:
    return Live(file, lambda: beside[0], clock)


def test_a_page_is_made_once_until_something_changes(tmp_path: Path) -> None:
    """A page is kept while nothing is new in the ledger or beside it, for a minute at most."""
    file, beside, clock, made_ = filled(tmp_path / "ledger.db", [made(1)]), [""], Clock(), []
    pages = live(file, beside, clock)

    def make() -> str:
        made_.append(1)
        return f"page {len(made_)}"

    assert [pages.page("/", make), pages.page("/", make)] == ["page 1", "page 1"]
    filled(file, [made(2)])
    assert pages.page("/", make) == "page 2"
    beside[0] = "an audit"
    assert pages.page("/", make) == "page 3"
    clock.now = 61
    assert pages.page("/", make) == "page 4"
    assert pages.page("/calls", make) == "page 5"
    assert pages.page("/", make) == "page 4"
    pages.close()


def test_only_so_many_pages_are_kept(tmp_path: Path) -> None:
    """Memory is bounded whatever is asked: the oldest page goes first."""
    pages = live(tmp_path / "none.db", [""], Clock())
    for number in range(101):
        pages.page(f"/{number}", lambda number=number: f"page {number}")
    assert pages.page("/1", lambda: "anew") == "page 1"
    assert pages.page("/0", lambda: "anew") == "anew"


def test_the_version_is_asked_for_by_pages(tmp_path: Path) -> None:
    """``/live`` tells another version after a write, and the same one where nothing was written."""
    file = filled(tmp_path / "ledger.db", [made(1)])
    client = TestClient(create(file), base_url="http://127.0.0.1")
    first, second = client.get("/live").json(), client.get("/live").json()
    filled(file, [made(2)])
    assert first == second != client.get("/live").json()
