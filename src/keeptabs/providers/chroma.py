"""Chroma: its cloud, and its paths on any host."""

from keeptabs.core.provider import Provider
from keeptabs.dialects.vector.chroma import DIALECT

_COLLECTION = "api/v2/tenants/{tenant}/databases/{database}/collections/{collection}"

PROVIDER = Provider(
    name="chroma",
    hosts=("*.trychroma.com", "*"),
    routes={
        f"{_COLLECTION}/query": DIALECT,
        f"{_COLLECTION}/search": DIALECT,
        "api/v1/collections/{collection}/query": DIALECT,
    },
    contains="/collections/",
    limits={},
    source="https://docs.trychroma.com/reference/python/client",
    checked="2026-11-24",
)
