import gc
import json
from collections.abc import Callable
from typing import Any

import pytest
import requests
from requests.adapters import HTTPAdapter
from urllib3 import Retry

from keeptabs.core.exchange import Ending
from keeptabs.patching.shield import shield

PATH = "/v1/chat/completions"
BODY = {"model": "gpt-4o", "messages": []}
ANSWER = json.dumps({"id": "chatcmpl-1", "choices": []}).encode()
REFUSAL = b'{"error":{"code":"slow_down"}}'
EVENTS = [b'data: {"n":0}\n\n', b'data: {"usage":{}}\n\n', b"data: [DONE]\n\n"]


def session() -> requests.Session:
    made = requests.Session()
    made.trust_env = False
    return made


def post(url: str, use: Callable[[Any], Any] | None = None, **options: Any) -> Any:
    """POST, and what ``use`` makes of a response that is not read yet."""
    options = {"json": BODY, "timeout": 5, "stream": use is not None, **options}
    with session() as client, client.post(url, **options) as response:
        return response.status_code, use(response) if use else response.content


@pytest.mark.parametrize("status", [400, 429, 500])
def test_a_refusal(wire: Any, noted: Any, status: int) -> None:
    """An error status is an answer, and one that a hook raises for is noted with its status."""
    wire.says(REFUSAL, status)
    noted.alike(lambda: post(wire.url))

    def hook(response: Any, *args: Any, **kwargs: Any) -> None:
        response.raise_for_status()

    with pytest.raises(requests.HTTPError) as caught:
        post(wire.url, hooks={"response": hook})
    assert caught.value.response.content == REFUSAL
    plain, raised = noted.exchanges
    assert (plain.response.status, plain.response.body, plain.ending) == (status, REFUSAL, Ending.COMPLETE)
    assert (raised.response.status, raised.error, raised.ending) == (status, "HTTPError", Ending.FAILED)


@pytest.mark.parametrize("some", [0, 1])
def test_a_stream_that_is_left(wire: Any, noted: Any, some: int) -> None:
    """Closing before the end is noted as such."""
    wire.streams(EVENTS)
    noted.alike(lambda: post(wire.url, lambda response: [next(response.iter_content(5)) for _ in range(some)]))
    assert [seen.ending for seen in noted.exchanges] == [Ending.CLOSED]


def test_a_stream_that_is_dropped(wire: Any, noted: Any) -> None:
    """A response without a reference is noted at once, as collected."""
    wire.script = [b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nsome"]
    gc.disable()
    try:
        with session() as client:
            response: Any = client.post(wire.url, json=BODY, stream=True)
            del response
            assert [seen.ending for seen in noted.exchanges] == [Ending.COLLECTED]
    finally:
        gc.enable()


@pytest.mark.parametrize("stream", [True, False])
def test_a_body_that_breaks_off(wire: Any, noted: Any, stream: bool) -> None:
    """The application gets its own exception, and the exchange has failed."""
    wire.script = [b"HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nsome\r\n"]

    def do() -> Any:
        with pytest.raises(requests.exceptions.ChunkedEncodingError) as caught:
            post(wire.url, (lambda response: response.content) if stream else None)
        return str(caught.value)

    noted.alike(do)
    (seen,) = noted.exchanges
    assert (seen.ending, seen.error) == (Ending.FAILED, "IncompleteRead" if stream else "ChunkedEncodingError")


@pytest.mark.parametrize(
    ("answer", "error"), [(b"", "ConnectionError"), (None, "ReadTimeout")], ids=["dropped", "timeout"]
)
def test_an_answer_that_does_not_come(wire: Any, noted: Any, answer: bytes | None, error: str) -> None:
    """The exception is the client's own, and is noted by its class."""
    wire.script = [answer]
    with pytest.raises(requests.RequestException) as caught:
        post(wire.url, timeout=0.05)
    assert type(caught.value).__name__ == error
    assert [(seen.ending, seen.error, seen.response) for seen in noted.exchanges] == [(Ending.FAILED, error, None)]


@pytest.mark.parametrize("stream", [True, False])
def test_each_try_of_an_adapter_is_noted(wire: Any, noted: Any, stream: bool) -> None:
    """Below one send, each try that urllib3 makes is an exchange of its own."""
    wire.says(ANSWER)
    good = wire.script[0]
    wire.says(REFUSAL, 429, x_ratelimit_remaining_requests="0")
    wire.script = [wire.script[0], b"", good]
    with session() as client:
        client.mount("http://", HTTPAdapter(max_retries=Retry(3, status_forcelist=[429], allowed_methods=None)))
        assert client.post(wire.url, json=BODY, stream=stream).content == ANSWER
    first, second, third = noted.exchanges
    assert {seen.client for seen in noted.exchanges} == {"requests"}
    assert (first.ending, first.response.status, first.response.body) == (Ending.COMPLETE, 429, REFUSAL)
    assert first.response.headers.get("x-ratelimit-remaining-requests") == "0"
    assert (second.ending, second.error, second.response) == (Ending.FAILED, "ProtocolError", None)
    assert (third.ending, third.response.body) == (Ending.COMPLETE, ANSWER)


@pytest.mark.parametrize("stream", [True, False])
def test_a_redirect_is_one_exchange(wire: Any, noted: Any, stream: bool) -> None:
    """What the session does to follow one is part of the same exchange."""
    wire.says(ANSWER)
    again = b"HTTP/1.1 307 Moved\r\nLocation: /v1/again/chat/completions\r\nContent-Length: 0\r\n\r\n"
    wire.script = [again, *wire.script]
    noted.alike(lambda: post(wire.url, (lambda response: response.content) if stream else None)[1])
    assert [(seen.request.path, seen.response.status, seen.response.body) for seen in noted.exchanges] == [
        (PATH, 200, ANSWER)
    ]


@pytest.mark.parametrize("request_", [None, "no request", requests.Request("POST", f"http://h{PATH}")])
def test_a_request_that_is_none(noted: Any, request_: Any) -> None:
    """What ``send`` does not take is refused by itself."""

    def do() -> Any:
        with session() as client, pytest.raises((AttributeError, ValueError)) as caught:
            client.send(request_)
        return type(caught.value), str(caught.value)

    noted.alike(do)
    assert noted.exchanges == []


@pytest.mark.parametrize("stage", ["wants", "begin"])
def test_a_fault_of_ours_leaves_the_call_alone(
    wire: Any, noted: Any, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    """Whatever breaks before the request, it is sent and answered."""
    monkeypatch.setattr(shield, "raises", False)
    wire.says(ANSWER)
    noted.breaks = stage
    noted.alike(lambda: post(wire.url))
    assert {fault.stage for fault in shield.drain()} <= {"recognise", "capture"}


@pytest.mark.parametrize("part", ["Recording.answered", "Recording.chunk", "Recording.finish"])
@pytest.mark.parametrize("stream", [True, False])
def test_a_broken_recording_leaves_the_call_alone(
    wire: Any, noted: Any, monkeypatch: pytest.MonkeyPatch, part: str, stream: bool
) -> None:
    """Whatever breaks while an answer is read, the application reads it as ever."""
    monkeypatch.setattr(shield, "raises", False)

    def broken(*args: Any, **kwargs: Any) -> Any:
        raise ValueError

    monkeypatch.setattr(f"keeptabs.patching.recording.{part}", broken)
    wire.streams(EVENTS)
    noted.alike(lambda: post(wire.url, (lambda response: list(response.iter_content(7))) if stream else None))
