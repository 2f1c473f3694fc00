"""Pinecone's searches: ``/query``, ``/records/namespaces/{ns}/search``, ``/namespaces/{ns}/documents/search``.

The index is the first part of the host. Read units are what is billed. Source: pinecone 10.2.0
``index/__init__.py``, ``models/vectors/search.py``, ``models/documents``; docs.pinecone.io/reference/api; checked
2026-11-24.
"""

import re
from decimal import Decimal

import msgspec

from keeptabs.core import reading
from keeptabs.core.decoding import readable
from keeptabs.core.dialect import Answered, Asked, Dialect
from keeptabs.core.exchange import Request, Response
from keeptabs.core.usage import Bucket, Unit, Usage
from keeptabs.dialects.vector import _search


class _Clause(msgspec.Struct):
    values: msgspec.Raw = msgspec.Raw()


class _Records(msgspec.Struct):
    top_k: int | None = None
    vector: msgspec.Raw = msgspec.Raw()


class _Request(msgspec.Struct):
    top_k_vectors: int | None = msgspec.field(name="topK", default=None)
    top_k: int | None = None
    namespace: str | None = None
    vector: msgspec.Raw = msgspec.Raw()
    query: _Records | None = None
    score_by: list[_Clause] = []


class _Result(msgspec.Struct):
    hits: list[_search.Hit] | None = None


class _Answer(msgspec.Struct):
    matches: list[_search.Hit] | None = None
    result: _Result | None = None
    usage: msgspec.Raw = msgspec.Raw()


class _Usage(msgspec.Struct):
    """``readUnits`` of a query; the others in snake case."""

    read_units_query: Decimal | None = msgspec.field(name="readUnits", default=None)
    read_units: Decimal | None = None
    embed_total_tokens: int | None = None
    rerank_units: Decimal | None = None


_REQUEST = msgspec.json.Decoder(_Request, strict=False)
_ANSWER = msgspec.json.Decoder(_Answer, strict=False)
_USAGE = msgspec.json.Decoder(_Usage, strict=False)
_INDEX = re.compile(r"(.+)-[a-z0-9]{7}\.svc\.")  # index, project, "svc", environment

UNREADABLE_USAGE = "the usage object has an unknown shape"


def ask(request: Request) -> Asked:
    """Index, namespace, how many are wanted and the size of the vector."""
    said = reading.request(_REQUEST, request.body) or _Request()
    records = said.query or _Records()
    index = _INDEX.match(request.host)
    vectors = (said.vector, records.vector, *(clause.values for clause in said.score_by))
    found = _search.Search(
        system="pinecone",
        operation=request.path.rstrip("/").rpartition("/")[2],
        collection=index[1] if index else None,
        namespace=_search.after(request.path, "namespaces") or said.namespace or None,
        top_k=next((k for k in (said.top_k_vectors, said.top_k, records.top_k) if k is not None), None),
        dimensions=next(filter(None, map(_search.dimensions, vectors)), None),
    )
    return found.asked()


def answer(response: Response, asked: Asked) -> Answered:
    """How many were found, and the read units that it took."""
    failed = reading.failed(response)
    if failed is not None:
        return failed
    said = readable(_ANSWER, response.body)
    if said is None:
        return Answered(gaps=(reading.UNREADABLE,))
    hits = said.matches if said.result is None else said.result.hits
    usage, gaps = _usage(said.usage)
    return Answered(usage=usage, facts={} if hits is None else {_search.ROWS: len(hits)}, gaps=gaps)


def _usage(raw: msgspec.Raw) -> tuple[Usage | None, tuple[str, ...]]:
    text = bytes(raw)
    if text in (b"", b"null"):
        return None, ()
    said = readable(_USAGE, raw)
    if said is None:
        return None, (UNREADABLE_USAGE,)
    units = {
        Unit.READ_UNITS: said.read_units if said.read_units is not None else said.read_units_query,
        Unit.RERANK_SEARCHES: said.rerank_units,
    }
    tokens = {} if said.embed_total_tokens is None else {Bucket.INPUT_TEXT: said.embed_total_tokens}
    known = {unit: count for unit, count in units.items() if count is not None}
    return Usage(tokens=tokens, units=known, raw=text.decode("utf-8", "replace")), ()


DIALECT = Dialect(api="pinecone", operation="retrieval", ask=ask, answer=answer, needs_model=False)
