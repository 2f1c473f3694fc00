"""What was found: where, and of which rule. The key itself is in none of it."""

import msgspec

from keeptabs.secrets.rule import Rule


class Match(msgspec.Struct, frozen=True, kw_only=True):
    """A key in some bytes, from ``start`` up to ``end``. It points at the key, so it never leaves the process."""

    rule: Rule
    start: int
    end: int


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """A key in a file, as it may be told. ``fingerprint`` is keyed, so that nobody can guess the key from it."""

    rule: Rule
    path: str
    line: int  # from 1; 0 where the file has no lines
    column: int  # of the line, in characters, from 1
    length: int  # of the key, in characters
    fingerprint: str
    shown: str  # the line, with what stands for the key in its place
    place: str = ""  # "cell 3, output": where in a notebook, or "decoded": where it was found after decoding
    commit: str = ""
    author: str = ""
    date: str = ""  # of the commit, as git writes it
    in_head: bool = True
