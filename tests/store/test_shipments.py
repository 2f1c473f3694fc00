import sqlite3
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from keeptabs.store.database import StoreError, writing
from keeptabs.store.shipments import Shipment, advance, following, shipment, waiting

TO = "http://127.0.0.1:4318/v1/traces"


@pytest.fixture
def db(five: Path) -> Iterator[sqlite3.Connection]:
    with writing(five) as connection:
        yield connection


def test_nothing_was_shipped_at_first(db: sqlite3.Connection) -> None:
    """All calls wait."""
    known = shipment(db, TO)
    assert known == Shipment(destination=TO)
    assert waiting(db, known) == 5


def test_calls_come_by_number(db: sqlite3.Connection) -> None:
    """In the order in which they were kept, which is not that of their times, and no more than are wanted."""
    found = following(db, Shipment(destination=TO, call=1), 3)
    assert [each.id for each in found] == [2, 3, 4]
    assert [each.row.started_at // 10**9 for each in found] == [1, 2, 2]


def test_a_place_is_kept(db: sqlite3.Connection) -> None:
    """By destination, with its counts."""
    (last,) = following(db, Shipment(destination=TO, call=2), 1)
    after = Shipment(destination=TO, call=last.id, span_id=last.row.span_id, sent=2, refused=1, expired=0, at=9)
    advance(db, shipment(db, TO), after)
    assert shipment(db, TO) == after
    assert waiting(db, after) == 2
    assert shipment(db, "http://elsewhere") == Shipment(destination="http://elsewhere")


def test_a_place_that_has_moved_is_not_overwritten(db: sqlite3.Connection) -> None:
    """Who comes second learns of it."""
    known = shipment(db, TO)
    (first,) = following(db, known, 1)
    after = msgspec.structs.replace(known, call=first.id, span_id=first.row.span_id, sent=1)
    advance(db, known, after)
    with pytest.raises(StoreError, match="another process"):
        advance(db, known, msgspec.structs.replace(after, sent=9))
    assert shipment(db, TO) == after


@pytest.mark.parametrize(
    ("change", "call"),
    [
        ("DELETE FROM calls WHERE id < 4", 3),
        ("DELETE FROM calls WHERE id = 3", 3),
        ("DELETE FROM calls", 0),
        ("DELETE FROM calls WHERE id > 2", 0),
        ("UPDATE calls SET span_id = 'another' WHERE id = 3", 0),
    ],
    ids=[
        "older ones are pruned",
        "the last one is pruned",
        "all are removed",
        "numbers are free",
        "a number is reused",
    ],
)
def test_numbers_that_are_given_anew_are_noticed(db: sqlite3.Connection, change: str, call: int) -> None:
    """Then shipping begins with the first call, and the counts stay; pruning old calls changes nothing."""
    (third,) = following(db, Shipment(destination=TO, call=2), 1)
    advance(db, shipment(db, TO), Shipment(destination=TO, call=3, span_id=third.row.span_id, sent=3))
    db.execute(change)
    found = shipment(db, TO)
    assert (found.call, found.sent) == (call, 3)
