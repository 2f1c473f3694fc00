import gzip
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from google.rpc.status_pb2 import Status
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse
from otlp_spans import BEGAN, GENAI_OPENAI, PARENT, SPAN, TRACE, protobuf, sent

from keeptabs.otlp import receive
from keeptabs.otlp.receive import JSON, PROTOBUF, Cleaning, Receiver
from keeptabs.pricing.book import Book
from keeptabs.store import rollups, spans
from keeptabs.store.database import reading, writing

CALL: dict[str, Any] = {"parentSpanId": PARENT, "attributes": GENAI_OPENAI}
OTHER = {**GENAI_OPENAI, "gen_ai.response.id": "2"}
ROOT: dict[str, Any] = {"spanId": PARENT, "name": "GET /orders", "kind": 2, "attributes": {"http.route": "/orders"}}


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    return tmp_path / "ledger.db"


@pytest.fixture
def receiver(ledger: Path) -> Receiver:
    return Receiver(ledger, Book(), Cleaning(call=lambda call: call, value=lambda said: said))


def calls(ledger: Path) -> list[tuple[Any, ...]]:
    with reading(ledger) as db:
        assert rollups.differences(db) == 0
        return db.execute("SELECT span_id, service, source, input, output, cost FROM calls ORDER BY span_id").fetchall()


def names(ledger: Path) -> list[str]:
    with reading(ledger) as db:
        return [span.name for span in spans.of_trace(db, TRACE)]


@pytest.mark.parametrize("encoding", ["", "gzip", "identity", " GZIP "])
@pytest.mark.parametrize("kind", [JSON, PROTOBUF, "application/json; charset=utf-8"])
def test_a_request_is_in_the_ledger_when_it_is_answered(
    receiver: Receiver, ledger: Path, kind: str, encoding: str
) -> None:
    """The call with its price, and the span above it, in either encoding; the answer is in that of the request."""
    body = protobuf(CALL, ROOT) if kind == PROTOBUF else sent(CALL, ROOT)
    reply = receiver.receive(gzip.compress(body) if "gzip" in encoding.lower() else body, kind, encoding)
    assert (reply.status, reply.content_type) == (200, kind.partition(";")[0])
    assert reply.body == (b"" if kind == PROTOBUF else b"{}")
    assert calls(ledger) == [(SPAN, "shop", "gen_ai", 3, 22, 13_650)]
    assert names(ledger) == ["GET /orders"]


def test_what_is_sent_again_counts_once(receiver: Receiver, ledger: Path) -> None:
    """An exporter that heard no answer sends the same request again."""
    for _ in range(2):
        assert receiver.receive(sent(CALL, ROOT), JSON).status == 200
    assert len(calls(ledger)) == 1
    assert names(ledger) == ["GET /orders"]


@pytest.mark.parametrize("order", [(ROOT, CALL), (CALL, ROOT)], ids=["the root first", "the call first"])
def test_a_trace_is_whole_whatever_comes_first(
    receiver: Receiver, ledger: Path, order: tuple[dict[str, Any], ...]
) -> None:
    """Spans wait for the call of their trace; those of traces without calls are not kept."""
    other = {**ROOT, "traceId": "c" * 32}
    for each in order:
        receiver.receive(sent(each, other), JSON)
    assert names(ledger) == ["GET /orders"]
    with reading(ledger) as db:
        assert spans.of_trace(db, "c" * 32) == []


def test_what_is_no_span_is_rejected_in_part(receiver: Receiver, ledger: Path) -> None:
    """The answer tells how many spans were not taken, and why."""
    broken = {"traceId": "1" * 32, "startTimeUnixNano": "0"}
    reply = receiver.receive(sent(broken, CALL), JSON)
    said = {"rejectedSpans": "1", "errorMessage": "1 spans have no ids, or no time"}
    assert msgspec.json.decode(reply.body) == {"partialSuccess": said}
    answered = ExportTraceServiceResponse.FromString(receiver.receive(protobuf(broken, CALL), PROTOBUF).body)
    assert answered.partial_success.rejected_spans == 1
    assert len(calls(ledger)) == 1


