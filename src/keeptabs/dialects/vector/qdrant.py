"""Qdrant's searches: ``/collections/{name}/points/`` query, search, recommend or discover, in batches and groups too.

Server time is in every answer; tokens are where Qdrant Cloud embeds the query. Sources: qdrant-client 1.20.0 and
1.14.3 ``http/models/models.py`` and ``http/api/search_api.py``; checked 2026-11-24.
"""

from typing import Any

import msgspec

from keeptabs.core import reading
from keeptabs.core.decoding import readable
from keeptabs.core.dialect import Answered, Asked, Dialect
from keeptabs.core.exchange import Request, Response
from keeptabs.core.outcome import ProviderError
from keeptabs.core.usage import Bucket, Usage
from keeptabs.dialects.vector import _search


class _Search(msgspec.Struct):
    limit: int | None = None
    query: msgspec.Raw = msgspec.Raw()
    vector: msgspec.Raw = msgspec.Raw()
    target: msgspec.Raw = msgspec.Raw()
    positive: list[msgspec.Raw] | None = None  # vectors, or ids of points


class _Request(_Search):
    searches: list[_Search] | None = None


class _Group(msgspec.Struct):
    hits: list[_search.Hit] = []


class _Points(msgspec.Struct):
    """The result of a query; of a search it is one point, of which nothing is read."""

    points: list[_search.Hit] | None = None
    groups: list[_Group] | None = None


class _Model(msgspec.Struct):
    tokens: int | None = None


class _Inference(msgspec.Struct):
    models: dict[str, _Model] = {}


class _Usage(msgspec.Struct):
    inference: _Inference | None = None


class _Answer(msgspec.Struct):
    result: msgspec.Raw = msgspec.Raw()
    time: float | None = None
    usage: msgspec.Raw = msgspec.Raw()


class _Refusal(msgspec.Struct):
    error: str | None = None


class _Failed(msgspec.Struct):
    status: _Refusal


_REQUEST = msgspec.json.Decoder(_Request, strict=False)
_ANSWER = msgspec.json.Decoder(_Answer, strict=False)
_RESULT = msgspec.json.Decoder(_Points | list[_Points | list[_search.Hit]])
_USAGE = msgspec.json.Decoder(_Usage | None, strict=False)
_FAILED = msgspec.json.Decoder(_Failed)


def ask(request: Request) -> Asked:
    """Collection, how many are wanted, the size of the vector, and the model where the query is a text."""
    said = reading.request(_REQUEST, request.body) or _Request()
    searches = [said] if said.searches is None else said.searches
    first = searches[0] if searches else _Search()
    vectors = (first.query, first.vector, first.target, *(first.positive or []))
    vector = next((one for one in vectors if bytes(one)), b"")
    operation = request.path.rstrip("/").rpartition("/points/")[2]
    found = _search.Search(
        system="qdrant",
        operation=operation.removesuffix("/batch"),
        collection=_search.after(request.path, "collections"),
        top_k=first.limit,
        dimensions=_search.dimensions(vector),
        batch=len(searches),
        model=_search.model(vector),
    )
    return found.asked()


def answer(response: Response, asked: Asked) -> Answered:
    """How many were found, how long the server took, and the tokens of a query that it embedded."""
    refused = readable(_FAILED, response.body) if response.status >= 400 else None
    if refused is not None:
        return Answered(error=ProviderError(message=refused.status.error))
    failed = reading.failed(response)
    if failed is not None:
        return failed
    said = readable(_ANSWER, response.body)
    if said is None:
        return Answered(gaps=(reading.UNREADABLE,))
    facts: dict[str, Any] = {_search.ROWS: _rows(said.result), _search.SERVER_TIME: said.time}
    used = _embedded(said.usage)
    return Answered(
        model=next(iter(used)) if len(used) == 1 else None,
        usage=_usage(used, said.usage) if used else None,
        facts={name: value for name, value in facts.items() if value is not None},
    )


def _rows(result: msgspec.Raw) -> int | None:
    said = readable(_RESULT, result)
    if isinstance(said, list):
        return sum(len(one) if isinstance(one, list) else _count(one, 1) for one in said)
    return None if said is None else _count(said, 0)


def _count(found: _Points, otherwise: int) -> int:
    if found.groups is not None:
        return sum(len(group.hits) for group in found.groups)
    return otherwise if found.points is None else len(found.points)


def _embedded(raw: msgspec.Raw) -> dict[str, int]:
    """Tokens by model."""
    said = readable(_USAGE, raw) or _Usage()
    models = said.inference.models if said.inference else {}
    return {name: model.tokens for name, model in models.items() if model.tokens is not None}


def _usage(used: dict[str, int], raw: msgspec.Raw) -> Usage:
    return Usage(tokens={Bucket.INPUT_TEXT: sum(used.values())}, raw=bytes(raw).decode("utf-8", "replace"))


DIALECT = Dialect(api="qdrant", operation="retrieval", free=_search.FREE, ask=ask, answer=answer, needs_model=False)
