"""Embeddings: ``POST …/embeddings``. Input tokens only; the vectors themselves are passed over."""

from typing import Any

import msgspec

from keeptabs.core import reading
from keeptabs.core.decoding import readable
from keeptabs.core.dialect import Answered, Asked, Dialect
from keeptabs.core.exchange import Request, Response
from keeptabs.core.usage import Bucket
from keeptabs.dialects.openai import _usage


class _Request(msgspec.Struct):
    model: str | None = None
    dimensions: int | None = None
    encoding_format: str | None = None


class _Answer(msgspec.Struct):
    model: str | None = None
    id: str | None = None
    usage: msgspec.Raw = msgspec.Raw()


_REQUEST = msgspec.json.Decoder(_Request, strict=False)
_ANSWER = msgspec.json.Decoder(_Answer, strict=False)


def ask(request: Request) -> Asked:
    """Model, dimensions and encoding of an embeddings request."""
    asked = reading.request(_REQUEST, request.body) or _Request()
    settings: dict[str, Any] = {}
    if asked.dimensions is not None:
        settings["gen_ai.embeddings.dimension.count"] = asked.dimensions
    if asked.encoding_format is not None:
        settings["gen_ai.request.encoding_formats"] = [asked.encoding_format]
    return Asked(model=asked.model, settings=settings)


def answer(response: Response, asked: Asked) -> Answered:
    """The model and the input tokens of an embeddings answer."""
    failed = reading.failed(response)
    if failed is not None:
        return failed
    said = readable(_ANSWER, response.body)
    if said is None:
        return Answered(gaps=(reading.UNREADABLE,))
    usage, gaps = _usage.read(said.usage)
    if usage is not None:  # some hosts add completion_tokens: 0, which is no output that a vector or a score can have
        tokens = {bucket: n for bucket, n in usage.tokens.items() if n or bucket is not Bucket.OUTPUT_TEXT}
        usage = msgspec.structs.replace(usage, tokens=tokens)
    return Answered(model=said.model, id=said.id, usage=usage, gaps=gaps)


DIALECT = Dialect(api="embeddings", operation="embeddings", ask=ask, answer=answer)
