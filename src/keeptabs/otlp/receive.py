"""OTLP over HTTP without the HTTP: a body with its two headers in, a status and a body out.

Source: opentelemetry.io/docs/specs/otlp/#otlphttp; checked 2026-11-24.
"""

import os
import threading
import time
import zlib
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import msgspec

from keeptabs.core.call import Call
from keeptabs.core.errors import UserError
from keeptabs.otlp.calls import record_of
from keeptabs.otlp.decode import Decoded, MalformedError, decode_json, decode_protobuf
from keeptabs.otlp.span import Span
from keeptabs.pricing.book import Book
from keeptabs.store.database import StoreError
from keeptabs.store.gathering import Gathering
from keeptabs.store.known import append, traces_with_calls, whole_from
from keeptabs.store.record import Record
from keeptabs.store.span_attributes import kept
from keeptabs.store.spans import SpanLine
from keeptabs.store.writer import Process
from keeptabs.version import __version__

MOST_BYTES = 20 * 1024 * 1024  # of a body, as it came and inflated; the Collector's own limit
JSON, PROTOBUF = "application/json", "application/x-protobuf"
_INVALID, _UNAVAILABLE = 3, 14  # google/rpc/code.proto


class Cleaning(msgspec.Struct, frozen=True):
    """How keys are taken out of a call, and out of the attributes of a span."""

    call: Callable[[Call], Call]
    value: Callable[[Any], Any]


class Reply(msgspec.Struct, frozen=True):
    """An answer of HTTP."""

    status: int
    body: bytes
    content_type: str


class _RefusedError(UserError):
    """A request that is not taken in: the status of HTTP, and why."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


class Receiver:
    """Takes spans into a ledger: calls to models as calls, and with them the other spans of their traces."""

    def __init__(self, ledger: Path, book: Book, cleaning: Cleaning) -> None:
        self._ledger, self._book, self._cleaning = ledger, book, cleaning
        self._lock = threading.Lock()
        self._gathering: Gathering[SpanLine] = Gathering()
        self._process = Process(
            pid=os.getpid(),
            started_at=time.time_ns(),
            service="otlp",
            command="keeptabs",
            version=__version__,
            clients="{}",
            spans="received",
        )

    def receive(self, body: bytes, content_type: str, content_encoding: str = "") -> Reply:
        """Take in one export request. What is answered with 200 is in the ledger; 503 asks to be sent again."""
        kind = content_type.partition(";")[0].strip().lower()
        try:
            return self._received(inflated(body, content_encoding.strip().lower()), kind)
        except _RefusedError as error:
            return _refusal(kind, error.status, _INVALID, str(error))
        except MalformedError as error:
            return _refusal(kind, 400, _INVALID, str(error))
        except StoreError as error:
            return _refusal(kind, 503, _UNAVAILABLE, str(error))

    def _received(self, body: bytes, kind: str) -> Reply:
        if kind not in (JSON, PROTOBUF):
            raise _RefusedError(415, f"OTLP is {PROTOBUF} or {JSON}, not {kind or 'a body without a type'}")
        decoded = decode_json(body) if kind == JSON else decode_protobuf(body)
        pruned = self._keep(decoded)
        why = [
            f"{decoded.rejected} spans have no ids, or no time" if decoded.rejected else "",
            f"{pruned} spans are from hours that were pruned" if pruned else "",
        ]
        return _accepted(kind, decoded.rejected + pruned, "; ".join(filter(None, why)))

    def _keep(self, decoded: Decoded) -> int:
        """Write what is to be kept; how many spans are from hours whose calls were pruned."""
        whole = whole_from(self._ledger)
        spans = [span for span in decoded.spans if span.started_at >= whole]
        records = self._records(spans)
        lines = [line_of(span, self._cleaning.value) for span in spans]
        with self._lock:
            append(self._ledger, records, self._process, self._whole(records, lines))
        return len(decoded.spans) - len(spans)

    def _records(self, spans: Sequence[Span]) -> list[Record]:
        found = (record_of(span, self._book) for span in spans)
        return [
            msgspec.structs.replace(each, call=self._cleaning.call(each.call)) for each in found if each is not None
        ]

    def _whole(self, records: Sequence[Record], lines: Sequence[SpanLine]) -> list[SpanLine]:
        """The spans of traces that hold a call by now; the others wait for theirs."""
        now = time.monotonic()
        self._gathering.expire(now)
        for line in lines:
            self._gathering.add(line.trace_id, line, now)
        called = {record.identity.trace_id for record in records}
        others = [trace_id for trace_id in self._gathering.traces if trace_id not in called]
        return self._gathering.take(called | traces_with_calls(self._ledger, others))


def inflated(body: bytes, encoding: str) -> bytes:
    """A body without its compression. Refuses one that is too large, damaged, or in another encoding."""
    if len(body) > MOST_BYTES:
        raise _RefusedError(413, f"a request has at most {MOST_BYTES} bytes")
    if encoding in ("", "identity"):
        return body
    if encoding not in ("gzip", "deflate"):
        raise _RefusedError(415, f"content-encoding is gzip, deflate or none, not {encoding}")
    reading = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)  # either of them, by how it begins
    try:
        found = reading.decompress(body, MOST_BYTES + 1)
    except zlib.error as error:
        raise MalformedError(f"this is no {encoding}: {error}") from None
    if len(found) > MOST_BYTES:
        raise _RefusedError(413, f"a request has at most {MOST_BYTES} bytes when it is inflated")
    if not reading.eof:
        raise MalformedError(f"this {encoding} breaks off")
    return found


def line_of(span: Span, clean: Callable[[Any], Any]) -> SpanLine:
    """A span as the ledger keeps it."""
    return SpanLine(
        trace_id=span.trace_id,
        span_id=span.span_id,
        parent_id=span.parent_id,
        name=str(clean(span.name[:256])),
        kind=span.kind,
        started_at=span.started_at,
        duration=span.duration,
        status=span.status,
        service=span.service,
        scope=span.scope[:256],
        attributes=kept(span.attributes, clean),
        source="otlp",
    )


def _accepted(kind: str, rejected: int, why: str) -> Reply:
    if kind == JSON:
        said = {"partialSuccess": {"rejectedSpans": str(rejected), "errorMessage": why}} if rejected else {}
        return Reply(200, msgspec.json.encode(said), JSON)
    service: Any = import_module("opentelemetry.proto.collector.trace.v1.trace_service_pb2")
    response = service.ExportTraceServiceResponse()
    if rejected:
        response.partial_success.rejected_spans = rejected
        response.partial_success.error_message = why
    return Reply(200, response.SerializeToString(), PROTOBUF)


def _refusal(kind: str, status: int, code: int, why: str) -> Reply:
    """A ``google.rpc.Status`` in the encoding of the request."""
    if kind != PROTOBUF:
        return Reply(status, msgspec.json.encode({"code": code, "message": why}), JSON)
    rpc: Any = import_module("google.rpc.status_pb2")
    return Reply(status, rpc.Status(code=code, message=why).SerializeToString(), PROTOBUF)
