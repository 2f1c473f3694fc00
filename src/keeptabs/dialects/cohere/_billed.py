"""What Cohere bills, and how it fails. Both versions of its API say the same, in two places.

``billed_units`` leave out what Cohere adds to a prompt, which ``tokens`` hold; a bill is made of the former, so they
are the usage. ``cached_tokens`` are a part of ``tokens``, not of what is billed, and may be more than that: they stay
in the raw usage. Source: cohere 7.3.1 ``types/usage.py`` and ``types/api_meta.py``; checked 2026-11-24.
"""

from decimal import Decimal
from typing import Any

import msgspec

from keeptabs.core.decoding import readable
from keeptabs.core.dialect import Answered
from keeptabs.core.exchange import Response
from keeptabs.core.outcome import ProviderError
from keeptabs.core.usage import Bucket, Unit, Usage

UNREADABLE = "the usage object has an unknown shape"


class _Tokens(msgspec.Struct):
    input_tokens: int | None = None
    output_tokens: int | None = None


class _Billed(_Tokens):
    image_tokens: int | None = None
    images: Decimal | None = None
    search_units: Decimal | None = None


class _Usage(msgspec.Struct):
    """``usage`` of version 2 of chat, ``meta`` of everything else."""

    billed_units: _Billed | None = None
    tokens: _Tokens | None = None


class _Error(msgspec.Struct):
    message: str | None = None
    error_type: str | None = None


_USAGE = msgspec.json.Decoder(_Usage, strict=False)
_ERROR = msgspec.json.Decoder(_Error)


def read(raw: msgspec.Raw) -> tuple[Usage | None, tuple[str, ...]]:
    """The usage in ``raw``, or None where there is none; and a gap where there is one that cannot be read."""
    if bytes(raw) in (b"", b"null"):
        return None, ()
    said = readable(_USAGE, raw)
    if said is None:
        return None, (UNREADABLE,)
    if said.billed_units is None and said.tokens is None:
        return None, ()
    billed = said.billed_units or _Billed()
    tokens = _tokens(said.billed_units or said.tokens or _Tokens(), billed.image_tokens)
    units = {Unit.IMAGES: billed.images, Unit.RERANK_SEARCHES: billed.search_units}
    return Usage(
        tokens=tokens,
        units={unit: n for unit, n in units.items() if n},
        raw=bytes(raw).decode("utf-8", "replace"),
    ), ()


def _tokens(said: _Tokens, image_tokens: int | None) -> dict[Bucket, int]:
    counts = {
        Bucket.INPUT_TEXT: said.input_tokens,
        Bucket.INPUT_IMAGE: image_tokens,
        Bucket.OUTPUT_TEXT: said.output_tokens,
    }
    return {bucket: max(n, 0) for bucket, n in counts.items() if n is not None}


def failed(response: Response) -> Answered | None:
    """The answer of an HTTP error response; None for a success. Few errors have a code, all have a message."""
    if response.status < 400:
        return None
    said = readable(_ERROR, response.body) or _Error()
    return Answered(error=ProviderError(code=said.error_type, message=said.message))


_FAILED = ("ERROR", "TIMEOUT")


def stopped(reason: str | None, message: Any = None) -> ProviderError | None:
    """The error that a finish reason stands for, if any: the answer began with success, and then failed."""
    if reason not in _FAILED:
        return None
    return ProviderError(code=reason, message=message if isinstance(message, str) else None)
