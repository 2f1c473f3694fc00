"""Weaviate's searches, and the GraphQL that is none."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keeptabs.core import reading
from keeptabs.core.dialect import Answered, Asked
from keeptabs.core.exchange import Request, Response
from keeptabs.dialects.vector.weaviate import DIALECT

SEARCH = "{ Get { Article(limit: 2 nearVector: {vector: [0.1, -0.2, 3]}) { text } } }"


def ask(query: Any) -> Asked:
    """What a request says."""
    body = json.dumps({"query": query}).encode()
    return DIALECT.ask(Request(method="POST", host="h", path="/v1/graphql", body=body))


def answer(said: Any, status: int = 200) -> Answered:
    """What the answer to a search says."""
    return DIALECT.answer(Response(status=status, body=json.dumps(said).encode()), ask(SEARCH))


def settings(operation: str, top_k: int | None = None, size: int | None = None) -> dict[str, Any]:
    """The settings of a search among articles."""
    said = {
        "db.system.name": "weaviate",
        "db.operation.name": operation,
        "db.collection.name": "Article",
        "gen_ai.data_source.id": "Article",
        "gen_ai.retrieval.top_k": top_k,
        "keeptabs.retrieval.dimensions": size,
    }
    return {name: value for name, value in said.items() if value is not None}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param(SEARCH, settings("nearVector", 2, 3), id="by a vector"),
        pytest.param(
            '{Get{Article(nearText:{concepts:["limit: 9 hybrid:{"]} limit:3){text}}}',
            settings("nearText", 3),
            id="by a text, which is not read",
        ),
        pytest.param(
            "query($x: [Float]) { Get { Article(nearVector: {vector: $x}, limit: 5) { t } } }",
            settings("nearVector", 5),
            id="by a variable",
        ),
        pytest.param('{Get{Article(hybrid:{query:"q" alpha:0.5}){text}}}', settings("hybrid"), id="hybrid"),
        pytest.param('{Get{Article(bm25:{query:"q"}, limit:1){text}}}', settings("bm25", 1), id="by keyword"),
        pytest.param('{Get{found: Article(nearObject:{id:"a"}){text}}}', settings("nearObject"), id="an alias"),
    ],
)
def test_a_search_is_known(query: str, expected: dict[str, Any]) -> None:
    """Class, kind of search, how many and the size of the vector."""
    assert ask(query) == Asked(settings=expected)


@pytest.mark.parametrize(
    "query",
    [
        pytest.param("{Get{Article{author}}}", id="a plain read"),
        pytest.param("{Get{Article(limit: 2){nearText author}}}", id="a property of that name"),
        pytest.param('{Get{Article(where:{path:["a"], valueText:"nearText:{"}){a}}}', id="a text of that name"),
        pytest.param("{Aggregate{Article(nearVector:{vector:[1]}){meta{count}}}}", id="an aggregate"),
        pytest.param('mutation { insert_users(objects: {name: "a"}) { id } }', id="GraphQL of another server"),
        pytest.param("{ nearest { shop(hybrid: true) { id } } }", id="a word like it"),
        pytest.param(None, id="no query"),
        pytest.param(7, id="no text"),
    ],
)
def test_other_graphql_is_no_call(query: Any) -> None:
    """It is somebody else's, though it goes the same way."""
    assert ask(query) == Asked(foreign=True)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        pytest.param(
            {"data": {"Get": {"Article": [{"text": "a"}, {"text": "b"}]}}},
            Answered(facts={"db.response.returned_rows": 2}),
            id="two articles",
        ),
        pytest.param(
            {"data": {"Get": {"Article": [{}], "Author": [{}, {}]}}},
            Answered(facts={"db.response.returned_rows": 3}),
            id="two classes",
        ),
        pytest.param({"data": {"Get": {"Article": []}}}, Answered(facts={"db.response.returned_rows": 0}), id="none"),
        pytest.param({"data": None}, Answered(), id="nothing told"),
        pytest.param([], Answered(gaps=(reading.UNREADABLE,)), id="no object"),
    ],
)
def test_what_was_found_is_counted(said: Any, expected: Answered) -> None:
    """Over all classes of the request."""
    assert answer(said) == expected


@pytest.mark.parametrize(
    ("status", "said"),
    [
        pytest.param(200, {"data": {"Get": {"Article": None}}, "errors": [{"message": "too long"}]}, id="GraphQL's"),
        pytest.param(422, {"error": [{"message": "too long"}]}, id="REST's"),
        pytest.param(422, {"error": "too long"}, id="a proxy's"),
    ],
)
def test_an_error_is_one_whatever_its_status(status: int, said: Any) -> None:
    """GraphQL answers with 200 and says it in the body."""
    error = answer(said, status).error
    assert error is not None
    assert error.message == "too long"


@given(st.binary(), st.sampled_from([200, 422]))
def test_no_bytes_are_too_much(data: bytes, status: int) -> None:
    """Neither in a request nor in an answer."""
    DIALECT.ask(Request(method="POST", host="h", path="/v1/graphql", body=data))
    DIALECT.answer(Response(status=status, body=data), ask(SEARCH))


@given(st.text(alphabet='{}()[]":,\\ \nGet nearVctohybid0123456789'))
def test_no_query_is_too_much(query: str) -> None:
    """A query is read, or is none."""
    found = ask(query)
    assert not found.settings or found.settings["db.system.name"] == "weaviate"
