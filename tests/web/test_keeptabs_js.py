"""What the script of the pages does: keeping up, keys, the theme, and plots."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import Browser, Tab, serving
from ledgers import filled, made

from keeptabs.core.exchange import Timing
from keeptabs.store.record import Record
from keeptabs.web.app import create

pytestmark = pytest.mark.slow


def lately(number: int) -> Record:
    """A call of the last minutes."""
    import time

    started = time.time_ns() - (number + 1) * 60 * 10**9
    return made(number, timing=Timing(started_at=started, duration=10**9))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return filled(tmp_path / "ledger.db", [lately(number) for number in range(3)])


@pytest.fixture
def tab(file: Path, chromium: Browser) -> Iterator[Tab]:
    with serving(create(file)) as home, chromium.tab(home) as opened:
        opened.open("/")
        yield opened


def test_a_page_keeps_up_with_the_ledger(tab: Tab, file: Path) -> None:
    """A call that is written shows without anybody doing anything; focus and place stay."""
    tab.page.locator(".kpis a", has_text="ok").focus()
    filled(file, [lately(number) for number in range(10, 20)])
    tab.page.locator("nav .foot", has_text="13 calls").wait_for(timeout=20_000)
    assert tab.page.locator(".kpis .card").nth(1).inner_text().split() == ["Calls", "13", "100", "%", "ok"]
    assert tab.page.evaluate("document.activeElement.textContent") == "100 % ok"


def test_it_can_be_paused(tab: Tab, file: Path) -> None:
    """A paused page asks for nothing, says so, and goes on when it is told to."""
    tab.page.keyboard.press("p")
    live = tab.page.locator("#live")
    assert (live.inner_text(), live.get_attribute("aria-pressed")) == ("paused", "true")
    filled(file, [lately(9)])
    tab.page.reload()
    assert live.inner_text() == "paused"
    with tab.page.expect_request("**/live"):
        live.click()
    assert live.inner_text() == "live"


@pytest.mark.parametrize(("keys", "path"), [("go", "/"), ("gc", "/calls"), ("ga", "/audit"), ("gl", "/limits")])
def test_two_keys_lead_to_a_page(tab: Tab, keys: str, path: str) -> None:
    """As the help says, with the filters that are set."""
    tab.open("/prices?period=7d")
    for key in keys:
        tab.page.keyboard.press(key)
    tab.page.wait_for_url(f"**{path}?period=7d")


def test_rows_are_walked_by_keys(tab: Tab) -> None:
    """``j`` and ``k`` go down and up, and stop at the ends; Enter opens."""
    tab.open("/calls")
    for key in "jjjjk":
        tab.page.keyboard.press(key)
    rows = tab.page.locator("main tbody tr:has(a)")
    here = tab.page.locator("main tr.here")
    assert here.count() == 1
    assert rows.nth(rows.count() - 2).inner_text() == here.inner_text()
    tab.page.keyboard.press("Enter")
    tab.page.wait_for_url("**/calls/*")


def test_a_slash_goes_to_the_search(tab: Tab) -> None:
    """On a page that has one; keys that are typed there are text."""
    tab.open("/calls")
    tab.page.keyboard.press("/")
    tab.page.keyboard.type("gp?")
    assert tab.page.evaluate("document.activeElement.value") == "gp?"
    assert tab.page.locator("dialog[open]").count() == 0


def test_help_opens_and_closes_by_keys(tab: Tab) -> None:
    """A question mark opens it, Escape closes it, and meanwhile other keys do nothing."""
    tab.page.keyboard.press("?")
    assert tab.page.locator("dialog[open]").count() == 1
    assert tab.violations() == []
    tab.page.keyboard.press("d")
    tab.page.keyboard.press("Escape")
    assert tab.page.locator("dialog[open]").count() == 0
    assert tab.page.evaluate("document.documentElement.dataset.theme") is None


def test_a_theme_is_kept(tab: Tab) -> None:
    """What was chosen holds on the next page, against the system's."""
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    light = tab.page.evaluate(ground)
    tab.page.locator("#theme").click()
    dark = tab.page.evaluate(ground)
    tab.open("/calls")
    assert dark != light
    assert tab.page.evaluate(ground) == dark


def test_a_plot_tells_its_values(tab: Tab) -> None:
    """Pointing at a column tells the values of all series; what was drawn without a script stays for readers."""
    tab.page.wait_for_selector(".plot.on canvas")
    over = tab.page.locator(".plot .u-over")
    box = over.bounding_box()
    assert box is not None
    tab.page.mouse.move(box["x"] + box["width"] - 20, box["y"] + 50)
    assert "gpt-4o" in tab.page.inner_text(".plot .tip")
    assert "together" in tab.page.inner_text(".plot .tip")
    assert tab.page.locator(".plot svg.chart a").count() == 1


def test_a_column_is_reached_by_the_keyboard(tab: Tab) -> None:
    """The links of the drawing have the focus, and the plot shows which."""
    tab.page.wait_for_selector(".plot.on canvas")
    tab.page.locator(".plot svg.chart a").first.focus()
    assert "gpt-4o" in tab.page.inner_text(".plot .tip")
    tab.page.keyboard.press("Enter")
    tab.page.wait_for_url("**/calls?day=*")
