import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import permutations
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from keeptabs.core.dialect import Asked
from keeptabs.core.exchange import Timing
from keeptabs.core.usage import Bucket, Usage
from keeptabs.store import rollups, told
from keeptabs.store.database import Connection, transaction
from keeptabs.store.migrations import migrate
from keeptabs.store.record import TAP, Record

Make = Callable[..., Record]
TRACE, OTHER = "a" * 32, "b" * 32
SECOND = 1_000_000_000
USED = Usage(tokens={Bucket.INPUT_TEXT: 10, Bucket.OUTPUT_TEXT: 5})
MORE = Usage(tokens={Bucket.INPUT_TEXT: 11, Bucket.OUTPUT_TEXT: 5})


@pytest.fixture
def db() -> Iterator[Connection]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as opened:
        migrate(opened)
        yield opened


@pytest.fixture
def call(record: Make) -> Make:
    def make(
        source: str = TAP, span: str = "", *, trace: str = TRACE, parent: str | None = None, **said: Any
    ) -> Record:
        begins, lasts = said.pop("at", (5 * SECOND, SECOND))
        said = {"timing": Timing(started_at=begins, duration=lasts), "usage": USED, "response_id": None, **said}
        made = record({"trace_id": trace, "span_id": span or source, "parent_id": parent}, **said)
        return msgspec.structs.replace(made, source=source)

    return make


def put(db: Connection, *records: Record) -> None:
    with transaction(db):
        told.put(db, told.made(records))


def kept(db: Connection) -> list[str]:
    assert rollups.differences(db) == 0
    assert (
        db.execute("SELECT coalesce(sum(calls), 0) FROM rollups").fetchone()
        == db.execute("SELECT count(*) FROM calls").fetchone()
    )
    return sorted(line[0] for line in db.execute("SELECT source FROM calls"))


