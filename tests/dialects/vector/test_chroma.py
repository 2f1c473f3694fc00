"""Chroma's two searches."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keeptabs.core import reading
from keeptabs.core.dialect import Answered, Asked
from keeptabs.core.exchange import Request, Response
from keeptabs.dialects.vector.chroma import DIALECT

BELOW = "/api/v2/tenants/acme/databases/main/collections/0b1e"
PLACE = {"db.system.name": "chroma", "db.namespace": "acme|main", "gen_ai.data_source.id": "0b1e"}


def ask(path: str, said: Any) -> Asked:
    """What a request says."""
    return DIALECT.ask(Request(method="POST", host="h", path=path, body=json.dumps(said).encode()))


def answer(said: Any, status: int = 200) -> Answered:
    """What an answer says."""
    return DIALECT.answer(Response(status=status, body=json.dumps(said).encode()), Asked())


def knn(query: Any, limit: int | None) -> dict[str, Any]:
    """One search of a request to ``/search``."""
    return {"rank": {"$knn": {"query": query, "limit": 16}}, "limit": {"offset": 0, "limit": limit}}


@pytest.mark.parametrize(
    ("way", "said", "expected"),
    [
        pytest.param(
            "query",
            {"query_embeddings": [[1, 2, 3]], "n_results": 4, "where_document": {"$contains": "secret"}},
            {"db.operation.name": "query", "gen_ai.retrieval.top_k": 4, "keeptabs.retrieval.dimensions": 3},
            id="a query",
        ),
        pytest.param(
            "query",
            {"query_embeddings": [[1, 2], [3, 4]], "n_results": 4},
            {
                "db.operation.name": "BATCH query",
                "db.operation.batch.size": 2,
                "gen_ai.retrieval.top_k": 4,
                "keeptabs.retrieval.dimensions": 2,
            },
            id="two queries",
        ),
        pytest.param(
            "search",
            {"searches": [knn([1, 2], 5)]},
            {"db.operation.name": "search", "gen_ai.retrieval.top_k": 5, "keeptabs.retrieval.dimensions": 2},
            id="a search",
        ),
        pytest.param(
            "search",
            {"searches": [{"rank": {"$sum": [{"$val": 1}]}, "limit": {"limit": 5}}]},
            {"db.operation.name": "search", "gen_ai.retrieval.top_k": 5},
            id="a search by an expression",
        ),
        pytest.param("search", {"searches": [{}]}, {"db.operation.name": "search"}, id="a search for anything"),
        pytest.param("query", [], {"db.operation.name": "query"}, id="no request of theirs"),
    ],
)
def test_what_a_search_asks_for(way: str, said: Any, expected: dict[str, Any]) -> None:
    """The place, how many and the size of the vector."""
    assert ask(f"{BELOW}/{way}", said) == Asked(settings={**PLACE, **expected})


def test_the_first_version_has_no_tenants_in_its_path() -> None:
    """So there is no namespace."""
    assert "db.namespace" not in ask("/api/v1/collections/0b1e/query", {"n_results": 2}).settings


@pytest.mark.parametrize(
    ("ids", "rows"),
    [
        pytest.param([["a", "b"]], 2, id="one query"),
        pytest.param([["a"], [], ["b", "c"]], 3, id="three queries"),
        pytest.param([[]], 0, id="nothing found"),
    ],
)
def test_what_was_found_is_counted(ids: Any, rows: int) -> None:
    """Over all queries of the request."""
    assert answer({"ids": ids, "documents": [["secret"]]}) == Answered(facts={"db.response.returned_rows": rows})


@pytest.mark.parametrize(
    ("said", "code", "message"),
    [
        pytest.param({"error": "NotFoundError", "message": "no docs"}, "NotFoundError", "no docs", id="their own"),
        pytest.param({"error": "it went wrong"}, None, None, id="a sentence is no code"),
        pytest.param({"detail": "no"}, None, "no", id="their framework's"),
    ],
)
def test_a_refusal_is_known_by_its_class(said: Any, code: str | None, message: str | None) -> None:
    """Chroma names errors by their class."""
    error = answer(said, 404).error
    assert error is not None
    assert (error.code, error.message) == (code, message)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        pytest.param({}, Answered(), id="nothing told"),
        pytest.param({"ids": [1]}, Answered(gaps=(reading.UNREADABLE,)), id="another shape"),
    ],
)
def test_what_is_not_told_is_absent(said: Any, expected: Answered) -> None:
    """What cannot be read is a gap."""
    assert answer(said) == expected


@given(st.binary(), st.sampled_from([200, 404]))
def test_no_bytes_are_too_much(data: bytes, status: int) -> None:
    """Neither in a request nor in an answer."""
    DIALECT.ask(Request(method="POST", host="h", path=f"{BELOW}/query", body=data))
    DIALECT.answer(Response(status=status, body=data), Asked())
