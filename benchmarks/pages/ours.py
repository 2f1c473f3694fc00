"""How long the pages of ``keeptabs ui`` take in a real browser, over a ledger that is given.

    python benchmarks/pages/ours.py LEDGER [--loads 20]

A page that was rendered is kept until the ledger changes. So every load asks something that was not asked before, and
is rendered anew; ``kept`` is what asking the same again takes.
"""

import argparse
import re
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from browser import DRAWN, Timed, percentile, time_pages

PAGES = ("/", "/explore", "/calls", "/traces", "/limits", "/cache", "/audit", "/leaks", "/prices")
WARM = "/?period=7d"  # a page that is none of those that are timed


def main() -> None:
    """Print a table: each page, made anew and kept."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ledger", type=Path)
    parser.add_argument("--loads", type=int, default=20, help="of each page")
    given = parser.parse_args()
    with served(given.ledger) as address:
        print("| page | p50 ms | p95 ms | kept, p95 ms |\n|---|--:|--:|--:|")
        for page in PAGES:
            anew = fresh(address, page, given.loads)
            kept = time_pages([address + page], given.loads)[0]
            print(f"| {page} | {anew.p50 * 1000:.0f} | {anew.p95 * 1000:.0f} | {kept.p95 * 1000:.0f} |", flush=True)
    used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(f"largest resident size of the server or the browser: {used // 1024} MB", file=sys.stderr)


def fresh(address: str, page: str, loads: int) -> Timed:
    """Loads that are rendered anew each, since each has a parameter of its own that changes nothing."""
    urls = [address + WARM, *(f"{address}{page}?load={n}" for n in range(loads))]
    seconds = [each.p50 for each in time_pages(urls, 0, DRAWN)][1:]
    return Timed(page, percentile(seconds, 0.5), percentile(seconds, 0.95))


@contextmanager
def served(ledger: Path) -> Iterator[str]:
    """The address of ``keeptabs ui`` over a ledger, while the block runs."""
    command = [sys.executable, "-m", "keeptabs", "ui", "--store", str(ledger), "--port", "0", "--no-open"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            found = re.search(r"http://\S+", process.stdout.readline())
            if found is None:
                raise SystemExit(f"keeptabs ui did not start on {ledger}")
            yield found[0].rstrip("/")
        finally:
            process.terminate()


if __name__ == "__main__":
    main()
