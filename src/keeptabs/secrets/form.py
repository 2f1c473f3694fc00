"""What a key looks like, written once: a pattern to find it by, and keys of that form to test with.

A form is text with holes: ``sk-proj-{url64:74}T3BlbkFJ{url64:74}``. A hole names an alphabet and how many characters
of it: ``{hex:32}``, ``{alnum:20-40}``, or ``{base64:100+}`` for as many as there are. No form is itself the shape of a
key, so the table can lie in a repository.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from random import Random

import msgspec

# Alphabets by name: what they are in a pattern, and their characters.
ALPHABETS: Mapping[str, tuple[str, str]] = {
    "hex": ("[0-9a-f]", "0123456789abcdef"),
    "HEX": ("[0-9A-F]", "0123456789ABCDEF"),
    "digit": ("[0-9]", "0123456789"),
    "letter": ("[a-z]", "abcdefghijklmnopqrstuvwxyz"),
    "lower": ("[a-z0-9]", "abcdefghijklmnopqrstuvwxyz0123456789"),
    "upper": ("[A-Z0-9]", "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"),
    "base32": ("[A-Z2-7]", "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"),
    "alpha": ("[A-Za-z]", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"),
    "alnum": ("[A-Za-z0-9]", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"),
    "word": ("[A-Za-z0-9_]", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"),
    "url64": ("[A-Za-z0-9_-]", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"),
    "base64": ("[A-Za-z0-9+/]", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"),
    "pad": ("=", "="),
    "month": ("[A-L]", "ABCDEFGHIJKL"),  # of an Azure key
    "space": ("[ ]", " "),
}
_HOLE = re.compile(r"\{(\w+):(\d+)(?:-(\d+)|(\+))?\}")
_MOST = 1_000  # RE2 repeats no more often
_OPEN = 4_000  # what ``+`` stands for where a number is needed: longer than any key


class Hole(msgspec.Struct, frozen=True):
    """``least`` to ``most`` characters of an alphabet; ``most`` is no limit where the hole is ``open``."""

    alphabet: str
    least: int
    most: int
    open: bool = False


Part = str | Hole


@cache
def parts(form: str) -> tuple[Part, ...]:
    """A form's literal texts and holes, in order.

    Raises:
        ValueError: a hole names no alphabet, or its counts make no sense.
    """
    return tuple(_parts(form))


def _parts(form: str) -> Iterator[Part]:
    end = 0
    for found in _HOLE.finditer(form):
        if found.start() > end:
            yield form[end : found.start()]
        least, most = int(found[2]), int(found[3] or found[2])
        if found[1] not in ALPHABETS or not 0 <= least <= most <= _MOST or not most:
            raise ValueError(f"{form}: {found[0]} is no hole")
        yield Hole(found[1], least, _OPEN if found[4] else most, open=bool(found[4]))
        end = found.end()
    if end < len(form):
        yield form[end:]


def pattern(form: str, *, grouped: bool = False) -> str:
    """A regular expression for keys of a form, without boundaries; RE2 and ``re`` read it alike.

    Args:
        form: text with holes.
        grouped: each hole is a group, so that what fills it can be told from the text that every key has.
    """
    return "".join(_written(part, grouped) for part in parts(form))


def _written(part: Part, grouped: bool) -> str:
    if isinstance(part, str):
        return re.escape(part).replace(r"\-", "-").replace(r"\ ", " ")
    counts = f"{part.least}" if part.least == part.most else f"{part.least},{'' if part.open else part.most}"
    written = f"{ALPHABETS[part.alphabet][0]}{{{counts}}}"
    return f"({written})" if grouped else written


def prefix(form: str) -> str:
    """The literal text that keys of a form begin with; empty where they begin with a hole."""
    first = next(iter(parts(form)), "")
    return first if isinstance(first, str) else ""


def anchor(form: str) -> str:
    """The longest literal text of a form, wherever it stands; empty where it is all holes."""
    return max((part for part in parts(form) if isinstance(part, str)), key=len, default="")


def example(form: str, random: Random) -> str:
    """A key of a form that nobody has."""
    return "".join(part if isinstance(part, str) else _filled(part, random) for part in parts(form))


def _filled(hole: Hole, random: Random) -> str:
    characters = ALPHABETS[hole.alphabet][1]
    most = hole.least + 100 if hole.open else hole.most
    return "".join(random.choice(characters) for _ in range(random.randint(hole.least, most)))
