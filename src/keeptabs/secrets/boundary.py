"""Where a key begins and ends: what may stand before and after it, and one form of a rule made ready to look for.

RE2 knows no look-around, so a form is written twice. ``wanted`` finds every place where a key of the form may begin,
and some where none does; ``exact`` says whether one does. What is a key is decided in one place, whatever found it.
"""

import re
from functools import cached_property

from keeptabs.secrets.form import ALPHABETS, Hole, anchor, parts, pattern, prefix
from keeptabs.secrets.rule import Rule, Tier

_LETTERS = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
WORD = _LETTERS | frozenset(b"_-")
# Letters that end an escape, and so are no part of a word: \n, \u0022, \x22, %22, and colours, raw or written out.
_ESCAPE = re.compile(
    rb"(?:\\[abefnrtv0]|\\u[0-9A-Fa-f]{4}|\\x[0-9A-Fa-f]{2}|%[0-9A-Fa-f]{2}"
    rb"|(?:\x1b|\\x1[bB]|\\033|\\e|\\u001[bB])\[[0-9;]*m)\Z"
)
ESCAPED = 24  # bytes: no escape is longer
_OPENING = 16  # characters behind the prefix that tell enough for a first look
_OFWORDS = {name for name, (_, characters) in ALPHABETS.items() if re.fullmatch(r"\w+", characters)}


def begins(data: bytes, at: int, *, strict: bool) -> bool:
    """Whether a token can begin at ``at``: no letter or digit stands before it, unless it is an escape's last.

    A dash or an underscore is no part of the token (``-sk-…`` in a diff, ``_sk-…_`` in Markdown), except where
    ``strict`` holds.
    """
    if not at or data[at - 1] not in (WORD if strict else _LETTERS):
        return True
    return _ESCAPE.search(data, max(0, at - ESCAPED), at) is not None


class Shape:
    """One form of a rule, as expressions over bytes. ``led`` are those whose keys begin with a known text."""

    def __init__(self, rule: Rule, form: str) -> None:
        self.rule = rule
        self.form = form
        self.prefix = b"" if rule.ignore_case else prefix(form).encode()
        self.led = bool(self.prefix)
        self.longest = sum(part.most if isinstance(part, Hole) else len(part) for part in parts(form))
        self.shortest = sum(part.least if isinstance(part, Hole) else len(part) for part in parts(form))
        self.strict = rule.tier is not Tier.A
        # A word may stand right before a key that begins with punctuation, as a private key does.
        self.anywhere = self.led and not self.prefix[:1].isalnum()

    @property
    def anchor(self) -> tuple[bytes, int] | None:
        """For a form that neither a prefix nor words tell: its longest text, and how far behind the beginning it is."""
        if self.led or self.rule.words or self.rule.ignore_case:
            return None
        text, distance = anchor(self.form), 0
        for part in parts(self.form):
            if part == text:
                return text.encode(), distance
            if isinstance(part, Hole) and part.least != part.most:
                return None
            distance += part.most if isinstance(part, Hole) else len(part)
        return None

    @property
    def wanted(self) -> str:
        """An expression for RE2 that hits wherever a key of this form begins: of led ones only what they begin with."""
        if self.led:
            return _opening(self.form)
        first = parts(self.form)[0]
        lead = r"\b" if isinstance(first, Hole) and first.alphabet in _OFWORDS else ""
        behind = f"(?:[^{self._behind}]|\\z)" if self._behind else ""
        return f"{'(?i)' if self.rule.ignore_case else ''}{lead}{pattern(self.form)}{behind}"

    @cached_property
    def exact(self) -> re.Pattern[bytes]:
        """An expression for ``re``, to be matched where a key may begin."""
        # Behind an at sign or a hash stands the commit of an action or a package.
        before = "" if self.led else f"(?<![A-Za-z0-9_{'' if self.anchor else '@#'}-])"
        behind = f"(?![{self._behind}])" if self._behind else ""
        flags = re.IGNORECASE if self.rule.ignore_case else re.NOFLAG
        return re.compile(f"{before}{pattern(self.form)}{behind}".encode(), flags)

    @cached_property
    def _behind(self) -> str:
        """What may not follow: letters, digits, and what else the holes hold; nothing where punctuation ends it."""
        last = parts(self.form)[-1]
        if isinstance(last, str) and not last[-1].isalnum():
            return ""
        held = {part.alphabet for part in parts(self.form) if isinstance(part, Hole)}
        more = "_-" if self.strict or "url64" in held else "_" if "word" in held else ""
        return "A-Za-z0-9" + ("+/=" if "base64" in held else "") + more


def _opening(form: str) -> str:
    """The first text of a form and some characters more, as a pattern."""
    written, left = "", _OPENING
    for part in parts(form):
        if isinstance(part, str):
            written += pattern(part)
            continue
        count = min(part.least, left)
        written += f"{ALPHABETS[part.alphabet][0]}{{{count}}}"
        left -= count
        if left <= 0 or count < part.most:
            break
    return written
