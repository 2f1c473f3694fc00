"""CountTokens: ``POST …/model/{id}/count-tokens``. Nothing is made, and nothing is charged.

Source: docs.aws.amazon.com/bedrock/latest/userguide/count-tokens.html; checked 2026-11-24.
"""

import msgspec

from keeptabs.core import reading
from keeptabs.core.decoding import readable
from keeptabs.core.dialect import Answered, Asked, Dialect
from keeptabs.core.exchange import Request, Response
from keeptabs.dialects.bedrock import _errors


class _Counted(msgspec.Struct, rename="camel"):
    input_tokens: int | None = None


_COUNTED = msgspec.json.Decoder(_Counted, strict=False)


def ask(request: Request) -> Asked:
    """Nothing: the model is in the path."""
    return Asked()


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
    ask=ask,
    answer=answer,
    needs_model=False,
)
