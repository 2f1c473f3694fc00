from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import cast

import pytest

from keeptabs.core.exchange import CallSite, Timing
from keeptabs.core.outcome import Outcome, OutcomeKind
from keeptabs.store.database import reading
from keeptabs.store.record import Record
from keeptabs.store.rollups import HOUR
from keeptabs.store.slices import DIMENSIONS, Dimension, Slice, sliced
from keeptabs.store.writer import Process, Writer

Make = Callable[..., Record]


def count(path: Path, part: Slice) -> int:
    with reading(path) as db:
        table = sliced(db, part)
        sql = f"{table.sql} SELECT coalesce(sum(calls), 0) FROM sliced"
        return int(db.execute(sql, table.values).fetchone()[0])


@pytest.fixture
def two(tmp_path: Path, record: Make, process: Process) -> Path:
    """A call in the first hour, and one in the second that differs from it in everything."""
    other = {
        "response_model": "o3",
        "provider": "azure",
        "operation": "embeddings",
        "tags": {"feature": "it's"},
        "site": CallSite("/app/b.py", 7, "g"),
        "outcome": Outcome(kind=OutcomeKind.TIMEOUT, error_type="timeout"),
        "timing": Timing(started_at=HOUR + 1, duration=1),
    }
    with closing(Writer(tmp_path / "ledger.db")) as writer:
        writer.add(record(timing=Timing(started_at=5, duration=1), site=None, tags={}))
        writer.add(record(**other))
        writer.commit({}, process)
    return tmp_path / "ledger.db"


@pytest.mark.parametrize(
    ("name", "value", "calls"),
    [
        ("model", "o3", 1),
        ("model", "o", 0),
        ("provider", "azure", 1),
        ("operation", "embeddings", 1),
        ("service", "desk", 2),
        ("service", "", 0),
        ("feature", "it's", 1),
        ("feature", "", 1),
        ("site", "/app/b.py:7", 1),
        ("site", "/app/b.py:70", 0),
        ("site", "", 1),
        ("outcome", "timeout", 1),
    ],
)
def test_a_part_has_the_calls_with_a_value(two: Path, name: str, value: str, calls: int) -> None:
    """A value is that value, whatever it holds; an empty one is that of calls without."""
    assert count(two, Slice(since=0, having={cast("Dimension", name): value})) == calls


def test_every_dimension_can_be_asked_for(two: Path) -> None:
    """All at once, too."""
    assert count(two, Slice(since=0, having=dict.fromkeys(cast("tuple[Dimension, ...]", tuple(DIMENSIONS)), "x"))) == 0


@pytest.mark.parametrize(
    ("since", "until", "calls"),
    [(0, 2 * HOUR, 2), (0, HOUR, 1), (HOUR, 2 * HOUR, 1), (6, HOUR, 0), (5, HOUR, 1), (HOUR + 2, 2 * HOUR, 0)],
)
def test_a_part_is_of_a_time(two: Path, since: int, until: int, calls: int) -> None:
    """From a moment on, up to before an hour."""
    assert count(two, Slice(since=since, until=until)) == calls
