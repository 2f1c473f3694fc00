"""How long a large ledger takes to answer, as ``scripts/simulate.py --spread 100`` makes one.

    python benchmarks/scale.py LEDGER [--days 28] [--rounds 5]

Each question is asked a few times; what is told is the first answer, which may have to wait for the disk, and the
fastest. Times are of the clock.
"""

import argparse
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from keeptabs.store import health, queries, rollups
from keeptabs.store.database import Connection, reading
from keeptabs.store.rollups import DAY

_LIST = 50  # calls of a page
_SPENT = "sum(calls), sum(cost), sum(unpriced), sum(input), sum(output), sum(cache_read) FROM spent GROUP BY"
_GROUPS = {
    "day and model": f"SELECT hour / {DAY}, model, {_SPENT} 1, 2",
    "feature and call site": f"SELECT feature, site_file, site_line, {_SPENT} 1, 2, 3",
    "provider and outcome": f"SELECT provider, outcome, {_SPENT} 1, 2",
}
_USERS = """
    SELECT user, count(*), sum(cost) FROM calls WHERE user IS NOT NULL AND started_at >= :since GROUP BY user
    ORDER BY 3 DESC LIMIT 20"""
_DEEP = f"""
    SELECT * FROM calls WHERE (started_at, id) < (SELECT started_at, id FROM calls WHERE id = :id)
    ORDER BY started_at DESC, id DESC LIMIT {_LIST}"""

Question = Callable[[], object]


def questions(db: Connection, days: int) -> dict[str, Question]:
    """What pages and commands ask, by name: of the last ``days`` of the ledger, in whole hours and by the second."""
    (last, number) = db.execute("SELECT max(started_at), max(id) FROM calls").fetchone()
    since, by_second = last // DAY * DAY - days * DAY, last - days * DAY
    (trace,) = db.execute("SELECT trace_id FROM calls WHERE id = ?", (number // 2,)).fetchone()
    (model,) = db.execute("SELECT model FROM calls WHERE id = ?", (number // 3,)).fetchone()
    newest = partial(queries.calls, db, 0, _LIST)
    return {
        "totals": partial(queries.totals, db, since),
        "totals, to the second": partial(queries.totals, db, by_second),
        "by model, with p95": partial(queries.by_model, db, since),
        "by call site": partial(queries.by_site, db, since, 10),
        **{f"by {name}": partial(_grouped, db, since, sql) for name, sql in _GROUPS.items()},
        "by hour and model, a day": partial(_hours, db, last // DAY * DAY),
        "by user": lambda: db.execute(_USERS, {"since": since}).fetchall(),
        "retries": partial(health.early_retries, db, since),
        "lost to retries": partial(health.lost, db, since),
        f"the newest {_LIST}": partial(newest, model=None, failed=False),
        f"the newest {_LIST} of a model": partial(newest, model=model, failed=False),
        "the newest of a model that is not there": partial(newest, model="none", failed=False),
        f"the newest {_LIST} that failed": partial(newest, model=None, failed=True),
        f"{_LIST} after a third of the list": lambda: db.execute(_DEEP, {"id": number * 2 // 3}).fetchall(),
        "one trace": partial(queries.trace, db, trace),
        "one trace, by its beginning": partial(queries.trace, db, trace[:10]),
    }


def _grouped(db: Connection, since: int, sql: str) -> list[object]:
    table = rollups.spent(db, since, grain=DAY)
    return db.execute(f"{table.sql} {sql}", table.values).fetchall()


def _hours(db: Connection, since: int) -> list[object]:
    table = rollups.spent(db, since)
    return db.execute(f"{table.sql} SELECT hour, model, {_SPENT} 1, 2", table.values).fetchall()


def main() -> None:
    """Read the options, ask, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ledger", type=Path)
    parser.add_argument("--days", type=int, default=28)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    with reading(given.ledger) as db:
        for table in ("calls", "rollups", "days"):
            (count,) = db.execute(f"SELECT count(*) FROM {table}").fetchone()
            print(f"{table:10} {count:,}")
        print(f"| {'ms':40} | first | fastest |\n|---|--:|--:|")
        for name, ask in questions(db, given.days).items():
            took = [_milliseconds(ask) for _ in range(given.rounds)]
            print(f"| {name:40} | {took[0]:,.1f} | {min(took):,.1f} |")


def _milliseconds(ask: Question) -> float:
    began = time.perf_counter()
    ask()
    return 1000 * (time.perf_counter() - began)


if __name__ == "__main__":
    main()
