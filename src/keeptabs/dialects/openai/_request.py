"""What the requests of several OpenAI formats have in common."""

from typing import Any

import msgspec

from keeptabs.core.decoding import readable
from keeptabs.core.dialect import Asked


class Format(msgspec.Struct):
    """The format that an answer is wanted in."""

    type: str | None = None


class _Model(msgspec.Struct):
    model: str | None = None
    stream: bool | None = None


_MODEL = msgspec.json.Decoder(_Model, strict=False)


def only_model(body: bytes) -> Asked:
    """Model and stream of a request with a field of a shape we do not know: they are still worth having."""
    said = readable(_MODEL, body) or _Model()
    return Asked(model=said.model, stream=bool(said.stream))


def output_type(wanted: Format | None) -> str | None:
    """OpenTelemetry's word for a format: every kind of JSON is ``json``."""
    kind = wanted.type if wanted else None
    return "json" if kind and kind.startswith("json") else kind


_MOST_LABELS = 16  # that OpenAI allows in one request


def labels(metadata: Any) -> dict[str, str]:
    """The metadata of a request: pairs of texts that the application made up."""
    pairs = metadata.items() if isinstance(metadata, dict) else ()
    return dict([(name, value) for name, value in pairs if isinstance(value, str)][:_MOST_LABELS])
