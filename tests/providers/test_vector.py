"""Vector databases: which requests are searches, and what a whole exchange says."""

import json
from decimal import Decimal
from typing import Any

import pytest

from keeptabs.core.cost import CostStatus
from keeptabs.core.exchange import Exchange, Headers, Request, Response, Timing
from keeptabs.core.outcome import OutcomeKind
from keeptabs.core.usage import Unit
from keeptabs.meter import measure
from keeptabs.providers import recogniser

PINECONE = "docs-abc1234.svc.aped-4627-b74a.pinecone.io"
QDRANT = "0a1b2c3d.eu-central-1-0.aws.cloud.qdrant.io"
WEAVIATE = "acme-1234.c0.europe-west3.gcp.weaviate.cloud"
CHROMA = "/api/v2/tenants/t/databases/d/collections/0b1e"


@pytest.mark.parametrize(
    ("host", "path", "expected"),
    [
        (PINECONE, "/query", ("pinecone", "retrieval")),
        (PINECONE, "/records/namespaces/en/search", ("pinecone", "retrieval")),
        (PINECONE, "/namespaces/en/documents/search", ("pinecone", "retrieval")),
        ("api.pinecone.io", "/embed", ("pinecone", "embeddings")),
        ("api.pinecone.io", "/rerank", ("pinecone", "rerank")),
        (QDRANT, "/collections/docs/points/query", ("qdrant", "retrieval")),
        (QDRANT, "/collections/docs/points/query/batch", ("qdrant", "retrieval")),
        (QDRANT, "/collections/docs/points/query/groups", ("qdrant", "retrieval")),
        (QDRANT, "/collections/docs/points/search", ("qdrant", "retrieval")),
        (QDRANT, "/collections/docs/points/recommend/groups", ("qdrant", "retrieval")),
        (QDRANT, "/collections/docs/points/discover/batch", ("qdrant", "retrieval")),
        ("localhost", "/collections/docs/points/query", ("qdrant", "retrieval")),
        ("db.internal", "/qdrant/collections/docs/points/search", ("qdrant", "retrieval")),
        (WEAVIATE, "/v1/graphql", ("weaviate", "retrieval")),
        ("acme.weaviate.network", "/v1/graphql", ("weaviate", "retrieval")),
        ("api.trychroma.com", f"{CHROMA}/query", ("chroma", "retrieval")),
        ("localhost", f"{CHROMA}/query", ("chroma", "retrieval")),
        ("localhost", f"{CHROMA}/search", ("chroma", "retrieval")),
        ("localhost", "/api/v1/collections/0b1e/query", ("chroma", "retrieval")),
    ],
)
def test_a_search_is_recognised(host: str, path: str, expected: tuple[str, str]) -> None:
    """By its host, and where anybody may run the database, by its whole path."""
    found = recogniser().match("POST", host, 443, path)
    assert found is not None
    assert (found.provider.name, found.dialect.operation) == expected


@pytest.mark.parametrize(
    ("method", "host", "path"),
    [
        ("POST", PINECONE, "/vectors/upsert"),
        ("POST", PINECONE, "/vectors/delete"),
        ("POST", PINECONE, "/records/namespaces/en/upsert"),
        ("POST", PINECONE, "/describe_index_stats"),
        ("GET", "api.pinecone.io", "/indexes/docs"),
        ("POST", "shop.example", "/query"),
        ("PUT", QDRANT, "/collections/docs/points"),
        ("POST", QDRANT, "/collections/docs/points"),
        ("POST", QDRANT, "/collections/docs/points/scroll"),
        ("POST", QDRANT, "/collections/docs/points/count"),
        ("POST", QDRANT, "/collections/docs/points/search/matrix/pairs"),
        ("POST", "shop.example", "/points/query"),
        ("POST", "shop.example", "/collections/query"),
        ("POST", "shop.example", "/collections/docs/query"),
        ("GET", WEAVIATE, "/v1/schema"),
        ("POST", WEAVIATE, "/v1/batch/objects"),
        ("POST", "localhost", f"{CHROMA}/get"),
        ("POST", "localhost", f"{CHROMA}/upsert"),
        ("GET", "localhost", f"{CHROMA}/query"),
    ],
)
def test_what_is_no_search_is_no_call(method: str, host: str, path: str) -> None:
    """Writing, reading by id, counting, and paths that only end like one."""
    assert recogniser().match(method, host, 443, path) is None


