"""Weaviate's searches over GraphQL: ``POST /v1/graphql`` with a ``Get`` that is near, hybrid, by keyword or a question.

Other GraphQL (counts, plain reads) is no retrieval. The Python client searches over gRPC since its version 4, which
cannot be seen here; GraphQL is what version 3, ``graphql_raw_query`` and other languages send. Sources:
docs.weaviate.io/weaviate/api/graphql, weaviate-client 4.23.1 ``client_executor.py``; checked 2026-11-24.
"""

import re

import msgspec

from keeptabs.core import reading
from keeptabs.core.decoding import readable
from keeptabs.core.dialect import Answered, Asked, Dialect
from keeptabs.core.exchange import Request, Response
from keeptabs.core.outcome import ProviderError
from keeptabs.dialects.vector import _search


class _Request(msgspec.Struct):
    query: str | None = None


class _Error(msgspec.Struct):
    message: str | None = None


class _Data(msgspec.Struct):
    get: dict[str, list[_search.Hit] | None] | None = msgspec.field(name="Get", default=None)


class _Answer(msgspec.Struct):
    data: _Data | None = None
    errors: list[_Error] | None = None


class _Failed(msgspec.Struct):
    error: list[_Error]


_REQUEST = msgspec.json.Decoder(_Request)
_ANSWER = msgspec.json.Decoder(_Answer)
_FAILED = msgspec.json.Decoder(_Failed)

_TEXTS = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)  # what is looked for, which nobody reads here
_GET = re.compile(r"\bGet\s*\{\s*(?:\w+\s*:\s*)?(\w+)\s*\(")
_BY = re.compile(r"\b(near[A-Z]\w*|hybrid|bm25|ask)\s*:\s*\{")
_LIMIT = re.compile(r"\blimit\s*:\s*(\d{1,9})\b")
_VECTOR = re.compile(r"\bvector\s*:\s*(\[[^\]]*\])")


def ask(request: Request) -> Asked:
    """Class, kind of search, how many are wanted and the size of the vector; whether it is a search at all."""
    said = reading.request(_REQUEST, request.body) or _Request()
    query = _TEXTS.sub('""', said.query or "")
    get, by = _GET.search(query), _BY.search(query)
    if get is None or by is None:
        return Asked(foreign=True)
    limit, vector = _LIMIT.search(query), _VECTOR.search(query)
    found = _search.Search(
        system="weaviate",
        operation=by[1],
        collection=get[1],
        top_k=int(limit[1]) if limit else None,
        dimensions=_search.dimensions(vector[1].encode()) if vector else None,
    )
    return found.asked()


def answer(response: Response, asked: Asked) -> Answered:
    """How many were found. GraphQL tells of errors in an answer of status 200."""
    refused = readable(_FAILED, response.body) if response.status >= 400 else None
    if refused is not None:
        return Answered(error=_first(refused.error))
    failed = reading.failed(response)
    if failed is not None:
        return failed
    said = readable(_ANSWER, response.body)
    if said is None:
        return Answered(gaps=(reading.UNREADABLE,))
    if said.errors:
        return Answered(error=_first(said.errors))
    found = said.data.get if said.data else None
    return Answered(facts={} if found is None else {_search.ROWS: sum(len(hits or []) for hits in found.values())})


def _first(errors: list[_Error]) -> ProviderError:
    return ProviderError(message=next((error.message for error in errors if error.message), None))


DIALECT = Dialect(
    api="weaviate_graphql",
    operation="retrieval",
    free=_search.FREE,
    ask=ask,
    answer=answer,
    needs_model=False,
)
