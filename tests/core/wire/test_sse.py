"""Server-sent events: the same events however the bytes are cut, and whatever ends a line."""

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from keeptabs.core.wire import sse
from keeptabs.core.wire.sse import Event, Splitter, events, looks_like, parse

BOM = b"\xef\xbb\xbf"
LINE_PARTS = [b"data: a", b"data:b", b"data", b"event: x", b"id: 1", b": note", b"", b"\n", b"\r", b"\r\n", b" ", BOM]
STREAMS = st.lists(st.sampled_from(LINE_PARTS), max_size=30).map(b"".join)
CUTS = st.lists(st.integers(0, 200), max_size=12)


def pieces(body: bytes, cuts: list[int]) -> list[bytes]:
    """``body`` cut at ``cuts``; two equal cuts make an empty piece."""
    edges = sorted([0, len(body), *(min(cut, len(body)) for cut in cuts)])
    return [body[start:end] for start, end in pairwise(edges)]


def split(chunks: list[bytes]) -> list[bytes]:
    """The blocks in ``chunks``, the last one included."""
    splitter = Splitter()
    return [block for chunk in chunks for block in splitter.feed(chunk)] + splitter.flush()


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(b"", [], id="nothing"),
        pytest.param(b"data: a\n\n", [("", b"a")], id="one event"),
        pytest.param(b"data:a\n\n", [("", b"a")], id="no space"),
        pytest.param(b"data:  a\n\n", [("", b" a")], id="only one space goes"),
        pytest.param(b"data: a", [("", b"a")], id="no line end at all"),
        pytest.param(b"data: a\n", [("", b"a")], id="no final blank line"),
        pytest.param(b"data: a\n\ndata: b\n\n", [("", b"a"), ("", b"b")], id="two events"),
        pytest.param(b"data: a\r\n\r\ndata: b\r\n\r\n", [("", b"a"), ("", b"b")], id="CR LF"),
        pytest.param(b"data: a\r\rdata: b\r\r", [("", b"a"), ("", b"b")], id="CR"),
        pytest.param(b"data: a\r\n\ndata: b\n\r\n", [("", b"a"), ("", b"b")], id="mixed line ends"),
        pytest.param(b"data: a\n\n\n\n\ndata: b\n\n", [("", b"a"), ("", b"b")], id="more blank lines"),
        pytest.param(b"data: a\ndata: b\n\n", [("", b"a\nb")], id="two data lines"),
        pytest.param(b"data: a\ndata\ndata: b\n\n", [("", b"a\n\nb")], id="an empty data line"),
        pytest.param(b"event: x\ndata: a\n\n", [("x", b"a")], id="a name"),
        pytest.param(b"data: a\nevent: x\n\n", [("x", b"a")], id="a name behind the data"),
        pytest.param(b"event: x\n\ndata: a\n\n", [("", b"a")], id="a name without data is no event"),
        pytest.param(b": ping\n\ndata: a\n\n", [("", b"a")], id="a comment is no event"),
        pytest.param(b": ping\ndata: a\n: pong\n\n", [("", b"a")], id="comments inside an event"),
        pytest.param(b"id: 1\nretry: 5\ndata: a\n\n", [("", b"a")], id="other fields"),
        pytest.param(b"database: a\n\n data: b\n\n", [], id="fields of other names"),
        pytest.param(BOM + b"data: a\n\n", [("", b"a")], id="a byte order mark"),
        pytest.param(b"data: a:b: c\n\n", [("", b"a:b: c")], id="colons in the data"),
        pytest.param(b"event: \xff\ndata: \xff\n\n", [("\ufffd", b"\xff")], id="no UTF-8"),
    ],
)
def test_a_body_is_read_as_the_standard_says(body: bytes, expected: list[tuple[str, bytes]]) -> None:
    """Line ends, comments, fields and the byte order mark are those of WHATWG HTML."""
    assert list(events(body)) == [Event(name, data) for name, data in expected]


