"""Results of message batches: ``GET …/messages/batches/{id}/results``, a line for each request.

All of them are one call: the usage is their sum. Source: anthropic-sdk-python 2.12.0
``types/messages/message_batch_individual_response.py``; checked 2026-11-24.
"""

from typing import Any

import msgspec

from keeptabs.core import reading
from keeptabs.core.dialect import Answered, Asked, Dialect
from keeptabs.core.exchange import Request, Response
from keeptabs.core.outcome import ProviderError
from keeptabs.core.sums import total
from keeptabs.dialects.anthropic import _errors, _usage


class _Failure(msgspec.Struct):
    error: Any = None
    request_id: str | None = None


class _Message(msgspec.Struct):
    model: str | None = None
    id: str | None = None
    usage: msgspec.Raw = msgspec.Raw()


class _Outcome(msgspec.Struct):
    """How one request ended; ``type`` is succeeded, errored, canceled or expired."""

    type: str | None = None
    message: _Message | None = None
    error: _Failure | None = None


class _Result(msgspec.Struct):
    result: _Outcome
    custom_id: str | None = None

    @property
    def identity(self) -> str | None:
        """What it is known by: the message's id, else the request's."""
        made, failed = self.result.message, self.result.error
        return (made.id if made else None) or (failed.request_id if failed else None) or self.custom_id

    @property
    def fault(self) -> ProviderError:
        """Why there is no message."""
        failed = self.result.error
        return (_errors.of(failed.error) if failed else None) or ProviderError(code=self.result.type)


_RESULT = msgspec.json.Decoder(_Result, strict=False)


def ask(request: Request) -> Asked:
    """Nothing: what was asked for stood in the request that began the batch."""
    return Asked()


def answer(response: Response, asked: Asked) -> Answered:
    """One call for all results. Anything else, an error too, is none: it may be asked for again."""
    results, gaps = reading.everything(_RESULT, response)
    if response.status >= 400 or not results:
        return Answered(pending=True)
    made = [result.result.message for result in results if result.result.message is not None]
    told = [_usage.read([message.usage], message.model) for message in made]
    models = {message.model for message in made}
    return Answered(
        model=models.pop() if len(models) == 1 else None,
        id=min(filter(None, (result.identity for result in results)), default=None),
        usage=total([each.usage for each in told if each.usage is not None]),
        facts={"keeptabs.batch.requests": len(results), "keeptabs.batch.failed": len(results) - len(made)},
        error=None if made else results[0].fault,
        deferred=True,
        batch=True,
        gaps=tuple(dict.fromkeys((*gaps, *(gap for each in told for gap in each.gaps)))),
    )


# Without markers the whole of the results is kept: each of their lines counts.
RESULTS = Dialect(api="batch", operation="chat", ask=ask, answer=answer, needs_model=False)
