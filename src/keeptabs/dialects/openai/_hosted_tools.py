"""Tools that the provider itself ran for a Responses call: what they used, and what of it is billed.

Searches are billed each, at a price for the kind of tool; where ``tool_usage`` or the usage does not count them, the
calls in the output are counted. Images that a hosted tool makes are billed at the image model's own rates, outside of
the usage. A container for code is billed when it is new, and again each 20 minutes: one that an earlier response may
have opened is not counted, and said to be billed apart. Source: openai-python 3.54.0
``types/responses/{response_output_item,tool}.py``, and recorded traffic for ``tool_usage``; checked 2026-11-24.
"""

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgspec

from keeptabs.core.decoding import readable
from keeptabs.core.usage import Aside, Bucket, Unit, Usage
from keeptabs.dialects.openai import _usage

CONTAINER = "a container for code may have been opened for it, at $0.03 or more each 20 minutes"
MEMORY_LIMIT = "keeptabs.container.memory_limit"


class Part(msgspec.Struct):
    """A part of a message; ``type`` is ``refusal`` where the model refuses."""

    type: Any = None


class Item(msgspec.Struct):
    """One item of the output: a message, or a call of a tool."""

    type: str | None = None
    action: Part | None = None
    content: list[Part] | None = None
    container_id: str | None = None


class _Container(msgspec.Struct):
    memory_limit: str | None = None


class Tool(msgspec.Struct):
    """A tool that the model could use. A ``container`` is told by its id, or by what a new one is like."""

    type: str | None = None
    model: str | None = None
    container: str | _Container | None = None


class _Searches(msgspec.Struct):
    num_requests: int | None = None


class Counted(msgspec.Struct):
    """``tool_usage``: what OpenAI counts itself."""

    web_search: _Searches | None = None
    image_gen: msgspec.Raw = msgspec.Raw()


class Ran(msgspec.Struct, frozen=True, kw_only=True):
    """What an answer says of tools. ``continues``: an earlier response may have opened what it used."""

    output: list[Item]
    tools: list[Tool] = []
    counted: Counted | None = None
    continues: bool = False


_ITEMS = msgspec.json.Decoder(list[Item])
_TOOLS = msgspec.json.Decoder(list[Tool])
_FACT = "keeptabs.hosted_tools."
_HOSTED = ("web_search_call", "file_search_call", "code_interpreter_call", "image_generation_call", "mcp_call")
_LEAST_MEMORY = "1g"


def items(output: msgspec.Raw) -> list[Item]:
    """The items of an output; none where it is absent or has another shape."""
    return (readable(_ITEMS, output) if bytes(output) else None) or []


def tools(said: msgspec.Raw) -> list[Tool]:
    """The tools that a response names; none where it names none, or in another shape."""
    return (readable(_TOOLS, said) if bytes(said) else None) or []


def refuses(output: list[Item]) -> bool:
    """True when a message in the output is a refusal."""
    return any(part.type == "refusal" for item in output for part in item.content or ())


def facts(ran: Ran) -> dict[str, Any]:
    """How often each hosted tool was called, by kind, and the memory of a container that has more than the least."""
    found = Counter(item.type for item in ran.output if item.type in _HOSTED)
    limits = (tool.container.memory_limit for tool in ran.tools if isinstance(tool.container, _Container))
    memory = next((limit for limit in limits if limit and limit != _LEAST_MEMORY), None)
    return {f"{_FACT}{kind}s": count for kind, count in found.items()} | ({MEMORY_LIMIT: memory} if memory else {})


def with_tools(usage: Usage | None, ran: Ran) -> Usage | None:
    """The usage with what hosted tools did that is billed apart from tokens; units that it has already stay."""
    if usage is None:
        return None
    drawn = _drawn(ran)
    model = next((tool.model for tool in ran.tools if tool.type == "image_generation" and tool.model), None)
    found = {
        Unit.FILE_SEARCHES: _called(ran, "file_search_call"),
        Unit.CONTAINERS: 0 if ran.continues else len(_containers(ran)),
        Unit.TOOL_IMAGES: 0 if drawn and model else _images(ran, drawn),
    }
    if Unit.WEB_SEARCHES not in usage.units:
        found[_search_unit(ran.tools)] = _searches(ran)
    units = {unit: Decimal(count) for unit, count in found.items() if count > 0}
    return msgspec.structs.replace(
        usage,
        units={**usage.units, **units},
        asides=(Aside(model=model, tokens=drawn),) if drawn and model else (),
        apart=CONTAINER if ran.continues and _containers(ran) else "",
    )


def _called(ran: Ran, kind: str) -> int:
    return sum(item.type == kind for item in ran.output)


def _search_unit(tools: list[Tool]) -> Unit:
    older = any((tool.type or "").startswith("web_search_preview") for tool in tools)
    return Unit.WEB_SEARCHES_PREVIEW if older else Unit.WEB_SEARCHES


def _searches(ran: Ran) -> int:
    """How many searches are billed; opening a page that was found is no search of its own."""
    told = ran.counted.web_search.num_requests if ran.counted and ran.counted.web_search else None
    if told is not None:
        return told
    calls = (item for item in ran.output if item.type == "web_search_call")
    return sum(item.action is None or item.action.type == "search" for item in calls)


def _containers(ran: Ran) -> set[str]:
    return {item.container_id for item in ran.output if item.type == "code_interpreter_call" and item.container_id}


def _drawn(ran: Ran) -> Mapping[Bucket, int] | None:
    """The tokens of the image model: none where none are billed, None where they are not told."""
    usage, _ = _usage.read(ran.counted.image_gen if ran.counted else msgspec.Raw(), output_rest=Bucket.OUTPUT_IMAGE)
    if usage is None or not usage.tokens:
        return None
    return usage.tokens if any(usage.tokens.values()) else {}


def _images(ran: Ran, drawn: Mapping[Bucket, int] | None) -> int:
    """How many images a model made that is not named, or did not tell its tokens."""
    made = _called(ran, "image_generation_call")
    return made if drawn is None else max(made, 1) if drawn else 0