@given(STREAMS, CUTS)
@example(b"data: a\r\n\ndata: b\n\n", [8, 9, 10])
@example(b"data: a\r\n\r\ndata: b", [8, 9, 10, 11])
@example(b"data: a\r\n\n", [8, 8, 9, 9])
def test_the_blocks_do_not_depend_on_how_the_bytes_are_cut(body: bytes, cuts: list[int]) -> None:
    """Any cut, between CR and LF too, gives the same blocks as none."""
    assert split(pieces(body, cuts)) == split([body])


@given(STREAMS)
def test_a_stream_fed_byte_by_byte_has_the_blocks_of_the_whole(body: bytes) -> None:
    """The smallest pieces are no special case."""
    assert split([body[i : i + 1] for i in range(len(body))]) == split([body])


@given(
    st.lists(st.lists(st.text("abc: {}", max_size=5).map(str.encode), min_size=1, max_size=3), max_size=6),
    st.sampled_from([b"\n", b"\r", b"\r\n"]),
    st.sampled_from([b"", BOM]),
    st.sampled_from([b"", b": note"]),
    st.booleans(),
)
def test_what_is_written_is_read(
    written: list[list[bytes]], end: bytes, mark: bytes, comment: bytes, closed: bool
) -> None:
    """Every line end, with and without mark, comments and a last blank line, carries the same events."""
    blocks = [end.join([comment, *(b"data: " + line for line in lines)]).removeprefix(end) for lines in written]
    body = mark + (end * 2).join(blocks) + (end * 2 if closed else b"")
    assert [event.data for event in events(body)] == [b"\n".join(lines) for lines in written]


def test_a_splitter_holds_back_what_is_not_complete() -> None:
    """A block comes out with its blank line, and the last one when it is asked for."""
    splitter = Splitter()
    assert splitter.feed(b"data: a\n") == []
    assert splitter.feed(b"\ndata: b") == [b"data: a"]
    assert splitter.flush() == [b"data: b"]
    assert splitter.flush() == []


@pytest.mark.parametrize(
    ("size", "expected"), [(64, (1, 0)), (65, (0, 1))], ids=["just small enough", "one byte too large"]
)
def test_an_oversized_event_is_dropped_and_counted(
    size: int, expected: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stream without blank lines cannot fill the memory, and what follows is read again."""
    monkeypatch.setattr(sse, "MAX_EVENT", 64)
    splitter = Splitter()
    before = splitter.feed(b"x" * size)
    blocks = [*before, *splitter.feed(b"\n\ndata: a\n\n")]
    assert (len(blocks) - 1, splitter.oversized) == expected
    assert blocks[-1] == b"data: a"


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        (b"data: a", Event("", b"a")),
        (b"event: x\ndata: a\nevent: y", Event("y", b"a")),
        (b"data", Event("", b"")),
        (b": only a comment", None),
        (b"", None),
    ],
)
def test_a_block_is_an_event_only_with_data(block: bytes, expected: Event | None) -> None:
    """A comment, a lone name or a lone id is none."""
    assert parse(block) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"data: {}", True),
        (b"event: ping\n", True),
        (b"id: 1\n", True),
        (b": OPENROUTER PROCESSING\n\n", True),
        (b":\n\n", True),
        (b"\r\n\r\ndata: {}", True),
        (BOM + b"data: {}", True),
        (b'{"data": 1}', False),
        (b"database: x", False),
        (b'"data:"', False),
        (b":x", False),
        (b"", False),
    ],
)
def test_a_stream_is_known_by_its_first_bytes(body: bytes, expected: bool) -> None:
    """A host that forgets the content-type still streams, and JSON is none."""
    assert looks_like(body) is expected


@given(st.binary())
def test_any_bytes_are_some_events(body: bytes) -> None:
    """No bytes make an exception."""
    assert all(isinstance(event.data, bytes) for event in events(body))
    assert looks_like(body) in (True, False)
