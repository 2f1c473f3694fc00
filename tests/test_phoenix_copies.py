"""Copies of spans in Phoenix's own tables, as far as the copies need them."""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from importlib import import_module
from pathlib import Path

import pytest

PAGES = Path(__file__).resolve().parents[1] / "benchmarks" / "pages"
sys.path.insert(0, str(PAGES))
try:
    multiply = import_module("copies").multiply
finally:
    sys.path.remove(str(PAGES))

# Three traces, of none, two and one span; the second and third span cost something. Ids have gaps, as after deletions.
TABLES = """
    CREATE TABLE traces (id INTEGER PRIMARY KEY, trace_id TEXT UNIQUE, start_time TEXT);
    CREATE TABLE spans (id INTEGER PRIMARY KEY, trace_rowid INTEGER, span_id TEXT UNIQUE, name TEXT);
    CREATE TABLE span_costs (id INTEGER PRIMARY KEY, span_rowid INTEGER, trace_rowid INTEGER, total_cost REAL);
    CREATE TABLE span_cost_details (id INTEGER PRIMARY KEY, span_cost_id INTEGER, cost REAL);
    INSERT INTO traces VALUES (2, 'z', 'w'), (3, 'a', 'x'), (6, 'b', 'y');
    INSERT INTO spans VALUES (1, 3, 'p', 'free'), (2, 3, 'q', 'two'), (7, 6, 'r', 'three');
    INSERT INTO span_costs VALUES (1, 2, 3, 2.0), (3, 7, 6, 3.0);
    INSERT INTO span_cost_details VALUES (1, 1, 2.0), (2, 3, 1.0), (5, 3, 2.0);
"""
COSTS = """
    SELECT s.name, c.total_cost, sum(d.cost), c.trace_rowid = s.trace_rowid FROM spans s
    JOIN span_costs c ON c.span_rowid = s.id JOIN span_cost_details d ON d.span_cost_id = c.id GROUP BY s.id"""


@pytest.mark.parametrize("wanted", [2, 4, 6, 7, 100])
def test_copies_are_whole(wanted: int, tmp_path: Path) -> None:
    """There are as many spans as were wanted, each in a trace, with what it costs and no more."""
    file = tmp_path / "phoenix.db"
    with closing(sqlite3.connect(file)) as db:
        db.executescript(TABLES)
    held = multiply(file, wanted)
    with closing(sqlite3.connect(file)) as db:
        assert db.execute("SELECT count(*) FROM spans").fetchone() == (held,)
        assert db.execute("SELECT count(*) FROM spans JOIN traces ON traces.id = trace_rowid").fetchone() == (held,)
        assert set(db.execute(COSTS)) == {("two", 2.0, 2.0, 1), ("three", 3.0, 3.0, 1)}
    assert max(wanted, 3) <= held < wanted + 3


def test_nothing_cannot_be_copied(tmp_path: Path) -> None:
    """Without a span there are none afterwards."""
    with closing(sqlite3.connect(tmp_path / "phoenix.db")) as db:
        db.executescript("\n".join(line for line in TABLES.splitlines() if "INSERT" not in line))
    assert multiply(tmp_path / "phoenix.db", 10) == 0
