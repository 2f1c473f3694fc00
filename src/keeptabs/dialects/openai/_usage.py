"""OpenAI's usage objects, in all their spellings, as disjoint buckets.

Chat and legacy completions say prompt/completion, Responses and images say input/output, transcription says
``*_token_details`` in the singular. The counts in the details are subsets of the totals, and cached tokens overlap
with the modalities. Checked against openai-python 3.54.0 and recorded traffic, 2026-11-24.
"""

from decimal import Decimal

import msgspec

from keeptabs.core.usage import Bucket, Unit, Usage, split


class _CacheTtl(msgspec.Struct):
    ttl_30m_tokens: int | None = None
    ttl_12h_tokens: int | None = None


class _Modalities(msgspec.Struct):
    text_tokens: int | None = None
    audio_tokens: int | None = None
    image_tokens: int | None = None


class _Details(_Modalities):
    cached_tokens: int | None = None
    cached_tokens_details: _Modalities | None = None
    cache_write_tokens: int | None = None
    cache_write_tokens_details: _CacheTtl | None = None
    reasoning_tokens: int | None = None


class _Reported(msgspec.Struct):
    """The fields we read; the first spelling that is there wins."""

    prompt_tokens: int | None = None
    input_tokens: int | None = None
    completion_tokens: int | None = None
    output_tokens: int | None = None
    total_tokens: int | None = None
    prompt_tokens_details: _Details | None = None
    input_tokens_details: _Details | None = None
    input_token_details: _Details | None = None
    completion_tokens_details: _Details | None = None
    output_tokens_details: _Details | None = None
    output_token_details: _Details | None = None
    prompt_cache_hit_tokens: int | None = None  # DeepSeek
    num_cached_tokens: int | None = None  # Mistral
    cached_tokens: int | None = None  # Moonshot, Together
    reasoning_tokens: int | None = None  # Perplexity
    prompt_audio_seconds: Decimal | None = None  # Mistral


_decode = msgspec.json.Decoder(_Reported, strict=False).decode


UNREADABLE = "the usage object has an unknown shape"


def is_absent(raw: msgspec.Raw) -> bool:
    """True for a usage that a body does not have, or that is null in it."""
    return bytes(raw) in (b"", b"null")


def read(raw: msgspec.Raw, *, output_rest: Bucket = Bucket.OUTPUT_TEXT) -> tuple[Usage | None, tuple[str, ...]]:
    """The usage in ``raw``, or None where there is none; and a gap where there is one that cannot be read.

    ``output_rest`` is the bucket of output tokens that no detail claims: images for an image endpoint.
    """
    if is_absent(raw):
        return None, ()
    try:
        said = _decode(raw)
    except msgspec.MsgspecError:
        return None, (UNREADABLE,)
    tokens = {**_input(said), **_output(said, output_rest)}
    units = {Unit.SECONDS: said.prompt_audio_seconds} if said.prompt_audio_seconds else {}
    return Usage(tokens=tokens, units=units, raw=bytes(raw).decode("utf-8", "replace")), ()


def _input(said: _Reported) -> dict[Bucket, int]:
    total = said.prompt_tokens if said.prompt_tokens is not None else said.input_tokens
    if total is None and said.completion_tokens is None and said.output_tokens is None:
        total = said.total_tokens  # an embeddings host that names only the total
    if total is None:
        return {}
    total += _beside(said, _audio(said))
    details = said.prompt_tokens_details or said.input_tokens_details or said.input_token_details or _Details()
    cached = _first(details.cached_tokens, said.prompt_cache_hit_tokens, said.num_cached_tokens, said.cached_tokens)
    audio, audio_cached = _cached_share(total, details, "audio_tokens", cached)
    image, image_cached = _cached_share(total, details, "image_tokens", cached)
    parts: dict[Bucket, int | None] = {
        Bucket.INPUT_AUDIO: audio,
        Bucket.INPUT_IMAGE: image,
        Bucket.CACHE_READ_AUDIO: audio_cached,
        Bucket.CACHE_READ_IMAGE: image_cached,
        Bucket.CACHE_READ_TEXT: None if cached is None else cached - (audio_cached or 0) - (image_cached or 0),
        **_writes(details),
    }
    return split(total, Bucket.INPUT_TEXT, parts)


def _cached_share(total: int, details: _Details, modality: str, cached: int | None) -> tuple[int | None, int | None]:
    """Tokens of ``modality`` that are fresh, and those from cache.

    Where the provider does not split the cached tokens (chat), they count as text as far as there is text: audio and
    images are cached only when the sums cannot hold otherwise.
    """
    whole: int | None = getattr(details, modality)
    if whole is None:
        return None, None
    if details.cached_tokens_details is not None:
        from_cache: int | None = getattr(details.cached_tokens_details, modality)
        return whole - (from_cache or 0), from_cache
    others = (details.audio_tokens or 0) + (details.image_tokens or 0) - whole
    forced = max((cached or 0) + whole + others - total, 0)
    from_cache = min(forced, whole)
    return (whole - from_cache, from_cache) if from_cache else (whole, None)


def _writes(details: _Details) -> dict[Bucket, int | None]:
    by_ttl = details.cache_write_tokens_details
    if by_ttl is None:
        return {Bucket.CACHE_WRITE: details.cache_write_tokens}
    known = (by_ttl.ttl_30m_tokens or 0) + (by_ttl.ttl_12h_tokens or 0)
    rest = (details.cache_write_tokens or 0) - known
    return {
        Bucket.CACHE_WRITE_30M: by_ttl.ttl_30m_tokens,
        Bucket.CACHE_WRITE_12H: by_ttl.ttl_12h_tokens,
        Bucket.CACHE_WRITE: rest if rest > 0 else None,
    }


def _output(said: _Reported, rest: Bucket) -> dict[Bucket, int]:
    total = said.completion_tokens if said.completion_tokens is not None else said.output_tokens
    if total is None:
        return {}
    details = said.completion_tokens_details or said.output_tokens_details or said.output_token_details or _Details()
    reasoning = _first(details.reasoning_tokens, said.reasoning_tokens)
    parts: dict[Bucket, int | None] = {
        Bucket.OUTPUT_REASONING: reasoning,
        Bucket.OUTPUT_AUDIO: details.audio_tokens,
        Bucket.OUTPUT_IMAGE: details.image_tokens,
        Bucket.OUTPUT_TEXT: details.text_tokens if rest is not Bucket.OUTPUT_TEXT else None,
    }
    parts.pop(rest)
    return split(total + _beside(said, reasoning), rest, parts)


def _audio(said: _Reported) -> int | None:
    details = said.prompt_tokens_details
    return details.audio_tokens if details else None


def _beside(said: _Reported, part: int | None) -> int:
    """Tokens that a host counts beside a total instead of in it: its own sum over all tells which.

    xAI does so with reasoning, Mistral with audio.
    """
    if not part or None in (said.prompt_tokens, said.completion_tokens, said.total_tokens):
        return 0
    inside = (said.prompt_tokens or 0) + (said.completion_tokens or 0)
    return part if said.total_tokens == inside + part else 0


def _first(*counts: int | None) -> int | None:
    return next((count for count in counts if count is not None), None)
