"""Chroma's searches: ``/collections/{id}/query`` and, on Chroma Cloud, ``/collections/{id}/search``.

A request names the collection by its id alone. Source: chromadb 1.5.9 ``api/fastapi.py`` and
``execution/expression/operator.py``; checked 2026-11-24.
"""

import msgspec

from keeptabs.core import reading
from keeptabs.core.decoding import readable
from keeptabs.core.dialect import Answered, Asked, Dialect
from keeptabs.core.exchange import Request, Response
from keeptabs.core.outcome import ProviderError
from keeptabs.dialects.vector import _search


class _Limit(msgspec.Struct):
    limit: int | None = None


class _Knn(msgspec.Struct):
    query: msgspec.Raw = msgspec.Raw()


class _Rank(msgspec.Struct):
    knn: _Knn | None = msgspec.field(name="$knn", default=None)


class _Search(msgspec.Struct):
    limit: _Limit | None = None
    rank: _Rank | None = None


class _Request(msgspec.Struct):
    query_embeddings: list[msgspec.Raw] | None = None
    n_results: int | None = None
    searches: list[_Search] | None = None


class _Answer(msgspec.Struct):
    ids: list[list[str]] | None = None


class _Failed(msgspec.Struct):
    error: str
    message: str | None = None


_REQUEST = msgspec.json.Decoder(_Request, strict=False)
_ANSWER = msgspec.json.Decoder(_Answer)
_FAILED = msgspec.json.Decoder(_Failed)


def ask(request: Request) -> Asked:
    """The collection's id, tenant and database, how many are wanted, and the size of the vector."""
    said = reading.request(_REQUEST, request.body) or _Request()
    place = [_search.after(request.path, "tenants"), _search.after(request.path, "databases")]
    searches = said.searches or []
    vectors = said.query_embeddings or [search.rank.knn.query for search in searches if search.rank and search.rank.knn]
    limits = [search.limit.limit for search in searches if search.limit]
    found = _search.Search(
        system="chroma",
        operation=request.path.rstrip("/").rpartition("/")[2],
        source=_search.after(request.path, "collections"),
        namespace="|".join(filter(None, place)) or None,
        top_k=said.n_results if not limits else limits[0],
        dimensions=next(filter(None, map(_search.dimensions, vectors)), None),
        batch=len(said.query_embeddings or searches) or 1,
    )
    return found.asked()


def answer(response: Response, asked: Asked) -> Answered:
    """How many were found, over all queries of the request."""
    refused = readable(_FAILED, response.body) if response.status >= 400 else None
    if refused is not None:
        return Answered(error=ProviderError(code=_name(refused.error), message=refused.message))
    failed = reading.failed(response)
    if failed is not None:
        return failed
    said = readable(_ANSWER, response.body)
    if said is None:
        return Answered(gaps=(reading.UNREADABLE,))
    return Answered(facts={} if said.ids is None else {_search.ROWS: sum(map(len, said.ids))})


def _name(error: str) -> str | None:
    """Chroma names its errors by their class; a sentence is none."""
    return error if error.isidentifier() else None


DIALECT = Dialect(api="chroma", operation="retrieval", free=_search.FREE, ask=ask, answer=answer, needs_model=False)
