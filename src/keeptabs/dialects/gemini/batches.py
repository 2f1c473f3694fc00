"""Batches: ``:batchGenerateContent`` and ``:asyncBatchEmbedContent`` begin one, ``GET …/batches/{id}`` asks for it.

Its results stand in it, or in a file (``GET …/files/{id}:download``), a line each. All of them are one call: the usage
is their sum. Sources: google-genai 3.4.0 ``batches.py`` and ``types.SingleEmbedContentResponse``, recorded traffic;
checked 2026-11-24.
"""

from collections.abc import Sequence
from typing import Any

import msgspec

from keeptabs.core.decoding import readable
from keeptabs.core.dialect import Answered, Asked, Dialect
from keeptabs.core.exchange import Request, Response
from keeptabs.core.sums import total
from keeptabs.core.usage import Bucket, Usage
from keeptabs.core.wire import lines
from keeptabs.dialects.gemini import _errors, _names, generate_content
from keeptabs.dialects.gemini.embeddings import only_input


class _Generated(generate_content.Generated, rename="camel"):
    """The answer to one request; one that embeds has no more than a count."""

    token_count: int | None = None

    @property
    def is_embedding(self) -> bool:
        """True for the answer to a request for an embedding."""
        return self.candidates is None and self.token_count is not None


class _Result(msgspec.Struct):
    response: _Generated | None = None
    error: Any = None
    key: str | None = None  # in a file

    @property
    def is_one(self) -> bool:
        """False for a line of another kind of file."""
        return self.response is not None or (self.key is not None and self.error is not None)


class _Results(msgspec.Struct, rename="camel"):
    inlined_responses: list[_Result] | None = None


class _Output(msgspec.Struct, rename="camel"):
    inlined_responses: _Results | None = None
    inlined_embed_content_responses: _Results | None = None

    @property
    def results(self) -> list[_Result]:
        """Those that stand in the batch itself."""
        places = (self.inlined_responses, self.inlined_embed_content_responses)
        return [result for place in places if place for result in place.inlined_responses or ()]


class _State(msgspec.Struct):
    model: str | None = None
    output: _Output | None = None


class _Operation(msgspec.Struct):
    name: str | None = None
    metadata: _State | None = None
    response: _Output | None = None
    error: Any = None


_OPERATION = msgspec.json.Decoder(_Operation, strict=False)
_RESULT = msgspec.json.Decoder(_Result, strict=False)


def ask(request: Request) -> Asked:
    """Nothing: what was asked for stood in the request that began the batch."""
    return Asked()


def begun(response: Response, asked: Asked) -> Answered:
    """An error, or nothing yet."""
    return _errors.failed(response) or Answered(pending=True)


def answer(response: Response, asked: Asked) -> Answered:
    """The results in a batch that is done. One that is not, or has them in a file, is no call."""
    said = readable(_OPERATION, response.body)
    if response.status >= 400 or said is None:
        return Answered(pending=True)
    state = said.metadata or _State()
    places = (said.response, state.output)
    results = next((place.results for place in places if place and place.results), [])
    if not results and not said.error:
        return Answered(pending=True)
    folded = _fold(results, said.name, _names.model(state.model))
    return msgspec.structs.replace(folded, error=_errors.of(said.error) or folded.error)


def answer_file(response: Response, asked: Asked) -> Answered:
    """The results in a file. A file of another kind is no call."""
    splitter = lines.Splitter()
    found = [readable(_RESULT, line) for line in (*splitter.feed(response.body), *splitter.flush())]
    results = [result for result in found if result is not None and result.is_one]
    if response.status >= 400 or not results or len(results) != len(found):
        return Answered(pending=True)
    ids = [result.response.response_id for result in results if result.response and result.response.response_id]
    return _fold(results, min(ids, default=None), None)


def _fold(results: Sequence[_Result], name: str | None, model: str | None) -> Answered:
    answers = [result.response for result in results if result.response is not None]
    folded = [generate_content.fold([each], model, streamed=False) for each in answers]
    usages = [_counted(each, answered.usage) for each, answered in zip(answers, folded, strict=True)]
    models = {answered.model for answered in folded if answered.model}
    faults = (_errors.of(result.error) for result in results if result.error)
    return Answered(
        model=models.pop() if len(models) == 1 else model,
        id=name,
        operation="embeddings" if any(each.is_embedding for each in answers) else None,
        service_tier=next((answered.service_tier for answered in folded if answered.service_tier), None),
        usage=total([usage for usage in usages if usage is not None]),
        facts={"keeptabs.batch.requests": len(results), "keeptabs.batch.failed": len(results) - len(answers)},
        error=None if answers else next(faults, None),
        deferred=True,
        batch=True,
        gaps=tuple(dict.fromkeys(gap for answered in folded for gap in answered.gaps)),
    )


def _counted(said: _Generated, usage: Usage | None) -> Usage | None:
    if not said.is_embedding:
        return usage
    return only_input(usage) or Usage(tokens={Bucket.INPUT_TEXT: max(said.token_count or 0, 0)})


# Without markers the whole of the results is kept: each of them counts.
BEGIN = Dialect(api="batch", operation="generate_content", ask=ask, answer=begun, needs_model=False)
BEGIN_EMBEDDINGS = Dialect(api="batch", operation="embeddings", ask=ask, answer=begun, needs_model=False)
RESULT = Dialect(api="batch", operation="generate_content", ask=ask, answer=answer, needs_model=False)
FILE = Dialect(api="batch", operation="generate_content", ask=ask, answer=answer_file, needs_model=False)
