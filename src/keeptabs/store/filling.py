"""A new ledger of many calls at once: what follows from them is made at the end instead of call by call.

10 million calls take a quarter of an hour of CPU time so, most of it to make them up. A process that ends meanwhile
leaves a file that is of no use.
"""

from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path

from keeptabs.store import day_schema, rollup_schema
from keeptabs.store.database import Connection, open_writer
from keeptabs.store.record import Columns, Record, row

_NAMES = Columns.__struct_fields__
_INSERT = f"INSERT INTO calls ({', '.join(_NAMES)}) VALUES ({', '.join('?' * len(_NAMES))}) ON CONFLICT DO NOTHING"
_BATCH = 5_000  # calls
_CACHE = 262_144  # KiB
_DERIVED = """
    SELECT type, name, sql FROM sqlite_master WHERE tbl_name IN ('calls', 'rollups') AND sql NOT LIKE 'CREATE UNIQUE%'
        AND type IN ('index', 'trigger')"""


def fill(path: Path, records: Iterable[Record]) -> Iterator[int]:
    """Write the records to a new ledger at ``path``; yields now and then how many there are.

    Raises sqlite3.Error or OSError when it cannot be written.
    """
    with closing(open_writer(path)) as db:
        db.execute("PRAGMA journal_mode = OFF")
        db.execute(f"PRAGMA cache_size = -{_CACHE}")
        derived = db.execute(_DERIVED).fetchall()
        db.execute("BEGIN")
        for kind, name, _ in derived:
            db.execute(f"DROP {kind} {name}")
        yield from _insert(db, iter(records))
        sums = (*rollup_schema.FROM_CALLS, day_schema.FROM_ROLLUPS)
        for statement in (*sums, *(sql for _, _, sql in derived), "COMMIT"):
            db.execute(statement)
        db.execute("PRAGMA journal_mode = WAL")


def _insert(db: Connection, records: Iterator[Record]) -> Iterator[int]:
    written = 0
    while batch := [row(record) for record in islice(records, _BATCH)]:
        db.executemany(_INSERT, batch)
        written += len(batch)
        yield written
