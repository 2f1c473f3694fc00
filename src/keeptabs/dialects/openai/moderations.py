"""Moderations: ``POST …/moderations``. No usage: OpenAI does not charge for it."""

from decimal import Decimal

import msgspec

from keeptabs.core import reading
from keeptabs.core.decoding import readable
from keeptabs.core.dialect import Answered, Asked, Dialect
from keeptabs.core.exchange import Request, Response
from keeptabs.core.usage import Unit, Usage


class _Model(msgspec.Struct):
    model: str | None = None
    id: str | None = None


_DECODER = msgspec.json.Decoder(_Model, strict=False)


def ask(request: Request) -> Asked:
    """The model of a moderation request; the service has a default one."""
    asked = reading.request(_DECODER, request.body) or _Model()
    return Asked(model=asked.model)


def answer(response: Response, asked: Asked) -> Answered:
    """Which model answered."""
    failed = reading.failed(response)
    if failed is not None:
        return failed
    said = readable(_DECODER, response.body)
    if said is None:
        return Answered(gaps=(reading.UNREADABLE,))
    return Answered(model=said.model, id=said.id, usage=Usage(units={Unit.REQUESTS: Decimal(1)}))


DIALECT = Dialect(api="moderations", operation="moderation", ask=ask, answer=answer, needs_model=False)
