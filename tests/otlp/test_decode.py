from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from otlp_spans import BEGAN, GENAI_OPENAI, LASTED, PARENT, SPAN, TRACE, protobuf, sent

from keeptabs.otlp.decode import Decoded, MalformedError, decode_json, decode_protobuf

ONE: dict[str, Any] = {"parentSpanId": PARENT, "attributes": GENAI_OPENAI, "status": {"code": 2}}


def test_both_encodings_are_read_alike() -> None:
    """Ids as hex, times and durations in nanoseconds, words for numbers, attributes with their types."""
    decoded = decode_json(sent(ONE))
    assert decode_protobuf(protobuf(ONE)) == decoded
    (span,) = decoded.spans
    assert (span.trace_id, span.span_id, span.parent_id) == (TRACE, SPAN, PARENT)
    assert (span.started_at, span.duration, span.kind, span.status) == (BEGAN, LASTED, "client", "error")
    assert (span.service, span.scope, span.attributes) == ("shop", "test", GENAI_OPENAI)


@pytest.mark.parametrize(
    "broken",
    [
        {"traceId": "0" * 32},
        {"traceId": TRACE[:-2]},
        {"traceId": "x" * 32},
        {"spanId": ""},
        {"startTimeUnixNano": "0"},
        {"startTimeUnixNano": "yesterday"},
        {"startTimeUnixNano": str(2**63)},
        {"endTimeUnixNano": "-5"},
    ],
    ids=str,
)
def test_what_has_no_ids_or_time_is_no_span(broken: dict[str, Any]) -> None:
    """It is counted; the other spans of the request are read."""
    found = decode_json(sent(broken, {}))
    assert (len(found.spans), found.rejected) == (1, 1)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"intValue": "12"}, 12),
        ({"intValue": 12}, 12),
        ({"doubleValue": "NaN"}, "nan"),
        ({"doubleValue": "nonsense"}, None),
        ({"bytesValue": "AA=="}, None),
        ({}, None),
        (None, None),
        ({"kvlistValue": {"values": [{"key": "a", "value": {"boolValue": False}}]}}, {"a": False}),
        ({"arrayValue": {}}, []),
        ({"newValue": 1}, None),
    ],
    ids=str,
)
def test_values_have_their_types(value: Any, expected: object) -> None:
    """Whole numbers may be text, and what is not known is nothing."""
    attributes = [{"key": "a", "value": value}]
    body = msgspec.json.decode(sent({}))
    body["resourceSpans"][0]["scopeSpans"][0]["spans"][0]["attributes"] = attributes
    found = decode_json(msgspec.json.encode(body)).spans[0].attributes["a"]
    assert (str(found) if expected == "nan" else found) == expected


def test_a_span_that_ends_before_it_begins_lasts_no_time() -> None:
    """Clocks are set back."""
    assert decode_json(sent({"endTimeUnixNano": "1"})).spans[0].duration == 0


def test_the_type_of_an_exception_is_found() -> None:
    """It is an attribute of an event."""
    raised = [{"key": "exception.type", "value": {"stringValue": "openai.RateLimitError"}}]
    span = decode_json(sent({"events": [{"name": "log"}, {"name": "exception", "attributes": raised}]})).spans[0]
    assert span.raised == "openai.RateLimitError"


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"resourceSpans":{}}', b"\xff", b'"' + b"x" * 9], ids=repr)
def test_what_is_no_json_of_otlp_is_told_in_one_line(body: bytes) -> None:
    """A sender sees why."""
    with pytest.raises(MalformedError, match=r"^this is no OTLP in JSON: .+$"):
        decode_json(body)


def test_what_is_no_protobuf_is_told_in_one_line() -> None:
    """A sender sees why; an empty body is an empty request."""
    assert decode_protobuf(b"") == Decoded([], 0)
    with pytest.raises(MalformedError, match=r"^this is no OTLP in protobuf: .+$"):
        decode_protobuf(protobuf(ONE)[:-3])


@pytest.mark.parametrize("depth", [15, 90, 5_000])
def test_values_within_values_have_an_end(depth: int) -> None:
    """However deep they are, they are read in part or refused."""
    nested = b'{"arrayValue":{"values":[' * depth + b"{}" + b"]}}" * depth
    body = sent({"attributes": {"a": "here"}}).replace(b'{"stringValue":"here"}', nested)
    try:
        assert len(decode_json(body).spans) == 1
    except MalformedError:
        assert depth == 5_000


jsons = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["resourceSpans", "scopeSpans", "spans", "attributes", "key", "value", "intValue", "traceId", "kind"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=15,
)


def told(read: Callable[[bytes], Decoded], body: bytes) -> str:
    """Nothing for what is read, else why it is refused."""
    try:
        read(body)
    except MalformedError as error:
        return str(error)
    return ""


@given(jsons)
def test_no_json_breaks_the_decoder(value: object) -> None:
    """It is read, or refused with the one error."""
    assert "\n" not in told(decode_json, msgspec.json.encode(value))


@given(st.binary(max_size=60), st.integers(0, 400), st.binary(max_size=6))
def test_no_bytes_break_the_decoder(body: bytes, place: int, put: bytes) -> None:
    """Neither arbitrary ones, nor a request in which some were overwritten."""
    whole = protobuf(ONE)
    for each in (body, whole[:place] + put + whole[place + len(put) :]):
        assert "\n" not in told(decode_protobuf, each)
