"""OpenAI's usage objects, in all their spellings, as disjoint buckets.

Chat and legacy completions say prompt/completion, Responses and images say input/output, transcription says
``*_token_details`` in the singular. The counts in the details are subsets of the totals, and cached tokens overlap
with the modalities. Checked against openai-python 3.54.0 and recorded traffic, 2026-11-24.
"""

import msgspec

from keeptabs.core.decoding import readable
from keeptabs.core.usage import Bucket, Usage, split
from keeptabs.dialects.openai import _cost, _units


class _CacheTtl(msgspec.Struct):
    ttl_30m_tokens: int | None = None
    ttl_12h_tokens: int | None = None


class _Modalities(msgspec.Struct):
    text_tokens: int | None = None
    audio_tokens: int | None = None
    image_tokens: int | None = None
    video_tokens: int | None = None  # OpenRouter


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
    prompt_token_details: _Details | None = None  # Assistants
    prompt_cache_hit_tokens: int | None = None  # DeepSeek
    num_cached_tokens: int | None = None  # Mistral
    cached_tokens: int | None = None  # Moonshot, Together
    reasoning_tokens: int | None = None  # Perplexity
    citation_tokens: int | None = None  # Perplexity's deep research
    connector_tokens: int | None = None  # Mistral's conversations
    text_tokens: int | None = None  # Voyage, where it embeds what is seen too
    image_pixels: int | None = None  # Voyage
    video_pixels: int | None = None  # Voyage


_REPORTED = msgspec.json.Decoder(_Reported, strict=False)


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
    said = readable(_REPORTED, raw)
    if said is None:
        return None, (UNREADABLE,)
    return Usage(
        tokens={**_input(said), **_output(said, output_rest)},
        units=_units.read(raw),
        reported_usd=_cost.reported(raw),
        raw=bytes(raw).decode("utf-8", "replace"),
    ), ()


def _input(said: _Reported) -> dict[Bucket, int]:
    total = said.prompt_tokens if said.prompt_tokens is not None else said.input_tokens
    if total is None and said.completion_tokens is None and said.output_tokens is None:
        total = said.total_tokens  # an embeddings host that names only the total
    if total is None:
        return {}
    details = said.prompt_tokens_details or said.input_tokens_details or said.input_token_details
    details = details or said.prompt_token_details or _seen(said)
    cached = _first(details.cached_tokens, said.prompt_cache_hit_tokens, said.num_cached_tokens, said.cached_tokens)
    total += _beside(said)[0]
    fresh = total - (said.citation_tokens or 0) - (said.connector_tokens or 0)
    audio_cached, image_cached, video_cached = _cached_modalities(fresh, details, cached or 0)
    parts: dict[Bucket, int | None] = {
        Bucket.INPUT_TOOL: _first(said.citation_tokens, said.connector_tokens),
        Bucket.INPUT_AUDIO: _less(details.audio_tokens, audio_cached),
        Bucket.INPUT_IMAGE: _less(details.image_tokens, image_cached),
        Bucket.INPUT_VIDEO: _less(details.video_tokens, video_cached),
        Bucket.CACHE_READ_AUDIO: audio_cached,
        Bucket.CACHE_READ_IMAGE: image_cached,
        Bucket.CACHE_READ_VIDEO: video_cached,
        Bucket.CACHE_READ_TEXT: _less(cached, sum(filter(None, (audio_cached, image_cached, video_cached)))),
        **_writes(details),
    }
    return split(total, Bucket.INPUT_TEXT, parts)


def _seen(said: _Reported) -> _Details:
    """Voyage names the tokens of texts, and the pixels of pictures and videos: these have what is left of the total.

    Where there are both, their tokens are not told apart, and count as those of pictures: they are billed by the pixel.
    """
    if said.text_tokens is None or said.total_tokens is None:
        return _Details()
    rest = said.total_tokens - said.text_tokens
    video = said.video_pixels and not said.image_pixels
    return _Details(image_tokens=rest if said.image_pixels else None, video_tokens=rest if video else None)


def _less(count: int | None, part: int | None) -> int | None:
    return None if count is None else count - (part or 0)


def _cached_modalities(total: int, details: _Details, cached: int) -> tuple[int | None, int | None, int | None]:
    """Audio, image and video tokens that came from cache; None where nothing says that any did.

    Chat does not split the cached tokens: they count as text as far as there is text, then as audio, then as images,
    then as video.
    """
    split_up = details.cached_tokens_details
    if split_up is not None:
        return split_up.audio_tokens, split_up.image_tokens, split_up.video_tokens
    counts = [max(count or 0, 0) for count in (details.audio_tokens, details.image_tokens, details.video_tokens)]
    left = max(cached - max(total - sum(counts), 0), 0)
    taken = []
    for count in counts:
        taken.append(min(left, count))
        left -= taken[-1]
    audio, image, video = (count or None for count in taken)
    return audio, image, video


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
    if rest is Bucket.OUTPUT_IMAGE and details.image_tokens and details.text_tokens is None:
        rest = Bucket.OUTPUT_TEXT  # the images are counted, so what is left is none
    parts: dict[Bucket, int | None] = {
        Bucket.OUTPUT_REASONING: _reasoning(said),
        Bucket.OUTPUT_AUDIO: details.audio_tokens,
        Bucket.OUTPUT_IMAGE: details.image_tokens,
        Bucket.OUTPUT_TEXT: details.text_tokens if rest is not Bucket.OUTPUT_TEXT else None,
    }
    parts.pop(rest)
    return split(total + _beside(said)[1], rest, parts)


def _beside(said: _Reported) -> tuple[int, int]:
    """Input and output tokens that a host counts beside its totals instead of in them.

    Perplexity's deep research names what it read and thought beside the totals, and leaves both out of the sum. Else
    the host's own sum over all tells: what it is larger by is reasoning (xAI), audio or a hosted tool's (Mistral).
    """
    if said.citation_tokens is not None:
        return max(said.citation_tokens, 0), max(said.reasoning_tokens or 0, 0)
    audio = said.prompt_tokens_details.audio_tokens if said.prompt_tokens_details else None
    surplus = (said.total_tokens or 0) - (said.prompt_tokens or 0) - (said.completion_tokens or 0)
    if None in (said.prompt_tokens, said.completion_tokens) or surplus <= 0:
        return 0, 0
    if surplus == _reasoning(said):
        return 0, surplus
    return (surplus, 0) if surplus in (audio, said.connector_tokens) else (0, 0)


def _reasoning(said: _Reported) -> int | None:
    details = said.completion_tokens_details or said.output_tokens_details or said.output_token_details or _Details()
    return _first(details.reasoning_tokens, said.reasoning_tokens)


def _first(*counts: int | None) -> int | None:
    return next((count for count in counts if count is not None), None)
