"""Counting tokens: ``POST …/models/{model}:countTokens``. Nothing is made, nothing is charged.

Source: google-genai 3.4.0 ``types.CountTokensResponse``, ai.google.dev/gemini-api/docs/tokens; checked 2026-11-24.
"""

import msgspec

from keeptabs.core import reading
from keeptabs.core.decoding import readable
from keeptabs.core.dialect import Answered, Asked, Dialect
from keeptabs.core.exchange import Response
from keeptabs.dialects.gemini import _errors, generate_content


class _Counted(msgspec.Struct, rename="camel"):
    total_tokens: int | None = None


_COUNTED = msgspec.json.Decoder(_Counted, strict=False)


def answer(response: Response, asked: Asked) -> Answered:
    """The count, as a fact: no token was used."""
    failed = _errors.failed(response)
    if failed is not None:
        return failed
    said = readable(_COUNTED, response.body)
    if said is None:
        return Answered(gaps=(reading.UNREADABLE,))
    return Answered(facts={} if said.total_tokens is None else {"keeptabs.counted_tokens": said.total_tokens})


DIALECT = Dialect(
    api="count_tokens",
    operation="count_tokens",
    free="counting tokens is not billed",
    ask=generate_content.ask,
    answer=answer,
    needs_model=False,
)
