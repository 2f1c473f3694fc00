"""Pinecone's hosted models: ``POST /embed`` and ``POST /rerank``, with tokens and rerank units.

Source: pinecone 10.2.0 ``client/inference.py``, ``models/inference``; checked 2026-11-24.
"""

from decimal import Decimal

import msgspec

from keeptabs.core import reading
from keeptabs.core.decoding import readable
from keeptabs.core.dialect import Answered, Asked, Dialect
from keeptabs.core.exchange import Request, Response
from keeptabs.core.usage import Bucket, Unit, Usage


class _Parameters(msgspec.Struct):
    dimension: int | None = None


class _Request(msgspec.Struct):
    model: str | None = None
    parameters: _Parameters | None = None


class _Usage(msgspec.Struct):
    total_tokens: int | None = None
    rerank_units: Decimal | None = None


class _Answer(msgspec.Struct):
    model: str | None = None
    usage: msgspec.Raw = msgspec.Raw()


_REQUEST = msgspec.json.Decoder(_Request, strict=False)
_USAGE = msgspec.json.Decoder(_Usage | None, strict=False)
_ANSWER = msgspec.json.Decoder(_Answer, strict=False)


def ask(request: Request) -> Asked:
    """The model, and the size of vector that is asked for; texts are passed over."""
    said = reading.request(_REQUEST, request.body) or _Request()
    wanted = reading.settings(said.parameters or _Parameters(), {"dimension": "gen_ai.embeddings.dimension.count"})
    return Asked(model=said.model, settings=wanted)


def answer(response: Response, asked: Asked) -> Answered:
    """The model that answered, which may be another one, and what is billed."""
    failed = reading.failed(response)
    if failed is not None:
        return failed
    said = readable(_ANSWER, response.body)
    if said is None:
        return Answered(gaps=(reading.UNREADABLE,))
    used = readable(_USAGE, said.usage)
    if used is None:
        return Answered(model=said.model)
    return Answered(model=said.model, usage=_of(used, bytes(said.usage).decode("utf-8", "replace")))


def _of(used: _Usage, raw: str) -> Usage:
    tokens = {} if used.total_tokens is None else {Bucket.INPUT_TEXT: used.total_tokens}
    units = {} if used.rerank_units is None else {Unit.RERANK_SEARCHES: used.rerank_units}
    return Usage(tokens=tokens, units=units, raw=raw)


EMBED = Dialect(api="pinecone_embed", operation="embeddings", ask=ask, answer=answer)
RERANK = Dialect(api="pinecone_rerank", operation="rerank", ask=ask, answer=answer)
