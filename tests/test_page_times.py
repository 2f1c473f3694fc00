"""The clock of pages: a real Chromium, on pages of our own that are slow in a known way."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("playwright")
PAGES = Path(__file__).resolve().parents[1] / "benchmarks" / "pages"
sys.path.insert(0, str(PAGES))
try:
    BROWSER: Any = import_module("browser")
finally:
    sys.path.remove(str(PAGES))

needs_chromium = pytest.mark.skipif(not Path(BROWSER.CHROMIUM).is_file(), reason="there is no Chromium: apt chromium")

# A chart that is drawn when its figures have come, one that never is, and a page without any.
DRAWN_LATE = b"""<!doctype html><canvas id=c width=9 height=9></canvas><script>fetch("/figures").then(() =>
    document.getElementById("c").getContext("2d").fillRect(0, 0, 5, 5))</script>"""
NEVER_DRAWN = b"<!doctype html><canvas width=9 height=9></canvas>"
NOTHING_TO_DRAW = b"<!doctype html><p>A table.</p>"


class _Handler(BaseHTTPRequestHandler):
    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        pages = {"/late": DRAWN_LATE, "/never": NEVER_DRAWN, "/plain": NOTHING_TO_DRAW}
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.end_headers()
        self.wfile.write(pages.get(self.path, b"1"))

    def log_message(self, *args: Any) -> None:
        """Nothing."""


@pytest.fixture
def site() -> Iterator[tuple[str, list[str]]]:
    """The URL of a server, and the paths that it was asked for."""
    asked: list[str] = []
    handler = type("Handler", (_Handler,), {"asked": asked})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}", asked
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [
        pytest.param([3.0], 0.95, 3.0, id="one value"),
        pytest.param([4.0, 1.0, 3.0, 2.0], 0.5, 2.0, id="the middle of four"),
        pytest.param([float(n) for n in range(1, 21)], 0.95, 19.0, id="one of twenty is slower"),
        pytest.param([float(n) for n in range(1, 11)], 0.95, 10.0, id="of ten, the slowest"),
    ],
)
def test_percentiles_are_of_the_nearest_rank(values: list[float], share: float, expected: float) -> None:
    """A percentile is one of the values."""
    assert BROWSER.percentile(values, share) == expected


@pytest.mark.slow
@needs_chromium
def test_every_page_is_loaded_as_often_as_was_asked_and_once_before(site: tuple[str, list[str]]) -> None:
    """Each address gets its times, and a load to warm up that does not count."""
    url, asked = site
    found = BROWSER.time_pages([f"{url}/late", f"{url}/plain"], 3)
    assert [timed.url for timed in found] == [f"{url}/late", f"{url}/plain"]
    assert all(0 < timed.p50 <= timed.p95 for timed in found)
    assert (asked.count("/late"), asked.count("/figures"), asked.count("/plain")) == (4, 4, 4)


@pytest.mark.slow
@needs_chromium
def test_a_chart_without_a_pixel_is_not_drawn(site: tuple[str, list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    """A page whose chart stays empty is waited for as long as there is patience, and then told."""
    monkeypatch.setattr(BROWSER, "PATIENCE", 1.0)
    with pytest.raises(Exception, match="Timeout"):
        BROWSER.time_pages([f"{site[0]}/never"], 1)
