"""Embeddings: ``:embedContent``, ``:batchEmbedContents``, and ``:predict`` of the embedding models of Vertex AI.

Some models are billed by characters: where those are counted, they stand beside the tokens. The vectors are passed
over. Sources: google-genai 3.4.0 ``types.EmbedContentResponse``, recorded traffic; checked 2026-11-24.
"""

from decimal import Decimal
from typing import Any

import msgspec

from keeptabs.core import reading
from keeptabs.core.decoding import readable
from keeptabs.core.dialect import Answered, Asked, Dialect
from keeptabs.core.exchange import Request, Response
from keeptabs.core.usage import Bucket, Unit, Usage
from keeptabs.dialects.gemini import _errors, _usage


class _Wanted(msgspec.Struct, rename="camel"):
    output_dimensionality: int | None = None


class _Request(_Wanted, rename="camel"):
    requests: list[_Wanted] | None = None
    parameters: _Wanted | None = None
    embed_content_config: _Wanted | None = None

    @property
    def dimensions(self) -> int | None:
        """How long the vectors are to be, wherever that is said."""
        places = (self, self.parameters, self.embed_content_config, *(self.requests or ())[:1])
        return next((each.output_dimensionality for each in places if each and each.output_dimensionality), None)


class _Statistics(msgspec.Struct):
    token_count: float | None = None


class _Embedding(msgspec.Struct):
    statistics: _Statistics | None = None


class _Prediction(msgspec.Struct):
    embeddings: _Embedding | None = None


class _Billed(msgspec.Struct, rename="camel"):
    billable_character_count: int | None = None


class _Answer(msgspec.Struct, rename="camel"):
    usage_metadata: msgspec.Raw = msgspec.Raw()
    predictions: list[_Prediction] | None = None
    metadata: _Billed | None = None


_REQUEST = msgspec.json.Decoder(_Request, strict=False)
_ANSWER = msgspec.json.Decoder(_Answer, strict=False)


def ask(request: Request) -> Asked:
    """The dimensions that are asked for."""
    asked = reading.request(_REQUEST, request.body) or _Request()
    settings: dict[str, Any] = {}
    if asked.dimensions is not None:
        settings["gen_ai.embeddings.dimension.count"] = asked.dimensions
    return Asked(settings=settings)


def answer(response: Response, asked: Asked) -> Answered:
    """The input tokens, and the characters where they are counted."""
    failed = _errors.failed(response)
    if failed is not None:
        return failed
    said = readable(_ANSWER, response.body)
    if said is None:
        return Answered(gaps=(reading.UNREADABLE,))
    told = _usage.read([said.usage_metadata])
    found = told.usage or _predicted(said)
    characters = said.metadata.billable_character_count if said.metadata else None
    if characters is not None:
        found = msgspec.structs.replace(found or Usage(), units={Unit.CHARACTERS: Decimal(max(characters, 0))})
    return Answered(usage=only_input(found), service_tier=told.service_tier, gaps=told.gaps)


def _predicted(said: _Answer) -> Usage | None:
    embeddings = (prediction.embeddings for prediction in said.predictions or ())
    counts = [each.statistics.token_count for each in embeddings if each and each.statistics]
    known = [int(count) for count in counts if count is not None and 0 <= count < _MOST]
    return Usage(tokens={Bucket.INPUT_TEXT: sum(known)}) if known else None


_MOST = 10**12  # tokens: what is more is no count


def only_input(usage: Usage | None) -> Usage | None:
    """The usage without an output, which no embedding has: the total says that it is 0."""
    if usage is None:
        return None
    return msgspec.structs.replace(usage, tokens={b: count for b, count in usage.tokens.items() if not b.is_output})


DIALECT = Dialect(api="embed_content", operation="embeddings", ask=ask, answer=answer, needs_model=False)
