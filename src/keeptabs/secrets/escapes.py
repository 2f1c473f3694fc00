r"""Keys that escapes hide: ``sk\u002dproj…``, ``%2D``, ``&#45;``, ``\/``, a line that goes on, colours; and base64.

Rules are written for keys as they are. Where an escape stands among characters of a key, or where base64 begins as that
of a key with a known prefix does, what is around is decoded and looked at once more; most files have no such place,
which one fast pass tells.
"""

import re
from array import array
from base64 import b64encode
from binascii import a2b_base64
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import msgspec

from keeptabs.secrets.candidates import branches, finder

_AROUND = 2_048  # bytes before and behind an escape that are decoded with it

_COLOUR = r"(?:\x1b|\\+x1[bB]|\\+033|\\+u001[bB])\[[0-9;]*[mK]"
# Escapes of printable ASCII, also when a string was quoted twice, and those that stand for nothing.
_ESCAPE = (
    r"\\+u00[2-7][0-9A-Fa-f]|\\+x[2-7][0-9A-Fa-f]|%[2-7][0-9A-Fa-f]|&#(?:[3-9][0-9]|1[01][0-9]|12[0-6]);"
    r"|&#[xX][2-7][0-9A-Fa-f];|\\+/"
    rf"|\\\r?\n[ \t]*|{_COLOUR}"
)
# Dashes and underscores need no escape, so where one has it a few characters of a key are enough.
_DASH = r"(?:(?:\\+u00|\\+x|%)(?:2[dD]|5[fF])|&#(?:45|95|[xX](?:2[dD]|5[fF]));)"
_SPACE = r"\\+[nrt]"
_KEY = "[A-Za-z0-9_-]"
_QUOTED = r"(?:%2[27]|\\+u002[27]|\\+x2[27])"  # before base64, which is no key character everywhere
# Where an escape may hide a key: once for RE2, once for ``re``, which is quick only where the escape comes first.
HIDING = (
    rf"{_KEY}{{12}}(?:{_ESCAPE}){_KEY}|(?:{_ESCAPE}){_KEY}{{12}}|{_SPACE}{_KEY}{{20}}"
    rf"|{_DASH}{_KEY}{{4}}|(?:{_QUOTED}|{_COLOUR})[A-Za-z0-9+/]{{20}}|(?:{_KEY}\x00){{16}}"
)
HIDING_BACKWARDS = (
    rf"(?<={_KEY}{{12}})(?:{_ESCAPE})(?={_KEY})|(?:{_ESCAPE})(?={_KEY}{{12}})|{_SPACE}(?={_KEY}{{20}})"
    rf"|{_DASH}(?={_KEY}{{4}})|(?:{_QUOTED}|{_COLOUR})(?=[A-Za-z0-9+/]{{20}})|(?<={_KEY})\x00(?=(?:{_KEY}\x00){{15}})"
)
_ESCAPES = rf"{_ESCAPE}|{_SPACE}|\x00+"
_HEXADECIMAL = rb"\\+u00(..)|\\+x([2-7].)|%(..)|&#[xX](..);"
_DECIMAL = rb"&#([0-9]+);"
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


def encoded(beginnings: Iterable[bytes]) -> str:
    """An expression for base64 of what begins with one of some texts; of none for no text."""
    heads = {b64encode(text).decode()[: len(text) * 8 // 6] for text in beginnings}
    return rf"\b{branches(heads)}[A-Za-z0-9+/]{{20,}}=?=?" if heads else r"[^\x00-\xff]"


def views(data: bytes, encoded: str) -> Iterator[View]:
    """The bytes as they are, and decoded where an escape may hide a key, or where something is ``encoded``."""
    yield View(data=data)
    stretches = list(_stretches(data, encoded))
    if stretches:
        yield _unescaped(data, stretches, encoded)


def hides(encoded: str, more: str = "") -> Callable[..., Any]:
    """Searches bytes for an escape that may hide a key, for what is ``encoded``, or for ``more``."""
    return finder(f"{HIDING}|{encoded}{more}", f"{HIDING_BACKWARDS}|{encoded}{more}")


def _stretches(data: bytes, encoded: str) -> Iterator[tuple[int, int]]:
    """What is around escapes that may hide a key, without overlaps."""
    start = stop = at = 0
    search = hides(encoded)
    while (found := search(data, at)) is not None:
        at = found.end()
        if found.start() - _AROUND > stop:
            if stop:
                yield start, stop
            start = found.start() - _AROUND
        stop = min(len(data), at + _AROUND)
    if stop:
        yield start, stop


def _unescaped(data: bytes, stretches: list[tuple[int, int]], encoded: str) -> View:
    """Stretches in which every escape is replaced by what it stands for."""
    text = bytearray()
    here, there = array("q"), array("q")
    search = finder(f"{_ESCAPES}|{encoded}")
    for start, stop in stretches:
        at, meaning = start, _CUT if start else b""
        while True:
            text += meaning
            if len(meaning) > 1:  # the last of them is at the end of what stands for them
                here.append(len(text) - 1)
                there.append(at - 1)
            here.append(len(text))
            there.append(at)
            found = search(data, at, stop)
            text += data[at : found.start() if found else stop]
            if found is None:
                break
            at, meaning = found.end(), _meaning(found[0], data[found.start() - 1 : found.start()])
    return View(data=bytes(text), decoded=True, here=here, there=there)


def _meaning(escape: bytes, before: bytes) -> bytes:
    if not escape[0]:  # a zero behind a character is the other half of it in UTF-16
        return escape[1:] if b" " <= before <= b"~" else escape
    found = re.fullmatch(_HEXADECIMAL, escape)
    if found is not None:
        return bytes.fromhex(found[found.lastindex or 0].decode())
    found = re.fullmatch(_DECIMAL, escape)
    if found is not None:
        return bytes([int(found[1])])
    return _plain(escape) if escape[:1].isalnum() else _PLAIN.get(escape.lstrip(b"\\"), b"")


def _plain(text: bytes) -> bytes:
    """What base64 stands for where that is text; else as it is."""
    bare = text.rstrip(b"=")
    plain = a2b_base64(bare[: len(bare) - (len(bare) % 4 == 1)] + b"==").strip()
    return plain if plain.isascii() else text
