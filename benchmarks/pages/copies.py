"""More spans for Phoenix than it takes in within reason: copies of those that it holds, in its own SQLite.

Of every trace and all that belongs to it, under new ids: tables of arize-phoenix 20.26.1. Phoenix must not be running.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

# By table: the columns that name a row of a table, which move by as many as that one has, and those that are unique.
ROWS = {
    "traces": {"id": "traces"},
    "spans": {"id": "spans", "trace_rowid": "traces"},
    "span_costs": {"id": "span_costs", "span_rowid": "spans", "trace_rowid": "traces"},
    "span_cost_details": {"id": "span_cost_details", "span_cost_id": "span_costs"},
}
UNIQUE = {"trace_id": "lower(hex(randomblob(16)))", "span_id": "lower(hex(randomblob(8)))"}


def multiply(database: Path, wanted: int) -> int:
    """Double what is there until there are at least so many spans, and return how many there are."""
    with closing(sqlite3.connect(database)) as db:
        db.execute("PRAGMA synchronous = OFF")  # whoever loses this database makes it anew
        while (held := int(db.execute("SELECT count(*) FROM spans").fetchone()[0])) and held < wanted:
            _copy(db, wanted - held)
        db.execute("ANALYZE")
        return held


def _copy(db: sqlite3.Connection, spans: int) -> None:
    """Copy the first traces that have so many spans, or all."""
    last = {table: db.execute(f"SELECT coalesce(max(id), 0) FROM {table}").fetchone()[0] for table in ROWS}
    first = "SELECT max(trace_rowid) FROM (SELECT trace_rowid FROM spans ORDER BY trace_rowid LIMIT ?)"
    traces = int(db.execute(first, (spans,)).fetchone()[0])
    of_trace = f"trace_rowid <= {traces}"
    costs = f"SELECT id FROM span_costs WHERE {of_trace} AND id <= {last['span_costs']}"
    chosen = {
        "traces": f"id <= {traces}",
        "spans": of_trace,
        "span_costs": of_trace,
        "span_cost_details": f"span_cost_id IN ({costs})",
    }
    with db:
        for table, moved in ROWS.items():
            names = [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
            values = [f"{name} + {last[moved[name]]}" if name in moved else UNIQUE.get(name, name) for name in names]
            db.execute(
                f"INSERT INTO {table} ({', '.join(names)}) SELECT {', '.join(values)} FROM {table} "
                f"WHERE {chosen[table]} AND id <= {last[table]}"
            )
