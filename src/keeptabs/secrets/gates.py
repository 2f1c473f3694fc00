"""What is written like a key and is none: placeholders, samples, and text that nobody drew at random.

The gates look at a key's bytes alone, and only at what fills the holes of its form. They are there for what people
write in documents and tests; where they doubt, it is a key. Of 10,000 keys drawn at random they let 9,990 pass; of
those without a prefix, which long names look like, 9,950.
"""

import math
import re
from collections import Counter
from functools import cache
from itertools import pairwise

from keeptabs.secrets.form import Hole, parts, pattern
from keeptabs.secrets.rule import Rule, Tier

# Words of people: each has five characters or more, which a random key holds once in ten thousand.
_WORDS = (
    "example|sample|dummy|placeholder|redacted|change[-_]?me|replace|insert|invalid|not[-_]?real|foobar|qwerty|asdfg"
    "|xxxxx|lorem|deadbeef|cafebabe|your[-_]|[-_]your|yourkey|yourapi|yoursecret|yourtoken|fake[-_]|[-_]fake|fakekey"
    "|my[-_]?key|my[-_]?api|my[-_]?secret|api[-_]?key|secret[-_]?key|test[-_]?key|[-_]test[-_]|[-_]here\\Z|keyhere"
)
_LEAST_DISTINCT = 8  # different characters
_LONGEST_REPEAT = 6  # times the same character in a row
_LONGEST_SEQUENCE = 7  # characters in a row that each follow the one before, as in "abcdefg"
_LONG = 20  # characters, of which a draw from capitals, small letters and digits lacks neither letters

# Keys that stand in public documents, as ``digest``: AWS's samples.
_PUBLIC = frozenset(
    {
        "86466df12d151ea168a81ec9",
        "66835ffc835affa265cc257b",
        "a4c9d36ace27fc8f221792cf",
        "389ae53b1774cf7daddc4f2f",
    }
)


def is_real(rule: Rule, key: bytes) -> bool:
    """Whether a key that fits a form of ``rule`` may be one that somebody uses."""
    if digest(key) in _PUBLIC:
        return False
    holes = _filled(rule, key.decode("latin-1"))
    random = "".join(text for _, text in holes)
    written = re.search(_WORDS, "\n".join(text for _, text in holes), re.IGNORECASE)
    if written or len(set(random)) < min(_LEAST_DISTINCT, len(random)):
        return False
    if rule.tier is Tier.C and not any(map(str.isdigit, random)):
        return False  # a long name in camel case, or a path
    if is_written(random):
        return False
    # Without an entropy, what fills it is no random text: a URL, a token of several parts, lines of a file.
    return not rule.entropy or (entropy(random) >= rule.entropy and all(_is_mixed(*each) for each in holes))


def digest(key: bytes) -> str:
    """What a public key is known by here, so that this file holds none."""
    from hashlib import blake2b  # OpenSSL takes its time, and most scans find nothing

    return blake2b(key, digest_size=12).hexdigest()


def entropy(text: str) -> float:
    """Shannon entropy of a text, in bits a character; 0 of none."""
    shares = [count / len(text) for count in Counter(text).values()]
    return -math.fsum(share * math.log2(share) for share in shares)


def is_written(text: str) -> bool:
    """Whether a text repeats itself or counts up or down, as people do who make up a key."""
    low = text.lower()
    steps = [ord(after) - ord(before) for before, after in pairwise(low)]
    every_other = [ord(after) - ord(before) for before, after in zip(low, low[2:], strict=False)]
    return (
        _longest(steps, 0) >= _LONGEST_REPEAT - 1
        or max(_longest(steps, 1), _longest(steps, -1)) >= _LONGEST_SEQUENCE - 1
        or _longest(every_other, 1) >= _LONGEST_SEQUENCE - 1  # "a1b2c3d4"
        or _is_periodic(low)
    )


def _longest(steps: list[int], step: int) -> int:
    """How often at most ``step`` comes in a row."""
    most = length = 0
    for each in steps:
        length = length + 1 if each == step else 0
        most = max(most, length)
    return most


def _is_periodic(text: str) -> bool:
    """Whether a text is one part of it, again and again: its second place in itself, doubled, is before its end."""
    return 0 < (text + text).find(text, 1) <= len(text) // 2


def _is_mixed(hole: Hole | None, text: str) -> bool:
    """Whether a long draw from capitals and small letters holds both; words and constants hold one of them."""
    if hole is None or len(text) < _LONG or hole.alphabet not in {"alpha", "alnum", "word", "url64", "base64"}:
        return True
    return text != text.lower() and text != text.upper()


def _filled(rule: Rule, key: str) -> list[tuple[Hole | None, str]]:
    """The holes of a key's form with what fills them; the whole key where it fits no form."""
    for holes, expression in _forms(rule.forms, rule.ignore_case):
        found = expression.fullmatch(key)
        if found is not None:
            return list(zip(holes, found.groups(), strict=True))
    return [(None, key)]


@cache
def _forms(forms: tuple[str, ...], ignore_case: bool) -> list[tuple[tuple[Hole | None, ...], re.Pattern[str]]]:
    flags = re.IGNORECASE if ignore_case else re.NOFLAG
    return [
        (
            tuple(part for part in parts(form) if isinstance(part, Hole)),
            re.compile(pattern(form, grouped=True), flags),
        )
        for form in forms
    ]