@pytest.mark.parametrize(
    ("body", "kind", "encoding", "status", "why"),
    [
        (b"{", JSON, "", 400, "this is no OTLP in JSON: "),
        (b"\xff", PROTOBUF, "", 400, "this is no OTLP in protobuf: "),
        (b"{}", JSON, "gzip", 400, "this is no gzip: "),
        (gzip.compress(b"{}" * 99)[:-9], JSON, "gzip", 400, "this gzip breaks off"),
        (b"{}", JSON, "br", 415, "content-encoding is gzip, deflate or none, not br"),
        (b"{}", "text/plain", "", 415, "OTLP is application/x-protobuf or application/json, not text/plain"),
        (b"{}", "", "", 415, "OTLP is application/x-protobuf or application/json, not a body without a type"),
        (b" " * 2_001, JSON, "", 413, "a request has at most 2000 bytes"),
        (gzip.compress(b" " * 2_001), JSON, "gzip", 413, "a request has at most 2000 bytes when it is inflated"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_what_cannot_be_taken_is_refused_in_one_line(
    receiver: Receiver, ledger: Path, monkeypatch: pytest.MonkeyPatch,
    body: bytes, kind: str, encoding: str, status: int, why: str,
) -> None:  # fmt: skip
    """The status says whether it is worth to be sent again, which it is not; nothing is kept."""
    monkeypatch.setattr(receive, "MOST_BYTES", 2_000)
    reply = receiver.receive(body, kind, encoding)
    message = Status.FromString(reply.body).message if kind == PROTOBUF else msgspec.json.decode(reply.body)["message"]
    assert reply.status == status
    assert message.startswith(why)
    assert "\n" not in message
    assert not ledger.exists() or calls(ledger) == []


@pytest.mark.parametrize("kind", [JSON, PROTOBUF])
def test_a_ledger_that_takes_nothing_asks_to_be_tried_again(receiver: Receiver, ledger: Path, kind: str) -> None:
    """503 is what an exporter tries again after."""
    ledger.mkdir()
    reply = receiver.receive(sent(CALL) if kind == JSON else protobuf(CALL), kind)
    assert reply.status == 503


def test_keys_and_contents_are_not_kept(ledger: Path) -> None:
    """Calls, attributes and names go by the guard, and messages are not kept at all."""

    def clean(said: Any) -> Any:
        return msgspec.json.decode(msgspec.json.encode(said).replace(b"hunter2", b"[gone]"))

    receiver = Receiver(
        ledger,
        Book(),
        Cleaning(call=lambda call: msgspec.structs.replace(call, tags=clean(call.tags)), value=clean),
    )
    attributes = {**GENAI_OPENAI, "keeptabs.tag.feature": "hunter2", "gen_ai.input.messages": "say it"}
    root = {**ROOT, "name": "GET /hunter2", "attributes": {"order": "hunter2", "input.value": "say it"}}
    assert receiver.receive(sent({**CALL, "attributes": attributes}, root), JSON).status == 200
    with reading(ledger) as db:
        kept = str(db.execute("SELECT * FROM calls").fetchall()) + str(db.execute("SELECT * FROM spans").fetchall())
    assert "hunter2" not in kept
    assert "say it" not in kept
    assert "[gone]" in kept


@pytest.mark.parametrize(
    "text", ["x" * 10_000, "a\0b", "\ud800", "\U0001f600" * 300], ids=["long", "zero", "half", "wide"]
)
def test_no_text_breaks_the_ledger(receiver: Receiver, ledger: Path, text: str) -> None:
    """Whoever sends may send anything; it is kept as far as it goes, or refused."""
    names = [*GENAI_OPENAI, "keeptabs.tag.feature", "user.id", "error.type"]
    said = {**dict.fromkeys(names, "here"), "gen_ai.operation.name": "chat"}
    own = {**said, "keeptabs.cost.status": "free", "keeptabs.user": "here", "keeptabs.outcome": "here"}
    for each in (sent({"name": "here", "attributes": said}), sent({"spanId": PARENT, "attributes": own})):
        reply = receiver.receive(each.replace(b"here", json.dumps(text)[1:-1].encode()), JSON)
        assert reply.status == (400 if text == "\ud800" else 200)
    if ledger.exists():
        with reading(ledger) as db:
            assert db.execute("SELECT max(length(detail)) < 9000 FROM calls").fetchone() in ((1,), (None,))


def test_hours_that_were_pruned_stay_as_they_are(receiver: Receiver, ledger: Path) -> None:
    """Their sums may hold the same calls already."""
    receiver.receive(sent(CALL), JSON)
    late = {**CALL, "spanId": "2" * 16, "startTimeUnixNano": str(BEGAN // 2), "endTimeUnixNano": str(BEGAN // 2 + 5)}
    with writing(ledger) as db:
        db.execute("INSERT INTO pruned VALUES (?, 0)", (BEGAN - 10**15,))
    reply = receiver.receive(sent(late, {**CALL, "spanId": "3" * 16, "attributes": OTHER}), JSON)
    said = {"rejectedSpans": "1", "errorMessage": "1 spans are from hours that were pruned"}
    assert msgspec.json.decode(reply.body) == {"partialSuccess": said}
    assert len(calls(ledger)) == 2
