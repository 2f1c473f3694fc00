"""Anthropic's usage object as disjoint buckets.

``input_tokens`` is what came from no cache and went to none; what was read and written stands beside it, and
``cache_creation`` divides what was written by how long it is kept. ``output_tokens`` includes what was thought. A
stream tells its usage at its start and at its end, where the counts are cumulative: the last value of each field holds.
``iterations`` lists the passes of one request. A compaction is in no total, but it is billed as all else is, so it is
added; a pass by another model is in no total either, and has rates of its own. Sources: anthropic-sdk-python 2.12.0
``types/beta/beta_usage.py``, recorded traffic; checked 2026-11-24.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

import msgspec

from keeptabs.core.decoding import readable
from keeptabs.core.usage import Aside, Bucket, Unit, Usage, split

UNREADABLE = "the usage object is not in a shape that is known"
_COMPACTION = "compaction"
_NO_PLACE = "not_available"


class _ByTtl(msgspec.Struct):
    ephemeral_5m_input_tokens: int | None = None
    ephemeral_1h_input_tokens: int | None = None


class _Details(msgspec.Struct):
    thinking_tokens: int | None = None


class _Tools(msgspec.Struct):
    web_search_requests: int | None = None
    web_fetch_requests: int | None = None


class _Counts(msgspec.Struct):
    input_tokens: int | None = None
    output_tokens: int | None = None
    cache_read_input_tokens: int | None = None
    cache_creation_input_tokens: int | None = None
    cache_creation: _ByTtl | None = None
    output_tokens_details: _Details | None = None


class _Iteration(_Counts):
    type: str | None = None
    model: str | None = None


class _Reported(_Counts):
    server_tool_use: _Tools | None = None
    service_tier: str | None = None
    speed: str | None = None
    inference_geo: str | None = None
    iterations: list[_Iteration] | None = None


class Told(msgspec.Struct, frozen=True):
    """What a usage object says: what was used, in which tier, and what else is worth a span attribute."""

    usage: Usage | None = None
    service_tier: str | None = None
    facts: dict[str, Any] = {}
    gaps: tuple[str, ...] = ()


_MEMBERS = msgspec.json.Decoder(dict[str, msgspec.Raw])
_REPORTED = msgspec.json.Decoder(_Reported, strict=False)


def is_absent(raw: msgspec.Raw) -> bool:
    """True for a usage that is not there, or that is null."""
    return bytes(raw) in (b"", b"null")


def read(raws: Sequence[msgspec.Raw], model: str | None = None) -> Told:
    """The usage objects of one message, of which the last holds; ``model`` is the one that answered."""
    told = [raw for raw in raws if not is_absent(raw)]
    if not told:
        return Told()
    raw = bytes(told[0]) if len(told) == 1 else _merged(told)
    said = readable(_REPORTED, raw)
    if said is None:
        return Told(gaps=(UNREADABLE,))
    usage = Usage(
        tokens=_tokens(said),
        units=_units(said),
        asides=tuple(_asides(said, model)),
        raw=raw.decode("utf-8", "replace"),
    )
    return Told(
        usage=usage if usage.tokens or usage.units else None,
        service_tier=said.service_tier,
        facts=_facts(said),
    )


def so_far(usage: Usage | None) -> Usage | None:
    """The usage of a stream that broke off: what it had begun to write is not counted, and so not known."""
    if usage is None:
        return None
    return msgspec.structs.replace(usage, tokens={b: count for b, count in usage.tokens.items() if not b.is_output})


def _merged(raws: list[msgspec.Raw]) -> bytes:
    """One object with the last value of each member, as it was written."""
    members: dict[str, msgspec.Raw] = {}
    for raw in raws:
        found = readable(_MEMBERS, raw) or {}
        members.update((name, value) for name, value in found.items() if not is_absent(value))
    return msgspec.json.encode(members)


def _asides(said: _Reported, model: str | None) -> Iterator[Aside]:
    """The passes of other models than the one that answered."""
    for each in said.iterations or ():
        if each.model is not None and each.model != model and (each.input_tokens or each.output_tokens):
            yield Aside(model=each.model, tokens=_buckets(each))


def _tokens(said: _Reported) -> dict[Bucket, int]:
    passes = [said, *(each for each in said.iterations or () if each.type == _COMPACTION)]
    total: Counter[Bucket] = Counter()
    for each in passes:
        total.update(_buckets(each))
    return dict(total)


def _buckets(said: _Counts) -> dict[Bucket, int]:
    found = {Bucket.INPUT_TEXT: said.input_tokens, Bucket.CACHE_READ_TEXT: said.cache_read_input_tokens}
    tokens = {bucket: max(count, 0) for bucket, count in found.items() if count is not None}
    tokens.update(_writes(said))
    if said.output_tokens is not None:
        thought = said.output_tokens_details.thinking_tokens if said.output_tokens_details else None
        tokens.update(split(said.output_tokens, Bucket.OUTPUT_TEXT, {Bucket.OUTPUT_REASONING: thought}))
    return tokens


def _writes(said: _Counts) -> dict[Bucket, int]:
    by_ttl = said.cache_creation or _ByTtl()
    known = {
        Bucket.CACHE_WRITE_5M: by_ttl.ephemeral_5m_input_tokens,
        Bucket.CACHE_WRITE_1H: by_ttl.ephemeral_1h_input_tokens,
    }
    parts = {bucket: max(count, 0) for bucket, count in known.items() if count is not None}
    total = said.cache_creation_input_tokens
    if total is None:
        return parts
    divided = split(total, Bucket.CACHE_WRITE, parts)
    if parts and not divided[Bucket.CACHE_WRITE]:
        del divided[Bucket.CACHE_WRITE]
    return divided


def _units(said: _Reported) -> dict[Unit, Decimal]:
    searches = said.server_tool_use.web_search_requests if said.server_tool_use else None
    return {} if searches is None else {Unit.WEB_SEARCHES: Decimal(max(searches, 0))}


def _facts(said: _Reported) -> dict[str, Any]:
    place = said.inference_geo if said.inference_geo != _NO_PLACE else None
    fetched = said.server_tool_use.web_fetch_requests if said.server_tool_use else None
    found = {
        "keeptabs.speed": said.speed,
        "keeptabs.inference_geo": place,
        "keeptabs.hosted_tools.web_fetches": fetched or None,
    }
    return {name: value for name, value in found.items() if value is not None}
