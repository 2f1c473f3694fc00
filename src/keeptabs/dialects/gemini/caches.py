"""Caches: ``POST …/cachedContents`` keeps a prompt. Its tokens are billed as any input, and keeping them by the hour.

Source: docs.cloud.google.com/vertex-ai/generative-ai/docs/context-cache/context-cache-overview, recorded traffic;
checked 2026-11-24.
"""

import msgspec

from keeptabs.core import reading
from keeptabs.core.decoding import readable
from keeptabs.core.dialect import Answered, Asked, Dialect
from keeptabs.core.exchange import Request, Response
from keeptabs.core.usage import Bucket, Usage
from keeptabs.dialects.gemini import _errors, _names

STORAGE = "keeping a cache is billed by the hour"


class _Request(msgspec.Struct):
    model: str | None = None


class _Metadata(msgspec.Struct, rename="camel"):
    total_token_count: int | None = None


class _Cache(msgspec.Struct, rename="camel"):
    name: str | None = None
    model: str | None = None
    usage_metadata: _Metadata | None = None


_REQUEST = msgspec.json.Decoder(_Request)
_CACHE = msgspec.json.Decoder(_Cache, strict=False)


def ask(request: Request) -> Asked:
    """The model that the cache is for."""
    asked = reading.request(_REQUEST, request.body) or _Request()
    return Asked(model=_names.model(asked.model))


def answer(response: Response, asked: Asked) -> Answered:
    """The tokens that were written."""
    failed = _errors.failed(response)
    if failed is not None:
        return failed
    said = readable(_CACHE, response.body)
    if said is None:
        return Answered(gaps=(reading.UNREADABLE,))
    written = said.usage_metadata.total_token_count if said.usage_metadata else None
    usage = None if written is None else Usage(tokens={Bucket.CACHE_WRITE: max(written, 0)}, apart=STORAGE)
    return Answered(model=_names.model(said.model), id=said.name, usage=usage)


DIALECT = Dialect(api="cached_contents", operation="create_cache", ask=ask, answer=answer, needs_model=False)