def exchange(host: str, path: str, asked: Any, said: Any, *, status: int = 200, headers: Any = ()) -> Exchange:
    """A whole exchange."""
    return Exchange(
        request=Request(method="POST", host=host, path=path, body=json.dumps(asked).encode()),
        response=Response(
            status=status,
            headers=Headers.of([("content-type", "application/json"), *headers]),
            body=json.dumps(said).encode(),
        ),
        timing=Timing(started_at=0),
    )


def test_a_search_is_a_call_without_a_model() -> None:
    """Read units are its usage, and its request id is the one that the support asks for."""
    said = {"matches": [{"id": "a"}], "usage": {"readUnits": 5}}
    seen = exchange(PINECONE, "/query", {"topK": 1}, said, headers=[("x-pinecone-request-id", "17")])
    call = measure(seen, None)
    assert call is not None
    assert (call.operation, call.request.model, call.request_id) == ("retrieval", None, "17")
    assert call.usage is not None
    assert call.usage.units == {Unit.READ_UNITS: Decimal(5)}
    assert call.rate_limit is None


def test_a_search_on_any_host_needs_no_model() -> None:
    """Its path is enough, though the host is nobody's."""
    call = measure(exchange("10.0.0.7", "/collections/docs/points/query", {"query": [1]}, {"result": []}), None)
    assert call is not None
    assert (call.provider, call.request.settings["gen_ai.data_source.id"]) == ("qdrant", "docs")
    assert call.cost.status is CostStatus.FREE


@pytest.mark.parametrize("host", [WEAVIATE, "localhost", "hasura.example"])
def test_graphql_that_is_no_search_is_no_call(host: str) -> None:
    """The same path serves both, on any host."""
    search = {"query": "{Get{Article(nearText:{concepts:[]}){a}}}"}
    assert measure(exchange(host, "/v1/graphql", search, {"data": {}}), None) is not None
    assert measure(exchange(host, "/v1/graphql", {"query": "{Get{Article{a}}}"}, {"data": {}}), None) is None


@pytest.mark.parametrize(
    ("host", "expected"), [(QDRANT, True), (WEAVIATE, True), ("db.internal", False), ("localhost", False)]
)
def test_a_database_s_own_host_is_known_though_it_may_run_anywhere(host: str, *, expected: bool) -> None:
    """So that the doctor can tell of one that is reached by gRPC."""
    assert recogniser().is_provider_host(host, 6334) is expected


@pytest.mark.parametrize(
    ("host", "path", "status", "said", "kind", "error_type"),
    [
        pytest.param(
            PINECONE,
            "/query",
            400,
            {"code": 3, "message": "Vector dimension 3 does not match", "details": []},
            OutcomeKind.BAD_REQUEST,
            "3",
            id="Pinecone",
        ),
        pytest.param(
            QDRANT,
            "/collections/docs/points/query",
            404,
            {"status": {"error": "Not found"}, "time": 0.1},
            OutcomeKind.NOT_FOUND,
            "404",
            id="Qdrant",
        ),
        pytest.param(
            "localhost",
            f"{CHROMA}/query",
            400,
            {"error": "InvalidArgumentError", "message": "expected 3"},
            OutcomeKind.BAD_REQUEST,
            "InvalidArgumentError",
            id="Chroma",
        ),
        pytest.param(PINECONE, "/query", 429, {"message": "slower"}, OutcomeKind.RATE_LIMITED, "429", id="too many"),
    ],
)
def test_a_refusal_is_classified(
    host: str, path: str, status: int, said: Any, kind: OutcomeKind, error_type: str
) -> None:
    """By the database's word, else by the status."""
    call = measure(exchange(host, path, {}, said, status=status), None)
    assert call is not None
    assert (call.outcome.kind, call.outcome.error_type) == (kind, error_type)
    assert call.outcome.message_fingerprint is not None
