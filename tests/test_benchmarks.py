import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PARTS = (
    "chat",
    "unrelated",
    "import and install",
    "memory",
    "a request of",
    "from bytes",
    "in a fresh process",
    "staged files",
)
WRONG = """
import warm_prices
warm_prices.CALLS = [call._replace(usd=call.usd + 1) for call in warm_prices.CALLS]
list(warm_prices.rows(["keeptabs"]))
"""


def run(*arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    command, environ = [sys.executable, *arguments], {**os.environ, **variables}
    return subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=300, check=False)


@pytest.mark.slow
def test_the_benchmarks_run() -> None:
    """Every part of the benchmarks runs to its end; its figures are not looked at here."""
    done = run("benchmarks/run.py", "--quick")
    assert done.returncode == 0, done.stderr[-2000:]
    missing = [part for part in PARTS if part not in done.stdout]
    assert not missing


@pytest.mark.slow
def test_a_part_is_run_alone() -> None:
    """A part that is asked for runs without the others, and says which package was not there to be compared."""
    done = run("benchmarks/run.py", "--quick", "--only", "pricing")
    assert done.returncode == 0, done.stderr[-2000:]
    assert "keeptabs / genai-prices" in done.stdout
    assert ("keeptabs / litellm" in done.stdout) != ("litellm is not installed" in done.stdout)
    assert "chat, plain" not in done.stdout


def test_a_wrong_amount_ends_the_benchmark() -> None:
    """Nothing is measured of a package that comes to another amount than was worked out by hand."""
    done = run("-c", WRONG, PYTHONPATH=str(ROOT / "benchmarks" / "inside"))
    assert done.returncode == 1
    assert done.stderr.strip() == "keeptabs, usage given, chat: 0.00415 USD, not 1.00415"
