"""A rule: one kind of key of one provider, as data."""

from enum import StrEnum

import msgspec


class Tier(StrEnum):
    """How surely a form alone tells a key."""

    A = "a"  # its prefix is nobody else's
    B = "b"  # a weak prefix: it needs entropy, and a word of the provider nearby
    C = "c"  # no prefix: only what stands beside it tells


class Level(StrEnum):
    """What a finding does to a commit."""

    BLOCK = "block"
    WARN = "warn"
    NOTE = "note"  # it is made to be public


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of key.

    ``forms`` are as in ``form.py``; of a private key it is the line that begins it. ``words`` are texts, in lower case,
    one of which must stand near a key of tier B or C; where ``called`` holds, something there must call it a key, too,
    since much else has its form. ``entropy`` is the least Shannon entropy of the key's random part, in bits a
    character: what 9,999 of 10,000 random parts have; 0 where the part is no random text.
    """

    id: str  # "openai-project-key": lower case, words joined by dashes, never reused for another kind
    provider: str  # as people write it: "OpenAI"
    name: str  # "project key"
    forms: tuple[str, ...]
    tier: Tier = Tier.A
    level: Level = Level.BLOCK
    words: tuple[str, ...] = ()
    called: bool = False
    entropy: float = 3.0
    ignore_case: bool = False
    revoke: str  # the page on which to revoke it
    source: str  # where the form is known from
    checked: str  # ISO date on which it was last held against that
    remembered: bool = False  # the form is from memory only: it warns, and never blocks
    near_misses: tuple[str, ...] = ()  # forms that look like it and are none
