"""Counting the tokens of a request, which several providers offer: nothing is made, and nothing is charged."""

from collections.abc import Callable

import msgspec

from keeptabs.core import reading
from keeptabs.core.decoding import readable
from keeptabs.core.dialect import Answered, Asked, Dialect
from keeptabs.core.exchange import Request, Response

COUNTED = "keeptabs.counted_tokens"


def counting(
    member: str,
    ask: Callable[[Request], Asked],
    failed: Callable[[Response], Answered | None] = reading.failed,
    *,
    api: str = "count_tokens",
    needs_model: bool = False,
) -> Dialect:
    """The format of an answer that holds the count as ``member``; ``failed`` reads an HTTP error."""
    said = msgspec.defstruct("Counted", [(member, int | None, None)])
    decoder = msgspec.json.Decoder(said, strict=False)

    def answer(response: Response, asked: Asked) -> Answered:
        """The count, as a fact: no token was used."""
        refused = failed(response)
        if refused is not None:
            return refused
        counted = readable(decoder, response.body)
        if counted is None:
            return Answered(gaps=(reading.UNREADABLE,))
        tokens = getattr(counted, member)
        return Answered(facts={} if tokens is None else {COUNTED: tokens})

    return Dialect(
        api=api,
        operation="count_tokens",
        free="counting tokens is not billed",
        ask=ask,
        answer=answer,
        needs_model=needs_model,
    )
