"""What is kept of a body: bounded, and what carries facts."""

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from keeptabs.core.wire import keep, sse
from keeptabs.core.wire.keep import Chosen, Events, Nothing, Whole, keeper

FACT = (b'"usage"', b"[DONE]")
BLOCKS = st.sampled_from(
    [b'data: {"x": 1}', b'data: {"usage": {}}', b"data: [DONE]", b": ping", b"data: {broken", b'event: y\ndata: "z"']
)
TEXT = b'data: {"text": 1}\n\n' * 10
CUTS = st.lists(st.integers(0, 300), max_size=12)


def pieces(body: bytes, cuts: list[int]) -> list[bytes]:
    """``body`` cut at ``cuts``; two equal cuts make an empty piece."""
    edges = sorted([0, len(body), *(min(cut, len(body)) for cut in cuts)])
    return [body[start:end] for start, end in pairwise(edges)]


def kept(chunks: list[bytes], markers: tuple[bytes, ...] = FACT) -> bytes:
    """What an Events keeper makes of ``chunks``."""
    made = Events(markers)
    for chunk in chunks:
        made.feed(chunk)
    return made.result()


@pytest.mark.parametrize(
    ("status", "content_type", "expected"),
    [
        (200, "text/event-stream", Events),
        (200, "Text/Event-Stream; charset=utf-8", Events),
        (200, "application/json", Chosen),
        (200, "application/json; charset=utf-8", Chosen),
        (200, "application/problem+json", Whole),
        (200, "text/plain; charset=utf-8", Whole),
        (200, "text/html", Whole),
        (200, "application/x-text/event-stream", Whole),
        (200, "", Whole),
        (200, None, Whole),
        (200, "audio/mpeg", Nothing),
        (200, "application/octet-stream", Nothing),
        (200, "Image/PNG", Nothing),
        (399, "video/mp4", Nothing),
        (400, "application/octet-stream", Whole),
        (500, "audio/mpeg", Whole),
        (429, "text/event-stream", Whole),
    ],
)
def test_status_and_content_type_say_what_is_kept(status: int, content_type: str | None, expected: type) -> None:
    """Streams are abridged, texts are kept, audio and images pass, and an error is kept whatever it calls itself."""
    assert type(keeper(status, content_type, FACT)) is expected


def test_a_binary_body_leaves_nothing() -> None:
    """Audio carries no facts."""
    made = Nothing()
    made.feed(b"ID3" * 1000)
    assert (made.result(), made.gaps) == (b"", ())


@given(st.lists(st.binary(max_size=20)))
def test_a_whole_body_is_kept_as_it_is(chunks: list[bytes]) -> None:
    """However it is cut, its bytes come out."""
    made = Whole()
    for chunk in chunks:
        made.feed(chunk)
    assert (made.result(), made.gaps) == (b"".join(chunks), ())


