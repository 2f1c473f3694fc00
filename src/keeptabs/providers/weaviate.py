"""Weaviate: searches over GraphQL, on any host. Its gRPC, which the Python client searches over, cannot be seen."""

from keeptabs.core.provider import Provider
from keeptabs.dialects.vector.weaviate import DIALECT

PROVIDER = Provider(
    name="weaviate",
    hosts=("*.weaviate.network", "*.weaviate.cloud", "*"),
    routes={"v1/graphql": DIALECT},
    contains="/graphql",
    limits={},
    source="https://docs.weaviate.io/weaviate/api/graphql",
    checked="2026-11-24",
)
