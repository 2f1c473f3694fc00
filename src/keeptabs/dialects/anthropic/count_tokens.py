"""Counting the tokens of a message: ``POST …/messages/count_tokens``. Nothing is made, nothing is charged.

Sources: anthropic-sdk-python 2.12.0 ``types/message_tokens_count.py``, platform.claude.com/docs/en/build-with-claude/
token-counting; checked 2026-11-24.
"""

import msgspec

from keeptabs.core import reading
from keeptabs.core.decoding import readable
from keeptabs.core.dialect import Answered, Asked, Dialect
from keeptabs.core.exchange import Response
from keeptabs.dialects.anthropic import _errors, messages


class _Counted(msgspec.Struct):
    input_tokens: int | None = None


_COUNTED = msgspec.json.Decoder(_Counted, strict=False)


def answer(response: Response, asked: Asked) -> Answered:
    """The count, as a fact: no token was used."""
    failed = _errors.failed(response)
    if failed is not None:
        return failed
    said = readable(_COUNTED, response.body)
    if said is None:
        return Answered(gaps=(reading.UNREADABLE,))
    return Answered(facts={} if said.input_tokens is None else {"keeptabs.counted_tokens": said.input_tokens})


DIALECT = Dialect(
    api="count_tokens",
    operation="count_tokens",
    free="counting tokens is not billed",
    ask=messages.ask,
    answer=answer,
)
