import re
import sys
from base64 import b64encode
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keeptabs.secrets.candidates import automaton
from keeptabs.secrets.escapes import HIDING, HIDING_BACKWARDS, encoded, views

sys.path.insert(0, str(Path(__file__).parent))
try:
    from sample_rules import BARE, PADDED, RANGED, key
finally:
    sys.path.pop(0)

PLAIN = key(RANGED, 5)
NONE, ENCODED = encoded([]), encoded([b"zai-", b"ABSK"])
SLASHES = "ab/c" + "DE+f01/2" * 4 + "3/4+"  # of base64, with no long part without a sign


@pytest.mark.parametrize(
    ("dash", "marks"),
    [
        (r"\u002d", True),
        (r"\u002D", True),
        (r"\\u002d", True),
        (r"\x2d", True),
        ("%2D", True),
        ("&#45;", True),
        ("&#x2d;", True),
        ("-\\\n", True),
        ("-\\\r\n    ", True),
        ("-\x1b[0m", True),
        ("-", False),
    ],
)
def test_what_an_escape_stands_for_is_read(dash: str, marks: bool) -> None:
    """The text is looked at twice only where there is one."""
    hidden = PLAIN.replace("-", dash, 1)
    plain, *decoded = views(f"k = '{hidden}'".encode(), NONE)
    assert plain.data == f"k = '{hidden}'".encode()
    assert bool(decoded) is marks
    if decoded:
        view = decoded[0]
        at = view.data.index(PLAIN.encode())
        assert view.origin(at) == 5
        assert view.origin(at + len(PLAIN) - 1) == 5 + len(hidden) - 1


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (key(PADDED, 2).replace("/", r"\/").replace("+", r"\u002b"), key(PADDED, 2)),
        (f"%22{key(BARE)}%22", f'"{key(BARE)}"'),
        (f"%22{SLASHES}%22", f'"{SLASHES}"'),
        (rf"\u0027{SLASHES}\u0027", f"'{SLASHES}'"),
        (rf"\n{key(BARE)}\n", f"\n{key(BARE)}\n"),
        (f"\x1b[93m{key(BARE)}\x1b[0m", key(BARE)),
        (f"\x1b[93m{SLASHES}\x1b[0m", f"\x02{SLASHES}"),
        ("sk%2Dacme%2Dabc", "sk-acme-abc"),
        ("sk&#45;acme&#x5F;abcd", "sk-acme_abcd"),
        ("a\0\0b" + "-\0" * 16, "a\0b---"),
        ("\0" + "-\0" * 16, "\x02\0---"),
        ("\0".join(PLAIN) + "\0", PLAIN),
    ],
    ids=[
        "json slashes",
        "url",
        "base64 in url",
        "base64",
        "newline",
        "colour",
        "base64 in colour",
        "short parts",
        "short parts in html",
        "zeros",
        "zero behind no character",
        "utf-16",
    ],
)
def test_keys_behind_escapes_are_seen(text: str, found: str) -> None:
    """Also those without a prefix, and UTF-16 amid other bytes."""
    views_of = list(views(b"\x01\x02" + text.encode(), NONE))
    assert found.encode() in views_of[-1].data


@pytest.mark.parametrize(
    ("plain", "expected"),
    [
        (PLAIN, PLAIN),
        (f"{PLAIN}\n", PLAIN),
        (f"{PLAIN} and more", f"{PLAIN} and more"),
        ("zai-" + "\xff" * 30, None),
        ("zai", None),
        ("xai-" + PLAIN, None),
    ],
    ids=["key", "line", "text", "no text", "short", "other"],
)
@pytest.mark.parametrize("pads", [True, False])
def test_base64_of_a_key_is_read(plain: str, expected: str | None, pads: bool) -> None:
    """Where it begins as a key does and is text; the whole of it is where the key is from."""
    written = b64encode(plain.encode("latin-1"))
    written = written if pads else written.rstrip(b"=")
    _, *decoded = views(b"key: " + written + b" end", ENCODED)
    found = [view for view in decoded if b"key: zai-" in view.data]
    assert len(found) == (expected is not None)
    for view in found:
        assert view.data == f"key: {expected} end".encode()
        assert view.origin(5) == 5
        assert view.origin(5 + len(expected or "") - 1) == 5 + len(written) - 1


@pytest.mark.parametrize("cut", range(1, 8))
def test_base64_that_is_cut_is_read_as_far_as_it_goes(cut: int) -> None:
    """Wherever it ends."""
    written = b64encode(PLAIN.encode()).rstrip(b"=")[:-cut]
    assert list(views(written, ENCODED))[1].data == PLAIN.encode()[: len(written) * 6 // 8]


@pytest.mark.parametrize("before", ["x", "_", "7"])
def test_base64_that_begins_elsewhere_is_left_alone(before: str) -> None:
    """It is part of something longer."""
    assert len(list(views(before.encode() + b64encode(PLAIN.encode()), ENCODED))) == 1


def test_only_what_is_around_an_escape_is_decoded() -> None:
    """Offsets stay right behind a stretch that is left out."""
    data = b"." * 9_000 + rb"a\u002daaaaaaaaaaaa" + b"." * 9_000 + rb"b\u002dbbbbbbbbbbbb" + b"." * 9_000
    view = list(views(data, NONE))[1]
    assert len(view.data) < 10_000
    for letter in (b"a", b"b"):
        at = view.data.index(letter + b"-" + letter)
        assert view.origin(at) == data.index(letter + b"\\")
        assert view.origin(at + 2) == data.index(letter + b"\\") + 7


def test_a_stretch_goes_on_with_every_escape() -> None:
    """What the last of them hides is decoded, too."""
    data = b"".join(rb"a\u002daaaaaaaaaaaa" + b"." * 1_500 for _ in range(5)) + rb"\u002dlast0123456789"
    assert [view.data.count(b"-") for view in views(data, NONE)] == [0, 6]
    assert list(views(data, NONE))[1].data.endswith(b".-last0123456789")


@pytest.mark.parametrize(
    "text",
    ["", "plain", r"C:\new\table", r"printf('\n')", "100%25", "&amp;", "a" * 3_000, r"\u00e9t\u00e9", "50%2"],
)
def test_most_text_is_looked_at_once(text: str) -> None:
    """An escape that can hide no key is left alone."""
    assert len(list(views(text.encode(), NONE))) == 1


@given(
    st.lists(
        st.sampled_from(
            ["abc-DEF_0", "0123456789abcdef", r"\u002d", "%2D", r"\/", r"\n", "&#45;", "\0", " ", "%22", SLASHES]
        )
    )
)
def test_both_engines_see_the_same_escapes(parts: list[str]) -> None:
    """What RE2 hits, ``re`` hits too."""
    data = "".join(parts).encode()
    assert bool(automaton([HIDING]).search(data)) is bool(re.compile(HIDING_BACKWARDS.encode()).search(data))


@given(st.binary(max_size=300), st.sampled_from([b"", rb"\u002d0123456789abcdef", b64encode(PLAIN.encode())]))
def test_every_byte_of_a_view_is_from_somewhere(data: bytes, more: bytes) -> None:
    """Its place only grows."""
    for view in views(data + more + data, ENCODED):
        places = [view.origin(offset) for offset in range(len(view.data))]
        assert places == sorted(places)
        assert all(0 <= place < len(data + more + data) for place in places)
