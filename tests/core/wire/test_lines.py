"""A JSON value a line: the same lines however the bytes are cut, and none that is too large."""

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from keeptabs.core.wire import lines
from keeptabs.core.wire.lines import Splitter

PARTS = st.sampled_from([b'{"a": 1}', b'"b"', b"[DONE]", b"x" * 20, b" ", b"\t", b"\r", b"\n", b"\r\n", b"\xff", b"\0"])
BODIES = st.lists(PARTS, max_size=30).map(b"".join) | st.binary(max_size=200)


def split(chunks: list[bytes]) -> tuple[list[bytes], int]:
    """The lines in ``chunks``, the last one included, and how many were too large."""
    splitter = Splitter()
    found = [line for chunk in chunks for line in splitter.feed(chunk)] + splitter.flush()
    return found, splitter.oversized


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(b"", [], id="nothing"),
        pytest.param(b'{"a":1}\n{"b":2}\n', [b'{"a":1}', b'{"b":2}'], id="two lines"),
        pytest.param(b'{"a":1}\n{"b":2}', [b'{"a":1}', b'{"b":2}'], id="no end behind the last"),
        pytest.param(b'{"a":1}\r\n{"b":2}\r\n', [b'{"a":1}', b'{"b":2}'], id="CR LF"),
        pytest.param(b'\n\n{"a":1}\n \n\t\r\n', [b'{"a":1}'], id="empty lines"),
        pytest.param(b'  {"a": "b c"} \n', [b'{"a": "b c"}'], id="space around a value, and in it"),
        pytest.param(b'{"a":\\n1}\n{"', [b'{"a":\\n1}', b'{"'], id="an escape is no end, and the last was cut"),
        pytest.param(b"\xff\xfe\n\xff", [b"\xff\xfe", b"\xff"], id="no UTF-8"),
    ],
)
def test_a_body_is_cut_at_its_line_ends(body: bytes, expected: list[bytes]) -> None:
    """A line is what stands between two ends, and empty ones are passed over."""
    assert split([body]) == (expected, 0)


@given(BODIES)
@example(b'{"a": 1}\r\n\n{"b": 2}')
def test_every_cut_gives_the_same_lines(body: bytes) -> None:
    """Two pieces at every place, and single bytes."""
    whole = split([body])
    assert all(split([body[:at], body[at:]]) == whole for at in range(len(body) + 1))
    assert split([bytes([byte]) for byte in body]) == whole


@given(st.lists(st.sampled_from([b"1234567890", b"\n", b"12345", b"\r\n", b" "]), max_size=12), st.integers(1, 7))
@example([b"1234567890", b"12345", b"\n", b"12345"], 3)
def test_a_line_that_is_too_large_is_passed_over_however_it_is_cut(parts: list[bytes], size: int) -> None:
    """None of it comes, neither its beginning nor its end, and it is counted once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lines, "MAX_EVENT", 12)
        body = b"".join(parts)
        ended = body[: body.rfind(b"\n") + 1].split(b"\n")[:-1]
        last = body[body.rfind(b"\n") + 1 :]
        small = [line.strip() for line in [*ended, last] if len(line) <= 12 and line.strip()]
        large = sum(len(line) > 12 for line in [*ended, last])
        assert split([body]) == (small, large)
        assert split([body[start : start + size] for start in range(0, len(body), size)]) == (small, large)


def test_memory_is_bounded_whatever_streams(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of an endless line nothing is held."""
    monkeypatch.setattr(lines, "MAX_EVENT", 1000)
    splitter = Splitter()
    held = []
    for _ in range(100):
        assert splitter.feed(b"x" * 64) == []
        held.append(len(splitter._rest))
    assert max(held) <= 1000
    assert (splitter.oversized, splitter.flush()) == (1, [])


def test_the_limit_is_that_of_every_stream() -> None:
    """A line of 16 MiB comes, and one byte more does not."""
    assert [len(line) for line in split([b"x" * (16 << 20), b"\n"])[0]] == [16 << 20]
    assert split([b"x" * (16 << 20), b"x\n"]) == ([], 1)


def test_a_splitter_that_was_flushed_begins_anew() -> None:
    """What came before does not stand before what comes next, and the count goes on."""
    splitter = Splitter()
    assert (splitter.feed(b"a"), splitter.flush(), splitter.flush()) == ([], [b"a"], [])
    assert splitter.feed(b"b\n") == [b"b"]


def test_a_line_that_was_too_large_at_the_end_hides_none_of_the_next_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    """It ended there, without its line end."""
    monkeypatch.setattr(lines, "MAX_EVENT", 5)
    splitter = Splitter()
    assert (splitter.feed(b"123456"), splitter.flush()) == ([], [])
    assert (splitter.feed(b"b\n"), splitter.oversized) == ([b"b"], 1)


@given(st.lists(st.binary(max_size=20), max_size=10))
def test_no_line_holds_an_end(chunks: list[bytes]) -> None:
    """Whatever the bytes are, lines hold no line end and no space around them, and all that is no space is in them."""
    found, _ = split(chunks)
    body = b"".join(chunks)
    assert all(line == line.strip() and line and b"\n" not in line for line in found)
    assert b"".join(b"".join(found).split()) == b"".join(body.split())


@pytest.mark.parametrize("size", [1, 2, 3, 64])
def test_pieces_of_any_size_give_the_same(size: int) -> None:
    """Also where a piece ends between CR and LF."""
    body = b'{"n": 1}\r\n' * 9 + b'{"n": '
    edges = [*range(0, len(body), size), len(body)]
    assert split([body[start:end] for start, end in pairwise(edges)]) == split([body])
