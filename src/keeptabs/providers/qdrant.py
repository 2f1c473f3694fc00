"""Qdrant: its cloud, and its paths on any host. With ``prefer_grpc`` its client cannot be seen."""

from keeptabs.core.provider import Provider
from keeptabs.dialects.vector.qdrant import DIALECT

_POINTS = "collections/{collection}/points"

PROVIDER = Provider(
    name="qdrant",
    hosts=("*.cloud.qdrant.io", "*"),
    routes={
        f"{_POINTS}/{kind}{way}": DIALECT
        for kind in ("query", "search", "recommend", "discover")
        for way in ("", "/batch", "/groups")
    },
    contains="/points/",
    limits={},
    source="https://api.qdrant.tech/api-reference",
    checked="2026-11-24",
)
