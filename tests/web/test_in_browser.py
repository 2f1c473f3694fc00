"""Every page in a real Chromium, over a ledger of a simulated month with everything in it that an audit finds."""

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from browsing import Browser, serving
from ledgers import HOUR, filled, made

from keeptabs.core.dialect import Asked
from keeptabs.core.exchange import Account, CallSite
from keeptabs.core.outcome import Outcome, OutcomeKind
from keeptabs.store.database import reading
from keeptabs.store.record import Record
from keeptabs.testing.month import PLANTS, calls
from keeptabs.web.app import create
from keeptabs.web.page import Page, pages

pytestmark = pytest.mark.slow
_CALLS = 2_000
EVIL = "<img src=x onerror=alert(1)><script>alert(2)</script>\"'`{{7*7}}javascript:alert(3)"
ADDRESSES = {page.id: page for page in pages()}


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger of a month that ends now, with a case for every rule."""
    import time

    start = (time.time_ns() // HOUR - 29 * 24) * HOUR
    records = list(calls(7, _CALLS, planted=PLANTS, start=start))
    file = tmp_path_factory.mktemp("month") / "ledger.db"
    return filled(file, [each for each in records if each.call.timing.started_at < time.time_ns()])


@pytest.fixture(scope="module")
def home(month: Path) -> Iterator[str]:
    with serving(create(month)) as url:
        yield url


def path_of(page: Page, file: Path) -> str:
    """An address of a page; what it names is the newest call, or its trace."""
    with reading(file) as db:
        sql = "SELECT id, trace_id FROM calls ORDER BY started_at DESC, id DESC LIMIT 1"
        call, trace = db.execute(sql).fetchone() or (1, "0" * 32)
    return re.sub(
        r"\{(\w+)(?::\w+)?\}", lambda name: str(trace if "trace" in name[1] or page.id == "trace" else call), page.path
    )


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("page", pages(), ids=ADDRESSES)
def test_page_is_whole_and_accessible(page: Page, month: Path, home: str, chromium: Browser, *, dark: bool) -> None:
    """A page opens without an error or a foreign request, and axe-core has nothing against it in either theme."""
    with chromium.tab(home, dark=dark) as tab:
        assert tab.open(path_of(page, month)) == 200
        tab.page.wait_for_load_state("networkidle")
        assert tab.violations() == []


@pytest.mark.parametrize("page", pages(), ids=ADDRESSES)
def test_page_fits_a_telephone(page: Page, month: Path, home: str, chromium: Browser) -> None:
    """At 390 pixels nothing makes the page wider than its window."""
    with chromium.tab(home, width=390) as tab:
        tab.open(path_of(page, month))
        tab.page.wait_for_load_state("networkidle")
        assert tab.overflow() == 0


@pytest.mark.parametrize("page", pages(), ids=ADDRESSES)
def test_page_reads_without_a_script(page: Page, month: Path, home: str, chromium: Browser) -> None:
    """Without JavaScript a page says the same in its main part, and every page of the navigation is a link."""
    with chromium.tab(home, script=False) as tab:
        tab.open(path_of(page, month))
        assert len(tab.page.inner_text("main").split()) > 20
        assert tab.page.locator("nav .links a").count() == sum(each.place is not None for each in pages())


@pytest.mark.parametrize("page", pages(), ids=ADDRESSES)
def test_keyboard_reaches_everything(page: Page, month: Path, home: str, chromium: Browser) -> None:
    """What can be clicked can have the focus: nothing listens to the mouse alone."""
    with chromium.tab(home) as tab:
        tab.open(path_of(page, month))
        odd = "main [onclick], main [tabindex='-1']:not(main), main [role=button]:not(button):not([tabindex='0'])"
        assert tab.page.locator(odd).count() == 0
        tab.page.keyboard.press("Tab")
        assert tab.page.evaluate("document.activeElement.className") == "skip"


def hostile(number: int) -> Record:
    """A record that has a script in every text that an app or a provider chooses."""
    call = made(number).call
    return Record(
        call=msgspec.structs.replace(
            call,
            response_model=EVIL,
            request=Asked(model=EVIL, user=EVIL, settings={"gen_ai.request.temperature": EVIL}),
            request_id=EVIL,
            response_id=EVIL,
            service_tier=EVIL,
            system_fingerprint=EVIL,
            server=EVIL,
            path=EVIL,
            sdk=EVIL,
            client=EVIL,
            finish_reasons=(EVIL,),
            provider=EVIL,
            operation=EVIL,
            outcome=Outcome(kind=OutcomeKind.BAD_REQUEST, status=400, error_type=EVIL, code=EVIL, type=EVIL),
            site=CallSite(f"/{EVIL}.py", 1, EVIL),
            tags={"feature": EVIL, EVIL: EVIL},
            account=Account(key=EVIL, organization=EVIL, project=EVIL),
            facts={EVIL: EVIL},
            gaps=(EVIL,),
        ),
        identity=msgspec.structs.replace(made(number).identity, parent_name=EVIL, route=EVIL),
        service=EVIL,
    )


@pytest.fixture(scope="module")
def hostile_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import time

    now = time.time_ns()
    records = [hostile(number) for number in range(3)]
    shifted = [
        msgspec.structs.replace(
            each,
            call=msgspec.structs.replace(
                each.call, timing=msgspec.structs.replace(each.call.timing, started_at=now - (n + 1) * 60 * 10**9)
            ),
        )
        for n, each in enumerate(records)
    ]
    return filled(tmp_path_factory.mktemp("hostile") / "ledger.db", shifted)


@pytest.fixture(scope="module")
def hostile_home(hostile_file: Path) -> Iterator[str]:
    with serving(create(hostile_file)) as url:
        yield url


@pytest.mark.parametrize("page", pages(), ids=ADDRESSES)
def test_hostile_text_is_shown_and_does_nothing(
    page: Page, hostile_file: Path, hostile_home: str, chromium: Browser
) -> None:
    """Whatever an app or a provider calls itself is text: no dialog, no script of theirs, no element, no link."""
    with chromium.tab(hostile_home) as tab:
        assert tab.open(path_of(page, hostile_file)) == 200
        tab.page.wait_for_load_state("networkidle")
        assert tab.page.locator("img").count() == 0
        assert tab.page.locator("script:not([src^='/static/'])").count() == 0
        assert tab.page.locator("[href^='javascript:'], [src^='javascript:']").count() == 0
