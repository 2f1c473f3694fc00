"""The objects of an array: the same however the bytes are cut, and none that is too large."""

import json
import tracemalloc
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from keeptabs.core.wire import json_array
from keeptabs.core.wire.json_array import Splitter

STRINGS = st.text(st.sampled_from('a"\\{}[],\n\u00e9😀'), max_size=6)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | STRINGS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(STRINGS, inner, max_size=3),
    max_leaves=8,
)
ELEMENTS = st.lists(st.dictionaries(STRINGS, VALUES, max_size=3) | VALUES, max_size=5)
PARTS = st.sampled_from([b"[", b"]", b"{", b"}", b'"', b"\\", b",", b" ", b"a", b"\n", b"\xff", b'"a"', b"{}", b"\\\\"])
BODIES = st.lists(PARTS, max_size=25).map(b"".join)


def split(chunks: list[bytes]) -> tuple[list[bytes], int]:
    """The elements in ``chunks``, one that was cut included, and how many were too large."""
    splitter = Splitter()
    found = [element for chunk in chunks for element in splitter.feed(chunk)] + splitter.flush()
    return found, splitter.oversized


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(b"", [], id="nothing"),
        pytest.param(b"[]", [], id="an empty array"),
        pytest.param(b'[{"a":1}]', [b'{"a":1}'], id="one"),
        pytest.param(b'[{"a": 1},\r\n{"b": 2}\n]\n', [b'{"a": 1}', b'{"b": 2}'], id="two, with space between them"),
        pytest.param(b'[{"a":{"b":[{}]}}]', [b'{"a":{"b":[{}]}}'], id="objects inside"),
        pytest.param(b'[{"a":"}]{["}]', [b'{"a":"}]{["}'], id="brackets in a string"),
        pytest.param(b'[{"a":"\\"}"}]', [b'{"a":"\\"}"}'], id="a quote in a string"),
        pytest.param(b'[{"a":"\\\\"},{"b":1}]', [b'{"a":"\\\\"}', b'{"b":1}'], id="a backslash ends a string"),
        pytest.param(b'[1,"{}",null,[{}],{"a":1}]', [b'{"a":1}'], id="elements that are no objects"),
        pytest.param(b'[{"a":1},{"b":', [b'{"a":1}', b'{"b":'], id="cut in a value"),
        pytest.param(b'[{"a":1},{"b":{"c":1}', [b'{"a":1}', b'{"b":{"c":1}'], id="cut behind an inner object"),
        pytest.param(b'[{"a":"b\\', [b'{"a":"b\\'], id="cut in an escape"),
        pytest.param(b'[{"a":1},"b', [b'{"a":1}'], id="cut in an element that is no object"),
        pytest.param(b'[{"a":"\xff"}]', [b'{"a":"\xff"}'], id="no UTF-8"),
        pytest.param(b'[{"a":1]}{},{}', [], id="brackets that do not match"),
        pytest.param(b"]]}}[{}]", [b"{}"], id="more closed than opened"),
    ],
)
def test_the_elements_of_an_array_are_its_objects(body: bytes, expected: list[bytes]) -> None:
    """Strings and what is nested are no structure of the array; an element that was cut comes last."""
    assert split([body]) == (expected, 0)


@given(ELEMENTS, st.sampled_from([None, 1]))
def test_elements_are_those_that_json_finds(elements: list[Any], indent: int | None) -> None:
    """Each object of any array, in order and with equal value."""
    body = json.dumps(elements, indent=indent, ensure_ascii=False).encode()
    found, oversized = split([body])
    assert [json.loads(element) for element in found] == [each for each in elements if isinstance(each, dict)]
    assert oversized == 0


@given(BODIES)
@example(b'[{"a": "\\\\\\"}"}, {"b": 1')
@example(b"[{]{}")
def test_every_cut_gives_the_same_elements(body: bytes) -> None:
    """Two pieces at every place, and single bytes, of what is JSON and what is not."""
    whole = split([body])
    assert all(split([body[:at], body[at:]]) == whole for at in range(len(body) + 1))
    assert split([bytes([byte]) for byte in body]) == whole


@given(st.lists(st.binary(max_size=30), max_size=8))
def test_any_bytes_can_be_split(chunks: list[bytes]) -> None:
    """No bytes make an exception, and every element is a part of them that begins with a brace."""
    found, _ = split(chunks)
    body = b"".join(chunks)
    assert all(element.startswith(b"{") and element in body for element in found)


@given(st.lists(st.sampled_from([b'{"a":"bbbbbbbbbb"}', b"{}", b'"ccccccccccccccccc"', b"[{},{},{},{},{}]"])))
@example([b'{"a":"bbbbbbbbbb"}', b"{}"])
def test_an_element_that_is_too_large_is_passed_over_however_it_is_cut(elements: list[bytes]) -> None:
    """None of it comes, neither its beginning nor its end; what is no object is never too large."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_array, "MAX_EVENT", 8)
        body = b"[" + b",".join(elements) + b"]"
        expected = [each for each in elements if each == b"{}"], elements.count(b'{"a":"bbbbbbbbbb"}')
        assert split([body]) == expected
        for size in (1, 3, 7):
            assert split([body[start : start + size] for start in range(0, len(body), size)]) == expected


@pytest.mark.parametrize(
    ("start", "more"),
    [
        pytest.param(b'[{"a":"', b"x" * 64, id="a string without end"),
        pytest.param(b'[{"a":"', b"\\" * 63, id="backslashes without end"),
        pytest.param(b"[", b'"\\"x\\"",' * 8, id="strings that are no objects"),
        pytest.param(b"[", b"[" * 64, id="arrays in arrays"),
        pytest.param(b"[", b'{"a":' * 16, id="objects in objects"),
        pytest.param(b"[", b" " * 64, id="space"),
        pytest.param(b"", b"]}" * 32, id="ends of nothing"),
    ],
)
def test_memory_is_bounded_whatever_streams(start: bytes, more: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of what is no element nothing is held, and of an element no more than its limit."""
    monkeypatch.setattr(json_array, "MAX_EVENT", 1000)
    splitter = Splitter()
    splitter.feed(start)
    held = []
    for _ in range(100):
        assert splitter.feed(more) == []
        held.append(len(splitter._rest))
    assert max(held) <= 1000
    assert splitter.oversized == (1 if b"{" in start + more else 0)


def test_escapes_do_not_take_memory() -> None:
    """A string of a million escapes is read without a way back through them."""
    splitter = Splitter()
    tracemalloc.start()
    try:
        assert splitter.feed(b'[{"a":"' + b"\\n" * 1_000_000) == []
        (found,) = splitter.feed(b'"}]')
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(found) == 2_000_000 + len(b'{"a":""}')
    assert peak < 10 * len(found)


def test_a_splitter_that_was_flushed_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """What came before is forgotten, but not that something was too large."""
    monkeypatch.setattr(json_array, "MAX_EVENT", 8)
    splitter = Splitter()
    assert splitter.feed(b'[{"a":"bbbbbbbbb') == []
    assert (splitter.flush(), splitter.oversized) == ([], 1)
    assert (splitter.feed(b"[{}"), splitter.flush(), splitter.oversized) == ([b"{}"], [], 1)
