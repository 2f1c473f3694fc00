"""Reranking: ``POST …/rerank``, documents by how well they answer a query.

The hosts differ in what they count: tokens (Voyage, Jina, Together, vLLM) or searches (Cohere's models on OpenRouter).
Text Embeddings Inference answers with a list and says nothing of usage. Sources: docs.voyageai.com/reference/
reranker-api, together 3.1.1 ``types/rerank_create_response.py``, openrouter 1.3.84 ``operations/creatererank.py``,
docs.vllm.ai (score and rerank API); checked 2026-11-24.
"""

import msgspec

from keeptabs.core import reading
from keeptabs.core.dialect import Answered, Asked, Dialect
from keeptabs.core.exchange import Request, Response
from keeptabs.dialects.openai import embeddings


class _Request(msgspec.Struct):
    model: str | None = None
    user: str | None = None


_REQUEST = msgspec.json.Decoder(_Request, strict=False)


def ask(request: Request) -> Asked:
    """The model; its documents are passed over."""
    asked = reading.request(_REQUEST, request.body) or _Request()
    return Asked(model=asked.model, user=asked.user)


def answer(response: Response, asked: Asked) -> Answered:
    """The model and what was read, where the answer tells; scores alone, in a list, tell nothing."""
    if response.status < 400 and reading.is_stream(response):
        return Answered()
    return embeddings.answer(response, asked)


DIALECT = Dialect(api="rerank", operation="rerank", ask=ask, answer=answer)
