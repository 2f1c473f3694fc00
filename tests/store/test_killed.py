import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import msgspec
import pytest

from keeptabs.store import rollups, upkeep
from keeptabs.store.database import open_writer, reading
from keeptabs.store.record import Record

SCRIPT = Path(__file__).with_name("killed_writer.py")


def killed(stack: ExitStack, path: Path, record: Path, lines: int) -> int:
    """Two processes write at once, and are killed when they have said so many lines: what they said in all."""
    command = [sys.executable, str(SCRIPT), str(path), str(record)]
    running = [stack.enter_context(subprocess.Popen(command, stdout=subprocess.PIPE, text=True)) for _ in range(2)]
    said = [[process.stdout.readline() for _ in range(lines)] for process in running if process.stdout]
    for process in running:
        process.kill()
    rest = [process.communicate()[0] for process in running]
    whole = ["".join(lines) + more for lines, more in zip(said, rest, strict=True)]
    return sum(int(text[: text.rindex("\n")].splitlines()[-1]) for text in whole)


def hold(path: Path, record: Record, rounds: int) -> None:
    """Kill in each round a little later, and look whether all that was said to be kept is there, and is whole."""
    one = path.with_name("record.json")
    one.write_bytes(msgspec.json.encode(record))
    open_writer(path).close()
    acknowledged = 0
    for number in range(rounds):
        with ExitStack() as stack:
            acknowledged += killed(stack, path, one, 1 + number % 7)
        with reading(path) as db:
            (found,) = db.execute("SELECT count(*) FROM calls").fetchone()
            assert acknowledged <= found <= acknowledged + 2 * 20 * (number + 1)
            assert upkeep.check(db, lambda: None).is_sound
            assert rollups.differences(db) == 0


def test_a_kill_loses_nothing_that_was_committed(tmp_path: Path, record: Callable[..., Record]) -> None:
    """What was committed is there, the file is whole, and sums are those of the calls."""
    hold(tmp_path / "ledger.db", record(streamed=True), 3)


@pytest.mark.slow
def test_many_kills_lose_nothing_that_was_committed(tmp_path: Path, record: Callable[..., Record]) -> None:
    """At thirty moments of the writing."""
    hold(tmp_path / "ledger.db", record(streamed=True), 30)
