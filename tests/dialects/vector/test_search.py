"""What every vector search has: names, and the size of a vector."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keeptabs.core.dialect import Asked
from keeptabs.dialects.vector._search import Search, after, dimensions, model


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param([0.1, -2, 3e-4], 3, id="a vector"),
        pytest.param([-1], 1, id="one number"),
        pytest.param([[1, 2], [3, 4], [5, 6]], 2, id="many vectors: the first"),
        pytest.param({"nearest": [1, 2]}, 2, id="Qdrant's nearest"),
        pytest.param({"name": "image", "vector": [1, 2, 3]}, 3, id="a named vector"),
        pytest.param({"values": [1, 2, 3]}, 3, id="Pinecone's values"),
        pytest.param({"vector": {"nearest": {"values": [1]}}}, 1, id="three deep"),
        # near misses
        pytest.param({"indices": [1, 7], "values": [0.5, 0.1]}, None, id="a sparse vector has no size"),
        pytest.param({"text": "1, 2", "model": "m"}, None, id="a text for a hosted model"),
        pytest.param([], None, id="nothing"),
        pytest.param(["a", "b"], None, id="ids"),
        pytest.param("[1, 2]", None, id="a text that looks like one"),
        pytest.param(7, None, id="an id"),
        pytest.param(None, None, id="null"),
        pytest.param({"recommend": {"positive": [1, 2]}}, None, id="a recommendation by ids"),
    ],
)
def test_a_vector_is_measured(query: Any, expected: int | None) -> None:
    """Its size is all that is read of it."""
    assert dimensions(json.dumps(query).encode()) == expected
    assert dimensions(json.dumps(query, indent=2).encode()) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param({"text": "t", "model": "m"}, "m", id="a document"),
        pytest.param({"nearest": {"text": "t", "model": "m"}}, "m", id="nearest to a document"),
        pytest.param({"nearest": [1]}, None, id="a vector"),
        pytest.param([1], None, id="a bare vector"),
    ],
)
def test_a_hosted_model_is_named(query: Any, expected: str | None) -> None:
    """Where the database embeds the query itself."""
    assert model(json.dumps(query).encode()) == expected


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1))
def test_any_vector_has_as_many_dimensions_as_numbers(vector: list[float]) -> None:
    """However its numbers are written."""
    assert dimensions(json.dumps(vector).encode()) == len(vector)


@given(st.binary())
def test_no_bytes_are_too_much(data: bytes) -> None:
    """What is no vector has no size."""
    assert dimensions(data) is None or b"[" in data
    model(data)


@pytest.mark.parametrize("query", [b"[" * 100_000, b"[ " * 100_000, b"[" + b"1," * 100_000, b'{"vector":' * 100_000])
def test_a_hostile_vector_is_none(query: bytes) -> None:
    """It ends nowhere, so it has no size."""
    assert dimensions(query) is None


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/collections/docs/points/query", "docs"),
        ("/prefix/collections/my docs/points", "my docs"),
        ("/collections//points", None),
        ("/collections", None),
        ("/my-collections/docs", None),
        ("", None),
    ],
)
def test_a_collection_is_named_by_the_path(path: str, expected: str | None) -> None:
    """It is the segment behind a whole one."""
    assert after(path, "collections") == expected


def test_a_search_has_the_names_of_the_conventions() -> None:
    """Those of databases, of a retrieval, and our own where there are none."""
    found = Search(
        system="qdrant",
        operation="query",
        collection="docs",
        namespace="n",
        top_k=5,
        dimensions=3,
        distance="l2",
        batch=2,
        model="m",
    )
    assert found.asked() == Asked(
        model="m",
        settings={
            "db.system.name": "qdrant",
            "db.operation.name": "BATCH query",
            "db.collection.name": "docs",
            "db.namespace": "n",
            "db.operation.batch.size": 2,
            "gen_ai.data_source.id": "docs",
            "gen_ai.retrieval.top_k": 5,
            "keeptabs.retrieval.dimensions": 3,
            "keeptabs.retrieval.distance": "l2",
        },
    )


def test_a_search_says_no_more_than_it_knows() -> None:
    """One search is no batch, and an id is no name."""
    assert Search(system="chroma", operation="query", source="id").asked().settings == {
        "db.system.name": "chroma",
        "db.operation.name": "query",
        "gen_ai.data_source.id": "id",
    }
