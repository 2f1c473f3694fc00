"""HAR entries as exchanges."""

from __future__ import annotations

import base64
import gzip
from typing import Any

import pytest

from keeptabs.core.exchange import Ending, Headers, Timing
from keeptabs.core.wire import multipart
from keeptabs.recordings import EntryError
from keeptabs.recordings.har import exchange

URL = "https://api.openai.com/v1/chat/completions?api-version=1"
JSON = [{"name": "Content-Type", "value": "application/json"}]
GZIPPED = [*JSON, {"name": "Content-Encoding", "value": "gzip"}]
SSE = 'data: {"id": 1}\n\n'


def entry(request: dict[str, Any] | None = None, response: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """An entry with some parts of its own."""
    asked = {"method": "POST", "url": URL, "headers": JSON, "postData": {"mimeType": "", "text": "{}"}}
    answer = {"status": 200, "headers": JSON, "content": {"mimeType": "application/json", "text": "{}"}}
    return {"request": asked | (request or {}), "response": answer | (response or {}), **more}


def test_an_entry_is_an_exchange() -> None:
    """Method, URL, headers, bodies and status are where they belong."""
    found = exchange(entry({"postData": {"text": '{"model": "é"}'}}, {"status": 201}))
    assert (found.request.method, found.request.scheme, found.request.host) == ("POST", "https", "api.openai.com")
    assert (found.request.port, found.request.path, found.request.query) == (
        443,
        "/v1/chat/completions",
        "api-version=1",
    )
    assert found.request.body == '{"model": "é"}'.encode()
    assert found.response is not None
    assert (found.response.status, found.response.body) == (201, b"{}")
    assert found.response.headers.get("content-type") == "application/json"
    assert not found.streamed


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("http://localhost/v1/x", ("http", "localhost", 80, "/v1/x")),
        ("http://localhost:11434/v1/x", ("http", "localhost", 11434, "/v1/x")),
        ("https://[::1]:8000", ("https", "::1", 8000, "/")),
        ("wss://api.openai.com/v1/realtime", ("wss", "api.openai.com", 443, "/v1/realtime")),
        ("data:text/plain,x", ("data", "", 443, "text/plain,x")),
    ],
)
def test_urls_are_taken_apart(url: str, place: tuple[str, str, int, str]) -> None:
    """Also those that are no HTTP: they are entries, if no calls."""
    request = exchange(entry({"url": url})).request
    assert (request.scheme, request.host, request.port, request.path) == place


@pytest.mark.parametrize(
    ("headers", "content", "body"),
    [
        (JSON, {"text": base64.b64encode(b'{"a": 1}').decode(), "encoding": "base64"}, b'{"a": 1}'),
        (JSON, {"text": base64.b64encode(b'{"a": 1, "b": 2}').decode()}, b'{"a": 1, "b": 2}'),
        ([], {"text": base64.b64encode(SSE.encode()).decode(), "mimeType": "text/event-stream"}, SSE.encode()),
        (JSON, {"text": "bm90IEpTT04gYXQgYWxsLCBqdXN0IHRleHQ="}, b"bm90IEpTT04gYXQgYWxsLCBqdXN0IHRleHQ="),
        ([], {"text": "eyJhIjogMSwgImIiOiAyfQ==", "mimeType": "text/plain"}, b"eyJhIjogMSwgImIiOiAyfQ=="),
        (GZIPPED, {"text": "{}"}, b"{}"),
        (GZIPPED, {"text": base64.b64encode(gzip.compress(b"[1]")).decode(), "encoding": "base64"}, b"[1]"),
        ([], {"text": base64.b64encode(b"\xff\xfb\x00").decode(), "encoding": "BASE64"}, b"\xff\xfb\x00"),
        (JSON, {"text": "\ud800"}, b"?"),
        (JSON, {}, b""),
        (JSON, None, b""),
    ],
    ids=[
        "base64",
        "unmarked",
        "unmarked-sse",
        "no-json",
        "text",
        "decoded",
        "gzip",
        "binary",
        "surrogate",
        "no",
        "null",
    ],
)
def test_answers_are_decoded(headers: list[dict[str, str]], content: Any, body: bytes) -> None:
    """Marked base64 and what is still compressed; unmarked base64 only where the type's own beginning comes out."""
    found = exchange(entry(response={"headers": headers, "content": content}))
    assert found.response is not None
    assert found.response.body == body
    assert not found.gaps


def test_a_lying_content_encoding_is_a_gap() -> None:
    """A body that can be neither read nor decoded is left as it is, and that is told."""
    content = {"text": base64.b64encode(b"\xff\xfe").decode(), "encoding": "base64"}
    found = exchange(entry(response={"headers": GZIPPED, "content": content}))
    assert found.response is not None
    assert found.response.body == b"\xff\xfe"
    assert found.gaps == ("the body is not gzip, although content-encoding says so",)


