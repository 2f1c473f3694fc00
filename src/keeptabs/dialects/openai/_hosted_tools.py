"""Tools that the provider itself ran for a Responses call, as its output lists them.

Searches are billed each; where ``tool_usage`` or the usage does not count them, the calls in the output are counted.
Images that a hosted tool makes are billed at the image model's own rates, outside of the usage. Source:
openai-python 3.54.0 ``types/responses/response_output_item.py``, and recorded traffic for ``tool_usage``; checked
2026-11-24.
"""

from collections import Counter
from decimal import Decimal
from typing import Any

import msgspec

from keeptabs.core.decoding import readable
from keeptabs.core.usage import Unit, Usage


class Part(msgspec.Struct):
    """A part of a message; ``type`` is ``refusal`` where the model refuses."""

    type: Any = None


class Item(msgspec.Struct):
    """One item of the output: a message, or a call of a tool."""

    type: str | None = None
    action: Part | None = None
    content: list[Part] | None = None


class _Searches(msgspec.Struct):
    num_requests: int | None = None


class _Images(msgspec.Struct):
    total_tokens: int | None = None


class Counted(msgspec.Struct):
    """``tool_usage``: what OpenAI counts itself."""

    web_search: _Searches | None = None
    image_gen: _Images | None = None


_ITEMS = msgspec.json.Decoder(list[Item])
_FACT = "keeptabs.hosted_tools."
_HOSTED = ("web_search_call", "file_search_call", "code_interpreter_call", "image_generation_call", "mcp_call")


def items(output: msgspec.Raw) -> list[Item]:
    """The items of an output; none where it is absent or has another shape."""
    return (readable(_ITEMS, output) if bytes(output) else None) or []


def refuses(output: list[Item]) -> bool:
    """True when a message in the output is a refusal."""
    return any(part.type == "refusal" for item in output for part in item.content or ())


def facts(output: list[Item]) -> dict[str, Any]:
    """How often each hosted tool was called, by kind."""
    found = Counter(item.type for item in output if item.type in _HOSTED)
    return {f"{_FACT}{kind}s": count for kind, count in found.items()}


def with_tools(usage: Usage | None, counted: Counted | None, output: list[Item]) -> Usage | None:
    """The usage with what hosted tools did that is billed apart from tokens."""
    return with_images(with_searches(usage, counted, output), counted, output)


def with_searches(usage: Usage | None, counted: Counted | None, output: list[Item]) -> Usage | None:
    """The usage with the searches that are billed; those that it has already stay."""
    if usage is None or Unit.WEB_SEARCHES in usage.units:
        return usage
    told = counted.web_search.num_requests if counted and counted.web_search else None
    searches = told if told is not None else sum(map(_is_search, output))
    if searches <= 0:
        return usage
    return msgspec.structs.replace(usage, units={**usage.units, Unit.WEB_SEARCHES: Decimal(searches)})


def _is_search(item: Item) -> bool:
    """Opening a page that was found is no search of its own."""
    return item.type == "web_search_call" and (item.action is None or item.action.type == "search")


def with_images(usage: Usage | None, counted: Counted | None, output: list[Item]) -> Usage | None:
    """The usage with the images that a tool made: they are not in its tokens, and billed as another model's."""
    told = counted.image_gen.total_tokens if counted and counted.image_gen else None
    made = sum(item.type == "image_generation_call" for item in output)
    made = max(made, 1) if told else 0 if told == 0 else made
    if usage is None or not made:
        return usage
    return msgspec.structs.replace(usage, units={**usage.units, Unit.TOOL_IMAGES: Decimal(made)})
