"""Counting the tokens of a Responses request: ``POST …/responses/input_tokens``. Nothing is made, nothing is charged.

Source: openai-python 3.54.0 ``types/responses/input_token_count_response.py``; checked 2026-11-24.
"""

import msgspec

from keeptabs.core import reading
from keeptabs.core.decoding import readable
from keeptabs.core.dialect import Answered, Asked, Dialect
from keeptabs.core.exchange import Response
from keeptabs.dialects.openai import responses


class _Counted(msgspec.Struct):
    input_tokens: int | None = None


_COUNTED = msgspec.json.Decoder(_Counted, strict=False)


def answer(response: Response, asked: Asked) -> Answered:
    """The count, as a fact: no token was used."""
    failed = reading.failed(response)
    if failed is not None:
        return failed
    said = readable(_COUNTED, response.body)
    if said is None:
        return Answered(gaps=(reading.UNREADABLE,))
    return Answered(facts={} if said.input_tokens is None else {"keeptabs.counted_tokens": said.input_tokens})


DIALECT = Dialect(
    api="input_tokens",
    operation="count_tokens",
    free="counting tokens is not billed",
    ask=responses.ask,
    answer=answer,
    needs_model=False,
)
