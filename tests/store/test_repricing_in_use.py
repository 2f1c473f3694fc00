import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest

from keeptabs.core.call import Call
from keeptabs.core.cost import Cost, CostStatus
from keeptabs.store import repricing
from keeptabs.store.database import Connection, reading, writing
from keeptabs.store.repricing import Repricing, Selection

NANO = 1_000_000_000
DOLLAR = Cost(usd=Decimal(1), status=CostStatus.PRICED)


def run(db: Connection, price: Callable[[Call], Cost] = lambda call: DOLLAR) -> Repricing:
    """Every call costs a dollar now."""
    done = Repricing(at=7, book="new prices", since=0, until=10**18)
    for batch in repricing.reprice(db, Selection(since=0, until=10**18), price):
        done = repricing.apply(db, done, batch.calls)
    return done


def rows(db: Connection) -> list[tuple[object, ...]]:
    """All that the table of calls holds."""
    return db.execute("SELECT * FROM calls ORDER BY id").fetchall()


KILLED = """
import os, sys
from decimal import Decimal
from pathlib import Path
from keeptabs.core.call import Call
from keeptabs.core.cost import Cost, CostStatus
from keeptabs.store import repricing
from keeptabs.store.database import writing

repricing.BATCH = 2
left = int(sys.argv[2])

def add(*values, really=repricing._add):
    global left
    left -= 1
    if left < 0:
        os._exit(9)  # inside a transaction, as a kill would hit it
    really(*values)

repricing._add = add
new = Cost(usd=Decimal(1), status=CostStatus.PRICED)
with writing(Path(sys.argv[1])) as db:
    if sys.argv[3] == "undo":
        list(repricing.undo(db, repricing.repricings(db)[0]))
    done = repricing.Repricing(at=1, book="b", since=0, until=10**18)
    for batch in repricing.reprice(db, repricing.Selection(since=0, until=10**18), lambda call: new):
        done = repricing.apply(db, done, batch.calls)
"""


def killed(path: Path, batches: int, what: str) -> None:
    """A run in a process of its own that is gone in the middle of the transaction after ``batches`` batches."""
    command = [sys.executable, "-c", KILLED, str(path), str(batches), what]
    assert subprocess.run(command, check=False).returncode == 9


@pytest.mark.parametrize(("batches", "expected"), [(0, []), (1, [2]), (2, [4])])
def test_a_run_that_is_killed_is_whole_as_far_as_it_came(five: Path, batches: int, expected: list[int]) -> None:
    """The batch under way is not there, the ones before are, sums and all; a second run does the rest, both undo."""
    with reading(five) as db:
        before = rows(db)
    killed(five, batches, "apply")
    with writing(five) as db:
        found = repricing.repricings(db)
        assert [(each.calls, each.before, each.after) for each in found] == [
            (n, n * 300_000, n * NANO) for n in expected
        ]
        rest = run(db)
        assert rest.calls == 5 - sum(expected)
        assert db.execute("SELECT DISTINCT cost FROM calls").fetchall() == [(NANO,)]
        for each in repricing.repricings(db):
            list(repricing.undo(db, each))
        assert rows(db) == before


def test_an_undo_that_is_killed_goes_on_when_it_is_asked_again(five: Path) -> None:
    """What is held changed still is listed with its sums, and can be taken back."""
    with writing(five) as db:
        before = rows(db)
        run(db)
    killed(five, 1, "undo")
    with writing(five) as db:
        (left,) = repricing.repricings(db)
        assert (left.calls, left.before, left.after) == (3, 900_000, 3 * NANO)
        assert sum(repricing.undo(db, left)) == 3
        assert rows(db) == before


def test_an_app_that_records_calls_is_not_kept_waiting(five: Path) -> None:
    """While prices are worked out the file is free: whoever writes to it then does so without waiting at all."""
    served = 0

    def price(call: Call) -> Cost:
        nonlocal served
        with closing(sqlite3.connect(five, timeout=0)) as app:
            app.execute("INSERT INTO faults VALUES ('app', ?, 1, 1)", (str(served),))
            app.commit()
        served += 1
        return DOLLAR

    with writing(five) as db:
        done = run(db, price)
    assert (served, done.calls) == (5, 5)
