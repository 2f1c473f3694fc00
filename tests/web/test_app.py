from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from ledgers import filled, made
from starlette.testclient import TestClient

from keeptabs.store.record import Record
from keeptabs.web.app import create

Visit = Callable[[Sequence[Record]], TestClient]


def at(file: Path) -> TestClient:
    return TestClient(create(file), base_url="http://127.0.0.1", raise_server_exceptions=False)


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/", 200, "Overview"),
        ("/?period=all&model=gpt-4o", 200, "model: gpt-4o"),
        ("/nothing", 404, "There is no such page."),
        ("/?period=1y", 400, "period: &#39;1y&#39; is none of 24h, 7d, 28d, all."),
        (f"/?model={'x' * 501}", 400, "model: its value is longer than 500 characters"),
        ("/?model=%00", 400, "or holds a zero byte"),
        ("/static/nothing.css", 404, "There is no such page."),
        ("/static/../app.py", 404, "There is no such page."),
        ("/static/%2e%2e/app.py", 404, "There is no such page."),
    ],
)
def test_what_is_asked_is_answered_or_said_to_be_wrong(visit: Visit, path: str, status: int, said: str) -> None:
    """A page, or a page with one clear line."""
    answer = visit([made(1)]).get(path)
    assert (answer.status_code, said in answer.text) == (status, True)


def test_where_nothing_was_recorded_the_page_says_how_to_begin(tmp_path: Path) -> None:
    """A ledger that is not there yet is a beginning, and no fault."""
    answer = at(tmp_path / "ledger.db").get("/")
    assert answer.status_code == 503
    assert "keeptabs run python app.py" in answer.text


def test_a_damaged_ledger_is_said(tmp_path: Path) -> None:
    """One line says which file cannot be read, and why."""
    (tmp_path / "ledger.db").write_bytes(b"no database" * 1000)
    answer = at(tmp_path / "ledger.db").get("/")
    assert answer.status_code == 503
    assert f"{tmp_path / 'ledger.db'} cannot be read as a ledger: file is not a database." in answer.text


def test_an_empty_ledger_has_all_pages(visit: Visit) -> None:
    """Pages of the navigation stand without a call, and know no amount: not even zero."""
    client = visit([])
    page = client.get("/").text
    assert "$0" not in page
    links = [part.split('"')[0] for part in page.split('<div class="links">')[1].split("</div>")[0].split('href="')[1:]]
    assert links
    assert {path: client.get(path).status_code for path in links} == dict.fromkeys(links, 200)


def test_a_fault_of_ours_repeats_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was asked may hold anything, and so may what went wrong."""
    monkeypatch.setattr("keeptabs.web.app.render", lambda *given, **values: 1 / 0)
    answer = at(filled(tmp_path / "ledger.db", [made(1)])).get("/?model=<secret>")
    assert (answer.status_code, answer.text) == (500, "500: a fault of keeptabs itself; its log says more\n")


def test_only_reading_is_possible(visit: Visit) -> None:
    """No page takes anything."""
    client = visit([made(1)])
    assert [client.post(path).status_code for path in ("/", "/live", "/static/keeptabs.css")] == [405] * 3
