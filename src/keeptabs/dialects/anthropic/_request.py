"""What the requests of Anthropic's formats have in common."""

import msgspec

from keeptabs.core.decoding import readable
from keeptabs.core.dialect import Asked


class Metadata(msgspec.Struct):
    """``user_id`` is how the application names the end user."""

    user_id: str | None = None


class _Model(msgspec.Struct):
    model: str | None = None
    stream: bool | None = None


_MODEL = msgspec.json.Decoder(_Model, strict=False)


def only_model(body: bytes) -> Asked:
    """Model and stream of a request with a field of a shape we do not know: they are still worth having."""
    said = readable(_MODEL, body) or _Model()
    return Asked(model=said.model, stream=bool(said.stream))