SAME: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "the same span": ({"span": "s"}, {"span": "s", "usage": MORE}),
    "the SDK's span is the parent": ({"parent": "gen_ai"}, {"usage": None}),
    "the SDK's span is the child": ({"usage": None}, {"parent": "tap"}),
    "the same answer": ({"response_id": "r1", "usage": MORE}, {"response_id": "r1"}),
    "the same answer in another trace": ({"response_id": "r1"}, {"response_id": "r1", "trace": OTHER}),
    "the same usage within its time": ({}, {"at": (4 * SECOND, 3 * SECOND)}),
    "failures within its time": ({"usage": None}, {"usage": None, "at": (4 * SECOND, 3 * SECOND)}),
}
OTHERS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "another answer": ({"response_id": "r1"}, {"response_id": "r2"}),
    "another trace": ({}, {"trace": OTHER}),
    "another usage": ({}, {"usage": MORE}),
    "another model": ({}, {"response_model": "other", "request": Asked(model="other")}),
    "a time that ends before": ({}, {"at": (4 * SECOND, SECOND + SECOND // 2)}),
    "another time": ({}, {"at": (9 * SECOND, SECOND)}),
    "no usage": ({}, {"usage": None}),
}


@pytest.mark.parametrize("together", [True, False], ids=["in one batch", "in two"])
@pytest.mark.parametrize("first", ["tap", "span"])
@pytest.mark.parametrize("name", SAME)
def test_a_call_that_is_told_of_twice_counts_once(
    db: Connection, call: Make, name: str, first: str, *, together: bool
) -> None:
    """What was seen on the wire stays, whichever comes first, and the sums are those of what stays."""
    tap, span = call(**SAME[name][0]), call("gen_ai", **SAME[name][1])
    both = (tap, span) if first == "tap" else (span, tap)
    for batch in [both] if together else [(each,) for each in both]:
        put(db, *batch)
    assert kept(db) == [TAP]
    assert db.execute("SELECT detail FROM calls").fetchone() == (msgspec.json.encode(tap.call).decode(),)


@pytest.mark.parametrize("first", ["tap", "span"])
@pytest.mark.parametrize("name", OTHERS)
def test_another_call_is_another(db: Connection, call: Make, name: str, first: str) -> None:
    """What only resembles a call counts beside it."""
    tap, span = call(**OTHERS[name][0]), call("gen_ai", **OTHERS[name][1])
    for each in (tap, span) if first == "tap" else (span, tap):
        put(db, each)
    assert kept(db) == ["gen_ai", TAP]


def test_a_span_stands_for_no_attempt_when_both_were_seen(db: Connection, call: Make) -> None:
    """Two attempts below one span of an SDK are two calls, before and after it was told."""
    put(db, call(span="one", parent="gen_ai", usage=None))
    put(db, call("gen_ai", response_id="r"))
    put(db, call(span="two", parent="gen_ai", response_id="r"))
    assert kept(db) == [TAP, TAP]


def test_taps_are_never_held_to_be_one(db: Connection, call: Make) -> None:
    """Attempts that share the span of an SDK, and a gateway's call below the app's, are calls each."""
    put(db, call(span="s", response_id="r"), call(span="s", response_id="r"), call(span="t", parent="s"))
    put(db, call("gen_ai", "s"))
    assert kept(db) == [TAP, TAP, TAP]


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
def test_the_inner_of_two_spans_is_the_call(db: Connection, call: Make, order: tuple[int, ...]) -> None:
    """A wrapper around two calls is none, in whatever order they come; a call that is sent again is known."""
    calls = [call("openinference", "w"), call("gen_ai", "x", parent="w"), call("gen_ai", "y", parent="w", usage=MORE)]
    for place in (*order, *order):
        put(db, calls[place])
    assert kept(db) == ["gen_ai", "gen_ai"]


def test_a_span_of_keeptabs_prevails_over_others(db: Connection, call: Make) -> None:
    """It knows what the tap knew; the tap itself prevails over it."""
    put(db, call("gen_ai", "g"))
    put(db, call(told.OWN_SPAN, "k", parent="g"))
    assert kept(db) == [told.OWN_SPAN]
    put(db, call(span="k", parent="g"))
    assert kept(db) == [TAP]


def test_what_was_repriced_can_be_replaced(db: Connection, call: Make) -> None:
    """The cost that it had is forgotten with it."""
    put(db, call("gen_ai", "g"))
    db.execute("INSERT INTO repricings VALUES (1, 1, 'b', 0, 1, 0, 0)")
    db.execute("INSERT INTO repriced_calls VALUES (1, 1, '{}')")
    put(db, call(parent="g"))
    assert db.execute("SELECT count(*) FROM repriced_calls").fetchone() == (0,)
    assert kept(db) == [TAP]


calls = st.fixed_dictionaries(
    {"source": st.sampled_from([TAP, told.OWN_SPAN, "gen_ai", "openinference"]), "span": st.sampled_from("abcd")},
    optional={
        "parent": st.sampled_from("abcd"),
        "usage": st.sampled_from([None, USED, MORE]),
        "response_id": st.sampled_from(["r1", "r2"]),
        "trace": st.sampled_from([TRACE, OTHER]),
        "streamed": st.booleans(),
        "at": st.tuples(st.integers(0, 9 * SECOND), st.integers(0, SECOND)),
    },
)


@given(st.lists(calls, max_size=12), st.integers(1, 5))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_sums_are_those_of_what_is_kept(call: Make, some: list[dict[str, Any]], size: int) -> None:
    """Whatever is told in whatever batches, and every call on the wire is kept."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        migrate(db)
        for start in range(0, len(some), size):
            put(db, *(call(**each) for each in some[start : start + size]))
        assert kept(db).count(TAP) == sum(each["source"] == TAP for each in some)
        assert db.execute("SELECT coalesce(min(count), 1) > 0 FROM histograms").fetchone() == (1,)
