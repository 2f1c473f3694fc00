from typing import Any

import pytest

from keeptabs.store.traces import TraceCall, TraceSpan
from keeptabs.web.pieces import attributes, looked_at, pieces


def call(**fields: Any) -> TraceCall:
    given: dict[str, Any] = {**dict.fromkeys(TraceCall.__struct_fields__), "started_at": 0, "duration": 0}
    names = {"operation": "chat", "model": "m", "span_id": "a", "operation_id": "o", "attempt": 1, "streamed": False}
    return TraceCall(**{**given, **names, **fields})


def span(**fields: Any) -> TraceSpan:
    usual: dict[str, Any] = {"span_id": "s", "parent_id": "p", "name": "n", "kind": "internal", "status": "unset"}
    return TraceSpan(**{"started_at": 0, "duration": 1, "service": "", "attributes": "{}", **usual, **fields})


@pytest.mark.parametrize(
    ("fields", "is_quiet"),
    [
        ({}, True),
        ({"attributes": '{"http.method": "GET"}'}, True),
        ({"attributes": '{"db.system": "x"}'}, False),
        ({"attributes": '{"gen_ai.tool.name": "x"}'}, False),
        ({"kind": "server"}, False),
        ({"status": "error"}, False),
        ({"attributes": "not json"}, True),
    ],
    ids=["internal", "http", "database", "tool", "server", "failed", "unreadable"],
)
def test_plumbing_is_what_says_nothing_of_worth(fields: dict[str, Any], *, is_quiet: bool) -> None:
    """Spans of databases, tools and entrances, and those that failed, are never plumbing."""
    assert pieces([], [span(**fields)])[0].is_quiet is is_quiet


def test_call_that_is_also_a_span_is_there_once() -> None:
    """Where another instrumentation made the span of a call, the call stands for it."""
    found = pieces([call(span_id="a"), call(span_id="a", attempt=2)], [span(span_id="a"), span(span_id="b")])
    assert [(piece.id, piece.is_call) for piece in found] == [("b", False), ("a", True), ("a", True)]


def test_first_chunk_counts_for_streams_only() -> None:
    """Waiting is told apart where there was a stream, and what it was told to wait is in nanoseconds."""
    found = pieces([call(first_chunk=5), call(first_chunk=5, streamed=True, retry_after=0.25)], [])
    assert [(piece.first_chunk, piece.told) for piece in found] == [(None, None), (5, 250_000_000)]


def test_last_attempt_of_a_span_is_looked_at() -> None:
    """The URL's span is found, of several attempts the last; without one the dearest call; else nothing."""
    calls = [call(id=1, cost=3), call(id=2, cost=1), call(id=3, span_id="b")]
    assert [getattr(looked_at(calls, text), "id", None) for text in ("a", "b", "", "c")] == [2, 3, 1, None]
    assert looked_at([], "") is None


@pytest.mark.parametrize("text", ["[1]", "{", '"x"'])
def test_attributes_that_are_no_object_are_none(text: str) -> None:
    """What cannot be read as attributes is left out."""
    assert attributes(span(attributes=text)) == {}
