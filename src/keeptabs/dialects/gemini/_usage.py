"""``usageMetadata`` as disjoint buckets.

``promptTokenCount`` includes what came from a cache; what hosted tools put into the prompt, and what was thought, stand
beside it and beside ``candidatesTokenCount``. Documents count as text. JSON of Google's leaves out what is 0: where the
total is told, an answer that is not counted has what is left of it. Sources: google-genai 3.4.0
``types.GenerateContentResponseUsageMetadata`` and ``types.TrafficType``, recorded traffic; checked 2026-11-24.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

import msgspec

from keeptabs.core.decoding import readable
from keeptabs.core.usage import Bucket, Usage, split

UNREADABLE = "the usage object is not in a shape that is known"
_INPUT = {"AUDIO": Bucket.INPUT_AUDIO, "IMAGE": Bucket.INPUT_IMAGE, "VIDEO": Bucket.INPUT_VIDEO}
_CACHED = {"AUDIO": Bucket.CACHE_READ_AUDIO, "IMAGE": Bucket.CACHE_READ_IMAGE, "VIDEO": Bucket.CACHE_READ_VIDEO}
_OUTPUT = {"AUDIO": Bucket.OUTPUT_AUDIO, "IMAGE": Bucket.OUTPUT_IMAGE, "VIDEO": Bucket.OUTPUT_VIDEO}
_ON_DEMAND = "ON_DEMAND"


class Part(msgspec.Struct):
    """The tokens of one modality."""

    modality: str | None = None
    tokens: int | None = None
    token_count: int | None = msgspec.field(name="tokenCount", default=None)


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """What a usage object counts, under whatever names it has for it."""

    prompt: int | None = None
    cached: int | None = None
    tool: int | None = None
    answer: int | None = None
    thoughts: int | None = None
    total: int | None = None
    prompt_parts: Sequence[Part] | None = None
    cached_parts: Sequence[Part] | None = None
    answer_parts: Sequence[Part] | None = None


class _Metadata(msgspec.Struct, rename="camel"):
    prompt_token_count: int | None = None
    cached_content_token_count: int | None = None
    tool_use_prompt_token_count: int | None = None
    candidates_token_count: int | None = None
    thoughts_token_count: int | None = None
    total_token_count: int | None = None
    prompt_tokens_details: list[Part] | None = None
    prompt_token_details: list[Part] | None = None  # of embeddings
    cache_tokens_details: list[Part] | None = None
    candidates_tokens_details: list[Part] | None = None
    traffic_type: str | None = None
    service_tier: str | None = None


class Told(msgspec.Struct, frozen=True):
    """What a usage object says: what was used, and in which tier."""

    usage: Usage | None = None
    service_tier: str | None = None
    gaps: tuple[str, ...] = ()


_METADATA = msgspec.json.Decoder(_Metadata, strict=False)


def read(raws: Sequence[msgspec.Raw], *, complete: bool = True) -> Told:
    """The usage objects of one answer, of which the last that counts anything holds.

    While a stream is not ``complete``, what the total leaves for the answer is not known yet.
    """
    told = [raw for raw in raws if bytes(raw) not in (b"", b"null")]
    read_ones = [(raw, readable(_METADATA, raw)) for raw in told]
    known = [(raw, said) for raw, said in read_ones if said is not None]
    counted = [(_tokens(said, complete), bytes(raw)) for raw, said in known]
    tokens, raw = next(((tokens, raw) for tokens, raw in reversed(counted) if tokens), ({}, b""))
    tiers = [tier for _, said in known if (tier := _tier(said))]
    return Told(
        usage=Usage(tokens=tokens, raw=raw.decode("utf-8", "replace")) if tokens else None,
        service_tier=tiers[-1] if tiers else None,
        gaps=() if len(known) == len(told) else (UNREADABLE,),
    )


def _tier(said: _Metadata) -> str | None:
    """The tier in the words of the Gemini API; Vertex AI says the same of its traffic."""
    if said.service_tier or not said.traffic_type:
        return said.service_tier
    kind = said.traffic_type.removeprefix(_ON_DEMAND).lstrip("_").lower()
    return kind or "standard"


def _tokens(said: _Metadata, complete: bool) -> dict[Bucket, int]:
    counts = Counts(
        prompt=said.prompt_token_count,
        cached=said.cached_content_token_count,
        tool=said.tool_use_prompt_token_count,
        answer=said.candidates_token_count,
        thoughts=said.thoughts_token_count,
        total=said.total_token_count if complete else None,
        prompt_parts=said.prompt_tokens_details or said.prompt_token_details,
        cached_parts=said.cache_tokens_details,
        answer_parts=said.candidates_tokens_details,
    )
    return tokens(counts)


def tokens(said: Counts) -> dict[Bucket, int]:
    """Disjoint buckets, which add up to the total that is told."""
    found: dict[Bucket, int] = {}
    if said.prompt is not None:
        found.update(_prompt(said, said.prompt))
    if said.tool is not None:
        found[Bucket.INPUT_TOOL] = max(said.tool, 0)
    answer = said.answer if said.answer is not None else _left(said)
    if answer is not None:
        parts = by_modality(said.answer_parts)
        found.update(
            split(answer, Bucket.OUTPUT_TEXT, {_OUTPUT[kind]: parts[kind] for kind in _OUTPUT if kind in parts})
        )
    if said.thoughts is not None:
        found[Bucket.OUTPUT_REASONING] = max(said.thoughts, 0)
    return found


def _left(said: Counts) -> int | None:
    """What the total leaves for an answer that is not counted."""
    if said.total is None or said.prompt is None:
        return None
    return max(said.total - said.prompt - (said.tool or 0) - (said.thoughts or 0), 0)


def _prompt(said: Counts, total: int) -> dict[Bucket, int]:
    """What came from the cache goes first, so that it holds where a modality is not told for it."""
    given, cached = by_modality(said.prompt_parts), by_modality(said.cached_parts)
    parts: dict[Bucket, int | None] = {bucket: cached[kind] for kind, bucket in _CACHED.items() if kind in cached}
    if said.cached is not None:
        parts[Bucket.CACHE_READ_TEXT] = said.cached - sum(count or 0 for count in parts.values())
    parts |= {bucket: given[kind] - cached.get(kind, 0) for kind, bucket in _INPUT.items() if kind in given}
    return split(total, Bucket.INPUT_TEXT, parts)


def by_modality(parts: Sequence[Part] | None) -> Mapping[str, int]:
    """The tokens of each modality; a part without a count is one of none."""
    found: Counter[str] = Counter()
    for part in parts or ():
        count = part.token_count if part.token_count is not None else part.tokens
        found[(part.modality or "").upper()] += max(count or 0, 0)
    return found