@pytest.mark.parametrize(
    ("chunks", "expected"),
    [
        pytest.param([b"x" * 64], 64, id="just small enough"),
        pytest.param([b"x" * 65], 0, id="one byte too many"),
        pytest.param([b"x" * 60, b"x" * 5, b"x"], 0, id="in pieces, with more behind"),
    ],
)
def test_a_body_that_is_too_large_is_a_gap(chunks: list[bytes], expected: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a body is no JSON, so nothing of it is kept, and the gap is told once."""
    monkeypatch.setattr(keep, "MAX_BODY", 64)
    made = Whole()
    for chunk in chunks:
        made.feed(chunk)
    assert len(made.result()) == expected
    assert len(made.gaps) == (0 if expected else 1)


def test_a_body_may_have_sixteen_mebibytes() -> None:
    """The gap says how large that is."""
    made, block = Whole(), bytes(1 << 20)
    for _ in range(16):
        made.feed(block)
    assert (len(made.result()), made.gaps) == (16 << 20, ())
    made.feed(b"x")
    assert (made.result(), made.gaps) == (b"", ("the response body is over 16 MiB",))


def test_the_first_event_and_those_with_facts_are_kept() -> None:
    """The events between, which hold the text, are not."""
    body = b'data: {"first": 1}\n\n' + TEXT + b'data: {"usage": {}}\n\n' + TEXT + b"data: [DONE]\n\n"
    found = kept([body])
    assert found.startswith(b'data: {"first": 1}\n\n')
    assert found.endswith(b'data: {"usage": {}}\n\ndata: [DONE]\n\n')
    assert found.count(b'"text"') < 3


@pytest.mark.parametrize(
    "comments", [b": ping\n\n", b":\n\n: OPENROUTER PROCESSING\n\n", b"event: ping\n\n", b"id: 1\n\n"]
)
def test_the_first_event_is_the_first_that_has_data(comments: bytes) -> None:
    """A comment that keeps a connection alive does not take the place of the event that names the model."""
    assert b'data: {"first": 1}' in kept([comments + b'data: {"first": 1}\n\ndata: {"a": 2}\n\n'])


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        pytest.param(b'data: {"a": ', True, id="cut in a value"),
        pytest.param(b'data: {"a": {"b": 1}', True, id="cut behind a brace"),
        pytest.param(b'data: {"a": "b"', True, id="cut behind a string"),
        pytest.param(b'data: {"a": 2}\n\n', False, id="not cut"),
    ],
)
def test_an_event_that_was_cut_is_kept_to_be_reported(last: bytes, expected: bool) -> None:
    """What the stream broke off in can be told only while it is there."""
    assert (b'{"a"' in kept([b'data: {"first": 1}\n\n' + TEXT + last])) is expected


@given(st.lists(BLOCKS, max_size=12), CUTS, st.sampled_from([b"\n", b"\r\n", b"\r"]), st.booleans())
@example([b'data: {"x": 1}', b"data: [DONE]"], [14, 15, 16], b"\r\n", True)
def test_what_is_kept_does_not_depend_on_how_the_bytes_are_cut(
    blocks: list[bytes], cuts: list[int], end: bytes, closed: bool
) -> None:
    """Any chunking keeps the same events."""
    body = b"".join(block.replace(b"\n", end) + end * 2 for block in blocks)
    body = body if closed else body.rstrip(b"\r\n")
    assert kept(pieces(body, cuts)) == kept([body])


@pytest.mark.parametrize("nameless", [b'data: {"model":"","id":""}', b'data: {"id": "", "model": ""}'])
def test_events_that_name_no_model_are_not_all_of_the_head(nameless: bytes) -> None:
    """The head goes on up to the first event with a model, and has an end."""
    named, text = b'data: {"model": "m"}\n\n', b'data: {"model": "m", "text": 1}\n\n'
    assert kept([(nameless + b"\n\n") * 2 + named + text * 3]) == (nameless + b"\n\n") * 2 + named
    assert 2 <= kept([(nameless + b"\n\n") * 100]).count(nameless) < 20


@given(st.lists(BLOCKS, min_size=1, max_size=12))
def test_every_event_with_facts_is_kept_in_its_order(blocks: list[bytes]) -> None:
    """Of what is kept, the events with facts are all of the stream's, as they came, and the first event is there."""
    body = b"".join(block + b"\n\n" for block in blocks)
    found = kept([body]).split(b"\n\n")[:-1]
    facts = [block for block in blocks if any(marker in block for marker in FACT)]
    assert [block for block in found if block in facts] == facts


@given(st.lists(BLOCKS, max_size=12))
def test_an_abridged_stream_cannot_be_abridged_further(blocks: list[bytes]) -> None:
    """Keeping what was kept keeps all of it."""
    once = kept([b"".join(block + b"\n\n" for block in blocks)])
    assert kept([once]) == once


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b'data: {"x": 1}\n\n' * 500, id="events without facts"),
        pytest.param(b'data: {"usage": 1}\n\n' * 500, id="events with facts"),
        pytest.param(b": ping\n\n" * 500, id="comments"),
        pytest.param(b"data: broken\n\n" * 500, id="broken events"),
        pytest.param(b"x" * 5000, id="one endless event"),
        pytest.param(b"\n" * 5000, id="blank lines"),
    ],
)
def test_memory_is_bounded_whatever_streams(body: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is kept is the first event, the newest ones up to a limit, and one that is not complete."""
    monkeypatch.setattr(keep, "MAX_EVENTS", 100)
    monkeypatch.setattr(sse, "MAX_EVENT", 200)
    made = Events(FACT)
    for chunk in pieces(body, list(range(0, len(body), 64))):
        made.feed(chunk)
    assert len(made.result()) <= (20 + 100) * 2 + 200


def test_the_newest_events_are_kept_when_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first one and the last ones: a stream says its usage at its end."""
    monkeypatch.setattr(keep, "MAX_EVENTS", 60)
    body = b'data: {"model": 0}\n\n' + b"".join(b'data: {"usage": %d}\n\n' % number for number in range(10, 50))
    found = kept([body])
    assert found.startswith(b'data: {"model": 0}\n\n')
    assert found.endswith(b"".join(b'data: {"usage": %d}\n\n' % number for number in range(47, 50)))
    assert b'"usage": 46}' not in found


@pytest.mark.parametrize("comment", [b": ping", b": keep-alive 7", b"id: 7", b"retry: 3000"])
def test_comments_between_events_are_not_kept(comment: bytes) -> None:
    """They are no events, broken or not."""
    assert comment not in kept([TEXT + comment + b"\n\n" + TEXT])


def test_one_large_event_with_facts_is_kept_over_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """The last event of a Responses stream holds the whole response."""
    monkeypatch.setattr(keep, "MAX_EVENTS", 10)
    large = b'data: {"usage": 1, "text": "' + b"x" * 50 + b'"}\n\n'
    found = kept([TEXT + b"data: [DONE]\n\n" + large])
    assert found.endswith(large)
    assert b"[DONE]" not in found


def test_an_oversized_event_is_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    """What had to be dropped is told."""
    monkeypatch.setattr(sse, "MAX_EVENT", 64)
    made = Events(FACT)
    made.feed(b"data: " + b"x" * 100)
    made.feed(b'"}\n\ndata: [DONE]\n\n')
    assert b"[DONE]" in made.result()
    assert made.gaps == ("an event of the stream could not be read: it is too large, or none",)


@given(st.lists(st.binary()))
def test_any_bytes_can_be_kept(chunks: list[bytes]) -> None:
    """No bytes make an exception, with facts to look for or without."""
    assert isinstance(kept(chunks), bytes)
    assert isinstance(kept(chunks, ()), bytes)


@pytest.mark.parametrize(
    ("content_type", "body", "markers", "expected"),
    [
        pytest.param("application/octet-stream", b'{"custom_id": 1}\n', (), True, id="a file that begins like JSON"),
        pytest.param("application/octet-stream", b'\n  {"a": 1}\n', (), True, id="after some space"),
        pytest.param("application/octet-stream", b"PK\x03\x04" + bytes(99), (), False, id="another file"),
        pytest.param("application/octet-stream", b"", (), False, id="an empty file"),
        pytest.param("application/octet-stream", b'{"a": 1}\n', FACT, False, id="a dialect that looks for events"),
        pytest.param("application/x-ndjson", b'{"a": 1}\n{"b": 2}\n', (), True, id="lines that all count"),
        pytest.param("text/event-stream", b'data: {"a": 1}\n\n', (), True, id="events that all count"),
        pytest.param("audio/mpeg", b"{", (), False, id="sound"),
    ],
)
@pytest.mark.parametrize("size", [1, 7, 100])
def test_a_dialect_without_markers_gets_all_that_it_can_read(
    content_type: str, body: bytes, markers: tuple[bytes, ...], expected: bool, size: int
) -> None:
    """Each line of a file of results counts, and files come without a type that tells."""
    made = keeper(200, content_type, markers)
    for start in range(0, len(body), size):
        made.feed(body[start : start + size])
    assert made.result() == (body if expected else b"")