@pytest.mark.parametrize(
    ("content", "streamed"),
    [
        ({"mimeType": "text/event-stream", "text": ""}, True),
        ({"mimeType": "", "text": SSE}, True),
        ({"mimeType": "text/plain", "text": "the data: none"}, False),
    ],
)
def test_streams_are_seen(content: dict[str, str], streamed: bool) -> None:
    """By the content-type, or else by the first bytes."""
    assert exchange(entry(response={"headers": [], "content": content})).streamed is streamed


FORM = 'multipart/form-data; boundary="B"'
FIELDS = [{"name": "model", "value": "whisper-1"}, {"name": "file", "fileName": "a.mp3", "value": "x" * 9}]


@pytest.mark.parametrize(
    "posted",
    [
        {"mimeType": FORM, "params": FIELDS},
        {"mimeType": FORM, "text": '--B\r\nx: y; name="model"\r\n\r\nwhisper-1\r\n--B--'},
        {
            "mimeType": FORM,
            "text": base64.b64encode(b'--B\r\nx; name="model"\r\n\r\nwhisper-1\r\n--B\r\n\xff--').decode(),
            "_encoding": "base64",
        },
    ],
    ids=["params", "text", "base64"],
)
def test_uploads_keep_their_fields(posted: dict[str, Any]) -> None:
    """As text, as marked base64, or as the fields that a browser made of it."""
    request = exchange(entry({"headers": [], "postData": posted})).request
    fields = multipart.fields(request.body, request.headers.get("content-type"))
    assert multipart.text(fields, "model") == "whisper-1"
    assert multipart.text(fields, "file") is None


NOON = 1_710_504_000_000_000_000


@pytest.mark.parametrize(
    ("times", "timing"),
    [
        ({"startedDateTime": "2024-03-15T12:00:00.000Z"}, Timing(started_at=NOON)),
        ({"startedDateTime": "2024-03-15T14:00:00+02:00", "time": 1.5}, Timing(started_at=NOON, duration=1_500_000)),
        (
            {"startedDateTime": "2024-03-15T12:00:00", "time": 5.0, "timings": {"receive": 2}},
            Timing(started_at=NOON, duration=5_000_000, first_chunk=3_000_000),
        ),
        ({"startedDateTime": "soon", "time": -1, "timings": {"receive": -1}}, Timing(started_at=NOON + 1_000_000_000)),
        ({"startedDateTime": "9999-01-01T00:00:00Z", "time": 1e300}, Timing(started_at=NOON + 1_000_000_000)),
    ],
    ids=["utc", "offset", "naive", "unreadable", "absurd"],
)
def test_times_are_nanoseconds(times: dict[str, Any], timing: Timing) -> None:
    """The start as it is written, else the Date of the answer; what makes no sense is not known."""
    headers = [{"name": "date", "value": "Fri, 15 Mar 2024 12:00:01 GMT"}]
    assert exchange(entry(response={"headers": headers}, **times)).timing == timing


@pytest.mark.parametrize("answer", [{"status": 0, "_error": "net::ERR_FAILED"}, {"status": 0}])
def test_an_entry_without_an_answer_is_a_failed_exchange(answer: dict[str, Any]) -> None:
    """Browsers write status 0 where the connection failed."""
    found = exchange(entry(response=answer))
    assert (found.response, found.ending, found.error) == (None, Ending.FAILED, answer.get("_error", "no answer"))


@pytest.mark.parametrize(
    ("damaged", "reason"),
    [
        (None, "Expected `object`, got `null`"),
        ({}, "Object missing required field `request`"),
        (entry({"url": 7}), "Expected `str`, got `int` - at `$.request.url`"),
        (entry({"url": "/v1/chat"}), "the URL of the request is not absolute"),
        (entry({"url": "https://h:port/"}), "the URL of the request cannot be read"),
        (entry({"headers": ["x"]}), "Expected `object`, got `str` - at `$.request.headers[0]`"),
        (entry(response={"status": "none"}), "Expected `int`, got `str` - at `$.response.status`"),
        (entry(response={"status": 7}), "7 is no HTTP status"),
        (entry(response={"content": {"text": "*", "encoding": "base64"}}), "a body that is marked as base64 is none"),
    ],
)
def test_damage_is_named(damaged: Any, reason: str) -> None:
    """What is wrong and where, without the content."""
    with pytest.raises(EntryError) as raised:
        exchange(damaged)
    assert str(raised.value) == reason


def test_headers_keep_their_order_and_their_doubles() -> None:
    """A header may stand there twice, and may have no value."""
    pairs = [{"name": "A", "value": "1"}, {"name": "a", "value": "2"}, {"name": "b"}]
    received = exchange(entry({"headers": pairs, "postData": None})).request.headers
    assert received == Headers(((b"A", b"1"), (b"a", b"2"), (b"b", b"")))
