"""What every vector search has: a collection, how many are wanted, the size of the query, how many were found.

Names are those of OpenTelemetry's database conventions and of its retrieval span (opentelemetry-semantic-conventions
0.66b2, opentelemetry-util-genai 1.3b0); what has none is under ``keeptabs.retrieval.``. Vectors are measured and
never kept, and the text of a query is not read at all. Checked 2026-11-24.
"""

import re
from typing import Any

import msgspec

from keeptabs.core.decoding import readable
from keeptabs.core.dialect import Asked

ROWS = "db.response.returned_rows"
SERVER_TIME = "keeptabs.retrieval.server_time"  # seconds, as the database tells them
FREE = "a database is not billed by the search"


class Search(msgspec.Struct, frozen=True, kw_only=True):
    """One search request. ``source`` is what the span is named after: the collection, or its id where it has only that.

    ``batch`` is how many searches a request to a batch endpoint holds.
    """

    system: str
    operation: str
    source: str | None = None
    collection: str | None = None
    namespace: str | None = None
    top_k: int | None = None
    dimensions: int | None = None
    distance: str | None = None  # how vectors are compared, where the request says it
    batch: int = 1
    model: str | None = None  # where the database embeds the query itself

    def asked(self) -> Asked:
        """The search under OpenTelemetry's names."""
        said: dict[str, Any] = {
            "db.system.name": self.system,
            "db.operation.name": self.operation if self.batch == 1 else f"BATCH {self.operation}",
            "db.collection.name": self.collection,
            "db.namespace": self.namespace,
            "db.operation.batch.size": None if self.batch == 1 else self.batch,
            "gen_ai.data_source.id": self.source or self.collection,
            "gen_ai.retrieval.top_k": self.top_k,
            "keeptabs.retrieval.dimensions": self.dimensions,
            "keeptabs.retrieval.distance": self.distance,
        }
        return Asked(model=self.model, settings={name: value for name, value in said.items() if value is not None})


def after(path: str, segment: str) -> str | None:
    """The segment of a path that follows ``segment``."""
    segments = path.split("/")
    found = (segments[n + 1] for n, name in enumerate(segments[:-1]) if name == segment)
    return next(filter(None, found), None)


class Hit(msgspec.Struct):
    """Something that was found; nothing of it is read."""


class _Query(msgspec.Struct):
    """A vector inside an object: Qdrant's named and nearest, Pinecone's values; or a text for a hosted model."""

    vector: msgspec.Raw = msgspec.Raw()
    nearest: msgspec.Raw = msgspec.Raw()
    values: msgspec.Raw = msgspec.Raw()
    indices: msgspec.Raw = msgspec.Raw()
    model: str | None = None


_QUERY = msgspec.json.Decoder(_Query)
_DEEPEST = 4  # objects around a vector
_NUMBERS = re.compile(rb"\s*\[(?:\s*\[)*\s*(-?[0-9][^\[\]\"{}]*)\]")


def dimensions(query: msgspec.Raw | bytes) -> int | None:
    """How many numbers a query vector has, of the first where there are many; None for an id, a text, a sparse one."""
    return _look(query)[0]


def model(query: msgspec.Raw | bytes) -> str | None:
    """The model that embeds the query, where the query names one."""
    return _look(query)[1]


def _look(query: msgspec.Raw | bytes) -> tuple[int | None, str | None]:
    for _ in range(_DEEPEST):
        around = readable(_QUERY, query if isinstance(query, msgspec.Raw) else msgspec.Raw(query))
        if around is None:
            return _length(bytes(query)), None
        if around.model is not None or bytes(around.indices):
            return None, around.model
        query = next((part for part in (around.vector, around.nearest, around.values) if bytes(part)), msgspec.Raw())
    return None, None


def _length(vector: bytes) -> int | None:
    numbers = _NUMBERS.match(vector)
    return numbers[1].count(b",") + 1 if numbers else None
