"""Reranking: ``POST …/rerank``, documents by how well they answer a query.

The hosts differ in what they count: tokens (Voyage, Jina, Together, vLLM) or searches (Cohere's models on OpenRouter).
Text Embeddings Inference answers with a list and says nothing of usage. Sources: docs.voyageai.com/reference/
reranker-api, together 3.1.1 ``types/rerank_create_response.py``, openrouter 1.3.84 ``operations/creatererank.py``,
docs.vllm.ai (score and rerank API); checked 2026-11-24.
"""

import msgspec

from keeptabs.core import reading
from keeptabs.core.decoding import readable
from keeptabs.core.dialect import Answered, Asked, Dialect
from keeptabs.core.exchange import Request, Response
from keeptabs.core.usage import Bucket
from keeptabs.dialects.openai import _usage


class _Request(msgspec.Struct):
    model: str | None = None
    user: str | None = None


class _Answer(msgspec.Struct):
    model: str | None = None
    id: str | None = None
    usage: msgspec.Raw = msgspec.Raw()


_REQUEST = msgspec.json.Decoder(_Request, strict=False)
_ANSWER = msgspec.json.Decoder(_Answer, strict=False)


def ask(request: Request) -> Asked:
    """The model; its documents are passed over."""
    asked = reading.request(_REQUEST, request.body) or _Request()
    return Asked(model=asked.model, user=asked.user)


def answer(response: Response, asked: Asked) -> Answered:
    """The model and what was read, where the answer tells."""
    failed = reading.failed(response)
    if failed is not None:
        return failed
    if reading.is_stream(response):  # a list
        return Answered()
    said = readable(_ANSWER, response.body)
    if said is None:
        return Answered(gaps=(reading.UNREADABLE,))
    usage, gaps = _usage.read(said.usage)
    if usage is not None:  # some hosts add completion_tokens: 0, which is no output that a score can have
        tokens = {bucket: n for bucket, n in usage.tokens.items() if n or bucket is not Bucket.OUTPUT_TEXT}
        usage = msgspec.structs.replace(usage, tokens=tokens)
    return Answered(model=said.model, id=said.id, usage=usage, gaps=gaps)


DIALECT = Dialect(api="rerank", operation="rerank", ask=ask, answer=answer)
