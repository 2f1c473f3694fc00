"""How long pages take in a real browser, from the start of the navigation until what they show is drawn.

Times are the browser's own (``performance.now()``, which counts from the start of the navigation;
https://www.w3.org/TR/hr-time/). The browser is Debian's ``chromium``, or the one that ``CHROMIUM`` names, headless.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from math import ceil
from typing import NamedTuple

from playwright.sync_api import Page, sync_playwright

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
SIZE = {"width": 1280, "height": 900}
PATIENCE = 120.0  # seconds, for one load

# True once the document has loaded, and each canvas in it, as charts have, has a pixel that is not transparent.
DRAWN = """document.readyState === "complete" && [...document.querySelectorAll("canvas")].every(canvas =>
    !canvas.width || new Uint32Array(canvas.getContext("2d").getImageData(
        0, 0, canvas.width, canvas.height).data.buffer).some(pixel => pixel !== 0))"""

# When the last answer of those that the page asked for had come, in milliseconds.
_LAST_ANSWER = "Math.max(0, ...performance.getEntriesByType('resource').map(entry => entry.responseEnd))"


class Timed(NamedTuple):
    """The seconds that loads of a page took: the middle one, and the one that 95 of 100 do not exceed."""

    url: str
    p50: float
    p95: float


def time_pages(urls: Sequence[str], loads: int, ready: str = DRAWN, *, fetches: bool = False) -> list[Timed]:
    """Load every page so many times, and once before that to warm caches up; with 0 that one is what counts.

    ``ready`` is an expression of JavaScript that is true once a page shows what it has to. With ``fetches`` it is also
    waited until no request is under way, and the last answer counts: for pages that ask for their parts one by one.
    A page that is never ready raises playwright's TimeoutError.
    """
    with _page() as page:
        return [_timed(page, url, loads, ready, fetches=fetches) for url in urls]


def percentile(values: Sequence[float], share: float) -> float:
    """The nearest-rank percentile: the smallest value that ``share`` of all do not exceed."""
    return sorted(values)[max(ceil(share * len(values)), 1) - 1]


def _timed(page: Page, url: str, loads: int, ready: str, *, fetches: bool) -> Timed:
    seconds = [_load(page, url, ready, fetches=fetches) for _ in range(loads + 1)][min(loads, 1) :]
    return Timed(url, percentile(seconds, 0.5), percentile(seconds, 0.95))


def _load(page: Page, url: str, ready: str, *, fetches: bool) -> float:
    page.goto("about:blank")  # else an address that differs in its fragment alone would not be loaded again
    page.goto(url, wait_until="commit")
    shown = page.wait_for_function(f"() => ({ready}) && performance.now()", polling="raf").json_value()
    if fetches:
        page.wait_for_load_state("networkidle")
        shown = max(shown, page.evaluate(_LAST_ANSWER))
    return float(shown) / 1000


@contextmanager
def _page() -> Iterator[Page]:
    """A page of a browser that lives as long as the block."""
    with sync_playwright() as playwright:
        # A browser of root, as in a container, starts without its sandbox alone; the pages are our own.
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        try:
            page = browser.new_page(viewport=SIZE)
            page.set_default_timeout(PATIENCE * 1000)
            yield page
        finally:
            browser.close()
