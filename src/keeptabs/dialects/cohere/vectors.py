"""Embeddings and reranking: ``POST /v1/embed``, ``/v2/embed``, ``/v1/rerank`` and ``/v2/rerank``.

Embeddings are billed by token and by image, reranking by search unit. OpenTelemetry has no operation for the latter
yet; it is called ``rerank``. Source: cohere 7.3.1; checked 2026-11-24.
"""

import msgspec

from keeptabs.core import reading
from keeptabs.core.decoding import readable
from keeptabs.core.dialect import Answered, Asked, Dialect
from keeptabs.core.exchange import Response
from keeptabs.dialects.cohere import _billed
from keeptabs.dialects.cohere._request import ask


class _Answer(msgspec.Struct):
    id: str | None = None
    meta: msgspec.Raw = msgspec.Raw()


_ANSWER = msgspec.json.Decoder(_Answer)


def answer(response: Response, asked: Asked) -> Answered:
    """What is billed; vectors and scores are passed over."""
    failed = _billed.failed(response)
    if failed is not None:
        return failed
    said = readable(_ANSWER, response.body)
    if said is None:
        return Answered(gaps=(reading.UNREADABLE,))
    usage, gaps = _billed.read(said.meta)
    return Answered(id=said.id, usage=usage, gaps=gaps)


EMBED = Dialect(api="embed", operation="embeddings", ask=ask, answer=answer, needs_model=False)
RERANK = Dialect(api="rerank", operation="rerank", ask=ask, answer=answer, needs_model=False)
