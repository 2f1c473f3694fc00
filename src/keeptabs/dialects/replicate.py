"""Replicate's predictions: made by ``POST …/predictions``, fetched until they are done by ``GET …/predictions/{id}``.

A prediction is billed by its tokens or its outputs where its model counts them, else by the time it ran. Its output can
also be read from a stream of server-sent events, whose data is plain text and which counts nothing.
Source: replicate.com/docs/topics/predictions, replicate 1.0.7 and recorded traffic; checked 2026-11-24.
"""

from decimal import Decimal

import msgspec

from keeptabs.core import reading
from keeptabs.core.decoding import readable
from keeptabs.core.dialect import Answered, Asked, Dialect
from keeptabs.core.error_body import read as read_error
from keeptabs.core.exchange import Request, Response
from keeptabs.core.outcome import ProviderError
from keeptabs.core.usage import Bucket, Unit, Usage
from keeptabs.core.wire import sse

_PENDING = ("starting", "processing")
_FAILED = ("failed", "canceled", "aborted")


class _Request(msgspec.Struct):
    version: str | None = None
    model: str | None = None
    stream: bool | None = None


class _Metrics(msgspec.Struct):
    input_token_count: int | None = None
    output_token_count: int | None = None
    image_count: int | None = None
    predict_time: Decimal | None = None


class _Prediction(msgspec.Struct):
    id: str | None = None
    model: str | None = None
    version: str | None = None
    status: str | None = None
    error: str | None = None
    metrics: msgspec.Raw = msgspec.Raw()


_REQUEST = msgspec.json.Decoder(_Request)
_PREDICTION = msgspec.json.Decoder(_Prediction)
_METRICS = msgspec.json.Decoder(_Metrics, strict=False)

UNREADABLE_METRICS = "the metrics of the prediction have an unknown shape"


def ask(request: Request) -> Asked:
    """The model or its version, where the path does not name it."""
    asked = reading.request(_REQUEST, request.body) or _Request()
    return Asked(model=asked.model or asked.version, stream=bool(asked.stream))


def answer(response: Response, asked: Asked) -> Answered:
    """A prediction as it stands: to be waited for, or what it used."""
    failed = reading.failed(response)
    if failed is not None:
        return failed
    said = readable(_PREDICTION, response.body)
    if said is None:
        return Answered(gaps=(reading.UNREADABLE,))
    if said.status in _PENDING:
        return Answered(id=said.id, model=said.model or said.version, pending=True)
    metrics = readable(_METRICS, said.metrics) if bytes(said.metrics) not in (b"", b"null") else _Metrics()
    usage = _usage(metrics or _Metrics(), said.metrics)
    return Answered(
        id=said.id,
        model=said.model or said.version,
        operation="text_completion" if usage and usage.tokens else None,
        finish_reasons=(said.status,) if said.status else (),
        usage=usage,
        facts=_facts(metrics),
        error=ProviderError(code=said.status, message=said.error) if said.status in _FAILED else None,
        deferred=True,
        gaps=() if metrics else (UNREADABLE_METRICS,),
    )


def _usage(metrics: _Metrics, raw: msgspec.Raw) -> Usage | None:
    counts = {Bucket.INPUT_TEXT: metrics.input_token_count, Bucket.OUTPUT_TEXT: metrics.output_token_count}
    tokens = {bucket: max(n, 0) for bucket, n in counts.items() if n is not None}
    units: dict[Unit, Decimal] = {}
    if metrics.image_count:
        units[Unit.IMAGES] = Decimal(metrics.image_count)
    elif metrics.predict_time is not None and not tokens:
        units[Unit.SECONDS] = metrics.predict_time
    return Usage(tokens=tokens, units=units, raw=bytes(raw).decode("utf-8", "replace")) if tokens or units else None


def _facts(metrics: _Metrics | None) -> dict[str, float]:
    if metrics is None or metrics.predict_time is None:
        return {}
    return {"keeptabs.server.duration": float(metrics.predict_time)}


def answer_stream(response: Response, asked: Asked) -> Answered:
    """How a stream of output ended: its events are named, and ``done`` is the last. A file of the same path is none."""
    failed = reading.failed(response)
    if failed is not None:
        return failed
    if not reading.is_stream(response):
        return Answered(pending=True)
    ends = {event.name: event.data for event in sse.events(response.body) if event.name in ("done", "error")}
    error = (read_error(ends["error"]) or ProviderError(code="error")) if "error" in ends else None
    return Answered(error=error, complete=bool(ends), deferred=True)


PREDICTION = Dialect(api="predictions", operation="prediction", ask=ask, answer=answer, needs_model=False)
STREAM = Dialect(
    api="prediction_stream",
    operation="text_completion",
    ask=ask,
    answer=answer_stream,
    markers=(b"event: done", b"event:done", b"event: error", b"event:error"),
    needs_model=False,
)
ROUTES = {
    "predictions": PREDICTION,
    "models/{model+}/predictions": PREDICTION,
    "deployments/{model+}/predictions": PREDICTION,
    "GET predictions/{id}": PREDICTION,
    "GET files/{id}": STREAM,
    "GET streams/{id}": STREAM,
}
