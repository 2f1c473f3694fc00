r"""Keys that escapes hide: ``sk\u002dproj…``, ``%2D``, ``&#45;``, ``\/``, a line that goes on in the next, colours.

Rules are written for keys as they are. Where an escape stands among characters of a key, what is around it is decoded
and looked at once more; most files have no such place, which one fast pass tells.
"""

import re
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any

import msgspec

_AROUND = 2_048  # bytes before and behind an escape that are decoded with it

# Escapes of printable ASCII, also when a string was quoted twice, and those that stand for nothing.
_ESCAPE = (
    r"\\+u00[2-7][0-9A-Fa-f]|\\+x[2-7][0-9A-Fa-f]|%[2-7][0-9A-Fa-f]|&#(?:[3-9][0-9]|1[01][0-9]|12[0-6]);"
    r"|&#[xX][2-7][0-9A-Fa-f];|\\+/"
    r"|\\\r?\n[ \t]*|(?:\x1b|\\+x1[bB]|\\+033|\\+u001[bB])\[[0-9;]*[mK]"
)
_SPACE = r"\\+[nrt]"
_KEY = "[A-Za-z0-9_-]"
_QUOTED = r"(?:%2[27]|\\+u002[27]|\\+x2[27])"  # before base64, which is no key character everywhere
# Where an escape may hide a key: once for RE2, once for ``re``, which is quick only where the escape comes first.
HIDING = (
    rf"{_KEY}{{12}}(?:{_ESCAPE}){_KEY}|(?:{_ESCAPE}){_KEY}{{12}}|{_SPACE}{_KEY}{{20}}"
    rf"|{_QUOTED}[A-Za-z0-9+/]{{20}}|(?:{_KEY}\x00){{16}}"
)
HIDING_BACKWARDS = (
    rf"(?<={_KEY}{{12}})(?:{_ESCAPE})(?={_KEY})|(?:{_ESCAPE})(?={_KEY}{{12}})|{_SPACE}(?={_KEY}{{20}})"
    rf"|{_QUOTED}(?=[A-Za-z0-9+/]{{20}})|(?<={_KEY})\x00(?=(?:{_KEY}\x00){{15}})"
)
# A zero behind a character is the other half of it in UTF-16.
_ESCAPES = re.compile(rf"{_ESCAPE}|{_SPACE}|(?<=[ -~])\x00".encode())
_HEXADECIMAL = re.compile(rb"\\+u00(..)|\\+x([2-7].)|%(..)|&#[xX](..);")
_DECIMAL = re.compile(rb"&#([0-9]+);")
_PLAIN = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"/": b"/"}
_CUT = b"_"  # between stretches: no weak key begins behind it


class View(msgspec.Struct, frozen=True, kw_only=True):
    """Bytes of a file in one way of reading them, and where each of them is from."""

    data: bytes
    decoded: bool = False
    # Where what is as it was begins again: in the view, and in the file.
    here: Sequence[int] = ()
    there: Sequence[int] = ()

    def origin(self, offset: int) -> int:
        """Where in the file a byte of the view is from."""
        last = bisect_right(self.here, offset) - 1
        return offset if last < 0 else self.there[last] + offset - self.here[last]


def views(data: bytes) -> Iterator[View]:
    """The bytes as they are, and decoded where an escape may hide a key."""
    yield View(data=data)
    stretches = list(_stretches(data))
    if stretches:
        yield _unescaped(data, stretches)


def _stretches(data: bytes) -> Iterator[tuple[int, int]]:
    """What is around escapes that may hide a key, without overlaps."""
    start = stop = at = 0
    search = _hiding()
    while (found := search(data, at)) is not None:
        at = found.end()
        if found.start() - _AROUND > stop:
            if stop:
                yield start, stop
            start = found.start() - _AROUND
        stop = min(len(data), at + _AROUND)
    if stop:
        yield start, stop


def _unescaped(data: bytes, stretches: list[tuple[int, int]]) -> View:
    """Stretches in which every escape is replaced by what it stands for."""
    text = bytearray()
    here, there = array("q"), array("q")
    for start, stop in stretches:
        at, meaning = start, _CUT if start else b""
        while True:
            text += meaning
            here.append(len(text))
            there.append(at)
            found = _ESCAPES.search(data, at, stop)
            text += data[at : found.start() if found else stop]
            if found is None:
                break
            at, meaning = found.end(), _meaning(found[0])
    return View(data=bytes(text), decoded=True, here=here, there=there)


def _meaning(escape: bytes) -> bytes:
    found = _HEXADECIMAL.fullmatch(escape)
    if found is not None:
        return bytes.fromhex(found[found.lastindex or 0].decode())
    found = _DECIMAL.fullmatch(escape)
    if found is not None:
        return bytes([int(found[1])])
    return _PLAIN.get(escape.lstrip(b"\\"), b"")


@cache
def _hiding() -> Callable[[bytes, int], Any]:
    """Finds the next escape that may hide a key; with google-re2 where it is installed."""
    from keeptabs.secrets.candidates import automaton

    try:
        search: Callable[[bytes, int], Any] = automaton([HIDING]).search
    except ImportError:
        search = re.compile(HIDING_BACKWARDS.encode()).search
    return search
