"""Pictures of the pages for the README, from a simulated month that ends now.

    python scripts/screenshots.py [DIRECTORY] [--calls 60000] [--seed 1]

The month is that of ``keeptabs.testing.month`` with the cases that an audit has to find; Chromium must be installed.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice, takewhile
from pathlib import Path

import uvicorn
from playwright.sync_api import Browser, sync_playwright

from keeptabs.store.database import reading
from keeptabs.store.known import append
from keeptabs.store.record import Record
from keeptabs.store.writer import Process
from keeptabs.testing.month import PLANTS, calls
from keeptabs.version import __version__
from keeptabs.web.app import create

_PAGES = {"overview": "/", **{name: f"/{name}" for name in ("explore", "calls", "limits", "cache", "audit")}}
_CALL = "SELECT id FROM calls WHERE attempt > 1 AND outcome = 'ok' ORDER BY cost DESC"
_TRACE = "SELECT trace_id FROM calls GROUP BY trace_id HAVING sum(attempt > 1) ORDER BY count(*) DESC, max(cost) DESC"
Pages = dict[str, str]
_DAYS = 29
_DAY = 86_400_000_000_000  # nanoseconds
_BATCH = 5_000
_SIZE = {"width": 1400, "height": 960}
_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]


def fill(file: Path, count: int, seed: int) -> None:
    """Write a month of calls up to now."""
    now = time.time_ns()
    records: Iterator[Record] = calls(seed, count, planted=PLANTS, start=now // _DAY * _DAY - _DAYS * _DAY)
    past = takewhile(lambda each: each.call.timing.started_at < now, records)
    process = Process(
        pid=1, started_at=now, service="desk", command="app.py", version=__version__, clients="{}", spans="off"
    )
    while batch := list(islice(past, _BATCH)):
        append(file, batch, process)


@contextmanager
def served(file: Path) -> Iterator[str]:
    """The address of the pages over a ledger."""
    server = uvicorn.Server(uvicorn.Config(create(file), port=0, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


def demo(directory: Path) -> Path:
    """The ledger of ``keeptabs demo``, whose traces are those of a real SDK."""
    environ = {**os.environ, "XDG_DATA_HOME": str(directory)}
    subprocess.run([sys.executable, "-m", "keeptabs", "demo"], env=environ, check=True, stdout=subprocess.DEVNULL)
    return directory / "keeptabs" / "demo.db"


def first(file: Path, sql: str) -> str:
    """The first value that a question to the ledger gives."""
    with reading(file) as db:
        return str(db.execute(sql).fetchone()[0])


def take(browser: Browser, pages: Pages, directory: Path) -> None:
    """A picture of each page in both themes."""
    for scheme in ("light", "dark"):
        context = browser.new_context(viewport=_SIZE, color_scheme=scheme, reduced_motion="reduce")
        page = context.new_page()
        for name, address in pages.items():
            page.goto(address)
            if name in {"overview", "audit"}:  # the first look begins an audit, which takes its time
                page.locator(".find").first.wait_for(timeout=180_000)
            page.wait_for_load_state("networkidle")
            page.screenshot(path=directory / f"{name}-{scheme}.png")
        context.close()


def main() -> None:
    """Read the options, and take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory", type=Path, nargs="?", default=Path("docs/images"))
    parser.add_argument("--calls", type=int, default=60_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        sys.exit("there is no Chromium on this machine")
    given.directory.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place, sync_playwright() as tools:
        month = Path(place) / "ledger.db"
        fill(month, given.calls, given.seed)
        small = demo(Path(place))
        browser = tools.chromium.launch(executable_path=program, args=_FLAGS)
        with served(month) as home, served(small) as beside:
            pages = {name: home + path for name, path in _PAGES.items()}
            pages["call"] = f"{home}/calls/{first(month, _CALL)}"
            pages["trace"] = f"{beside}/traces/{first(small, _TRACE)}"
            take(browser, pages, given.directory)
        browser.close()


if __name__ == "__main__":
    main()
