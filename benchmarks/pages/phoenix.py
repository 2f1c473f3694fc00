"""Arize Phoenix on a simulated month: how much it holds, and how long its pages take.

``python benchmarks/pages/phoenix.py --spans 1000000`` starts the Phoenix of ``scripts/engines.py`` on loopback with
its SQLite, sends it the calls of keeptabs.testing.month for at most ``--minutes``, and times its pages in Chromium.
With ``--home`` the data stays there, and a second run with ``--spans 0`` times the pages again; with ``--copies
1000000`` over as many spans, most of them copies of the first, where to send them would take too long.
"""

import argparse
import json
import os
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from browser import time_pages
from copies import multiply
from spans import requests

from keeptabs.testing.month import START, calls

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))
from engine_server import Running, running

BATCH = 1_000  # spans a request
QUIET_SECONDS, STALLED_SECONDS = 2.0, 60.0  # between two looks at how many it holds; without any more
ROWS = "document.querySelectorAll('table tbody tr').length > 5"  # the list of traces, or of spans
CARDS = "document.querySelector('a[href*=\"/projects/\"]') !== null"  # the projects, one card each
PROJECTS = "{ projects { edges { node { id recordCount } } } }"


def send(url: str, spans: int, minutes: float) -> int:
    """Send the month until ``spans`` are sent or the time is over, and return how many were taken."""
    until, sent = time.monotonic() + minutes * 60, 0
    for count, body in requests(calls(1, spans), BATCH) if spans else ():
        while not _post(f"{url}/v1/traces", body) and time.monotonic() < until:
            time.sleep(0.5)  # it says that its queue is full
        if time.monotonic() >= until:
            break
        sent += count
        if sent % 20_000 == 0:
            print(f"\r{sent:,} spans", end="", file=sys.stderr, flush=True)
    return sent


def settle(url: str, sent: int) -> int:
    """Wait until all that was sent is held, or no more comes for a while; return how many spans are held."""
    held, since = -1, time.monotonic()
    while held < sent and time.monotonic() - since < STALLED_SECONDS:
        before, held = held, _project(url)["recordCount"]
        since = time.monotonic() if held > before else since
        time.sleep(QUIET_SECONDS)
    return held


def cpu(pid: int) -> float:
    """The seconds of processor time that a process has had: fields 14 and 15 of ``/proc/PID/stat``, see proc(5)."""
    fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def pages(url: str) -> list[tuple[str, str, str]]:
    """The page of all projects, and a project's traces and spans, over the month: name, address, when it is ready."""
    base = f"{url}/projects/{_project(url)['id']}"
    return [
        ("projects", f"{url}/projects?{_month()}", CARDS),
        ("traces", f"{base}/traces?{_month()}", ROWS),
        ("spans", f"{base}/spans?{_month()}", ROWS),
    ]


def _month() -> str:
    """The parameters by which a page shows the month; else it shows the last seven days."""
    begins, ends = (datetime.fromtimestamp(START / 1e9 + days * 86_400, UTC) for days in (0, 30))
    return urlencode({"timeRangeStart": f"{begins:%FT%TZ}", "timeRangeEnd": f"{ends:%FT%TZ}"})


def _post(url: str, body: bytes) -> bool:
    """False when the server is at capacity."""
    request = urllib.request.Request(url, body, {"content-type": "application/x-protobuf"})
    try:
        urllib.request.urlopen(request, timeout=120).close()
    except urllib.error.HTTPError as error:
        if error.code != 503:
            raise
        return False
    except urllib.error.URLError as error:
        if not isinstance(error.reason, BrokenPipeError | ConnectionResetError):
            raise
        return False  # it has answered before it had read all
    return True


def _project(url: str) -> dict[str, Any]:
    body = json.dumps({"query": PROJECTS}).encode()
    request = urllib.request.Request(f"{url}/graphql", body, {"content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=120) as answer:
        node: dict[str, Any] = json.load(answer)["data"]["projects"]["edges"][0]["node"]
    return node


@contextmanager
def _home(given: Path | None) -> Iterator[Path]:
    if given is not None:
        yield given
        return
    with tempfile.TemporaryDirectory() as made:
        yield Path(made)


def fill(engine: Running, spans: int, minutes: float) -> None:
    """Send spans, and print what became of them."""
    begun, spent = time.monotonic(), cpu(engine.pid)
    sent = send(engine.url, spans, minutes)
    held = settle(engine.url, sent)
    took, used = time.monotonic() - begun, cpu(engine.pid) - spent
    size = sum(file.stat().st_size for file in engine.home.glob("*.db*"))
    print(f"\rsent {sent:,}, held {held:,} ({size / 1e6:,.0f} MB), load {os.getloadavg()[0]:.1f}")
    if sent:
        print(f"took {took:,.0f} s, {held / took:,.0f} spans/s; {used:,.0f} s of CPU, {held / used:,.0f} spans/s")


def show(engine: Running, loads: int) -> None:
    """Print the times of its pages with all their parts, and what a load takes of its processor time."""
    for name, address, ready in pages(engine.url):
        spent = cpu(engine.pid)
        ((_, p50, p95),) = time_pages([address], loads, ready, fetches=True)
        used = (cpu(engine.pid) - spent) / (loads + 1)
        print(f"{name:10} p50 {p50:7.3f} s   p95 {p95:7.3f} s   CPU {used:.2f} s", end="   ")
        print(f"{loads} loads, load average {os.getloadavg()[0]:.1f}", flush=True)


def main() -> None:
    """Read the options, and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--spans", type=int, default=1_000_000)
    parser.add_argument("--minutes", type=float, default=25.0, help="the most that sending may take")
    parser.add_argument("--loads", type=int, default=20, help="of each page")
    parser.add_argument("--copies", type=int, default=0, help="copy what --home holds until it is so many spans, first")
    parser.add_argument("--home", type=Path, help="a directory that keeps the data")
    given = parser.parse_args()
    if given.copies and not given.home:
        parser.error("--copies wants --home, where the spans to copy are")
    if given.copies:
        print(f"{multiply(given.home / 'phoenix.db', given.copies):,} spans with copies", flush=True)
    with _home(given.home) as home, running("phoenix", home.absolute()) as engine:
        fill(engine, given.spans, given.minutes)
        show(engine, given.loads)


if __name__ == "__main__":
    main()
