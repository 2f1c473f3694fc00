import re
import time
from html.parser import HTMLParser
from pathlib import Path

import pytest
from browsing import Browser
from ledgers import filled, made

from keeptabs.audit.prices import Prices
from keeptabs.core.cost import Cost, CostStatus
from keeptabs.core.dialect import Asked
from keeptabs.core.exchange import CallSite, Timing
from keeptabs.pricing.book import Book
from keeptabs.store.database import reading
from keeptabs.testing.month import PLANTS, calls
from keeptabs.web.ask import DAY, Ask
from keeptabs.web.audited import Audits
from keeptabs.web.page import State
from keeptabs.web.single import ReportFileError, single, write

EVIL = '<script>alert(1)</script><img src=x onerror=alert(2)>"\'</style><a href="/calls">'


def report(file: Path, *, audited: bool = False, period: str = "28d") -> str:
    """The report over a ledger, as of now."""
    ask = Ask(path="/", now=time.time_ns(), period=period)
    state = State(file=file, audits=Audits(file, lambda: Prices(Book())))
    if audited:
        state.audits.want(period, ask.now)
        state.audits.wait()
    with reading(file) as db:
        found = single(db, ask, state)
    state.audits.close()
    return found


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The report of a planted month that ends now."""
    now = time.time_ns()
    records = calls(7, 2_000, planted=PLANTS, start=(now // DAY - 28) * DAY)
    file = tmp_path_factory.mktemp("month") / "ledger.db"
    return report(filled(file, [each for each in records if each.call.timing.started_at < now]), audited=True)


class Tags(HTMLParser):
    """The tags of a page with their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """One tag."""
        self.found.append((tag, dict(attrs)))

    def of(self, name: str) -> list[dict[str, str | None]]:
        """The attributes of all tags of a name."""
        return [attributes for tag, attributes in self.found if tag == name]


def test_it_needs_nothing_else(month: str) -> None:
    """No script, no form, no link to a server that is not there, and less than 300 KB."""
    tags = Tags(month)
    assert len(month.encode()) < 300_000
    assert [tag for tag, _ in tags.found if tag in {"script", "form", "iframe", "img", "object", "input"}] == []
    targets = {attributes["id"] for _, attributes in tags.found if "id" in attributes}
    for link in tags.of("a"):
        href = link["href"] or ""
        assert href.startswith("https://") or href.removeprefix("#") in targets, href
    assert [tag for tag, attributes in tags.found if "style" in attributes or "data-plot" in attributes] == []


def test_it_has_every_section(month: str) -> None:
    """What it cost, the dearest calls, limits, caches, what to change, and the prices."""
    sections = [each["id"] for each in Tags(month).of("section") if each.get("class") == "whole"]
    assert sections == ["overview", "calls", "limits", "cache", "audit", "prices"]
    assert "Look again" not in month
    assert month.count("<h1") == len(sections)


def test_without_an_audit_there_is_no_section_of_it(tmp_path: Path) -> None:
    """A section that could say nothing is left out."""
    html = report(filled(tmp_path / "ledger.db", []))
    assert "audit" not in [each.get("id") for each in Tags(html).of("section")]


def test_what_is_hostile_stays_text(tmp_path: Path) -> None:
    """Names from the wire, and from files, are text wherever they stand."""
    fields = {"response_model": EVIL, "site": CallSite(f"/app/{EVIL}.py", 1, EVIL), "request": Asked(model=EVIL)}
    at = Timing(started_at=time.time_ns() - 60 * 10**9, duration=0)
    cost = Cost(status=CostStatus.UNPRICED, why=EVIL)
    html = report(filled(tmp_path / "ledger.db", [made(1, timing=at, cost=cost, **fields)]), audited=True)
    tags = Tags(html)
    assert "&lt;script&gt;" in html
    assert (tags.of("script"), tags.of("img"), len(tags.of("style"))) == ([], [], 1)


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    """What was there is replaced, nothing lies beside it, and a place that is not there is a mistake."""
    (tmp_path / "report.html").write_text("old")
    assert write(tmp_path / "report.html", "né") == 3
    assert (tmp_path / "report.html").read_text("utf-8") == "né"
    assert [each.name for each in tmp_path.iterdir()] == ["report.html"]
    with pytest.raises(ReportFileError, match="No such file"):
        write(tmp_path / "none" / "report.html", "new")


@pytest.mark.slow
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_a_browser_opens_it_from_the_disk(month: str, tmp_path: Path, chromium: Browser, *, dark: bool) -> None:
    """One request, for itself; styled, whole at the width of a phone, and accessible in either theme."""
    write(tmp_path / "report.html", month)
    home = f"file://{tmp_path}"
    for width in (1400, 390):
        with chromium.tab(home, dark=dark, width=width) as tab:
            requests: list[str] = []
            tab.page.on("request", lambda request, requests=requests: requests.append(request.url))
            tab.page.goto(f"{home}/report.html")
            assert requests == [f"{home}/report.html"]
            assert tab.overflow() <= 0
            assert re.match(
                r"rgb\((247|18), ", tab.page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
            )
            assert tab.violations() == []
