"""Which models did what for one answer of a Groq system: each is billed at its own rates, and so are their tools.

The usage of the answer as a whole has no price. Sources: groq 1.7.0 ``types/chat/chat_completion.py``,
console.groq.com/docs/compound/systems; checked 2026-11-24.
"""

from collections.abc import Iterator

import msgspec

from keeptabs.core.decoding import readable
from keeptabs.core.usage import Aside
from keeptabs.dialects.openai import _usage


class _Part(msgspec.Struct):
    model: str
    usage: msgspec.Raw = msgspec.Raw()


class _Breakdown(msgspec.Struct):
    models: list[_Part] | None = None


_BREAKDOWN = msgspec.json.Decoder(_Breakdown | None)
TOOLS = "what its hosted tools did"


def shares(breakdown: msgspec.Raw) -> tuple[Aside, ...]:
    """What each model used; nothing where an answer has no breakdown."""
    said = readable(_BREAKDOWN, breakdown) if bytes(breakdown) else None
    return tuple(_shares(said.models or ())) if said else ()


def _shares(parts: list[_Part] | tuple[()]) -> Iterator[Aside]:
    for part in parts:
        usage, _ = _usage.read(part.usage)
        if usage is not None and usage.tokens:
            yield Aside(model=part.model, tokens=usage.tokens)
