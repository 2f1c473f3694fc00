import gc
import json
from collections.abc import Callable
from typing import Any

import pytest
import urllib3
from urllib3.exceptions import HTTPError

from keeptabs.core.exchange import Ending

PATH = "/v1/chat/completions"
BODY = json.dumps({"model": "gpt-4o", "messages": []}).encode()
ANSWER = json.dumps({"id": "chatcmpl-1", "choices": []}).encode()
REFUSAL = b'{"error":{"code":"slow_down"}}'
EVENTS = [b'data: {"n":0}\n\n', b'data: {"usage":{}}\n\n', b"data: [DONE]\n\n"]
NEVER = urllib3.Retry(total=False)


def post(url: str, use: Callable[[Any], Any] | None = None, **options: Any) -> Any:
    """POST through a manager, and what ``use`` makes of a response that is not read yet."""
    options = {"body": BODY, "retries": NEVER, "timeout": 5, "preload_content": use is None, **options}
    with urllib3.PoolManager() as manager:
        response = manager.request("POST", url, **options)
        return response.status, dict(response.headers), use(response) if use else response.data, response.closed


ENDS: dict[str, tuple[Callable[[Any], Any], Ending]] = {
    "closed": (lambda response: response.close(), Ending.CLOSED),
    "closed after some": (lambda response: (next(response.stream(5)), response.close()), Ending.CLOSED),
    "with": (lambda response: response.__exit__(None, None, None), Ending.CLOSED),
}


@pytest.mark.parametrize("way", ENDS)
@pytest.mark.parametrize("framing", ["sized", "chunked"])
def test_a_body_that_is_left(wire: Any, noted: Any, way: str, framing: str) -> None:
    """Closing before the end is noted as such."""
    wire.streams(EVENTS) if framing == "chunked" else wire.says(ANSWER)
    noted.alike(lambda: post(wire.url, ENDS[way][0]))
    assert [seen.ending for seen in noted.exchanges] == [ENDS[way][1]]


def test_a_response_that_is_dropped(wire: Any, noted: Any) -> None:
    """A response without a reference is noted at once, as collected."""
    wire.script = [b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nsome"]
    gc.disable()
    try:
        with urllib3.PoolManager() as manager:
            response: Any = manager.request("POST", wire.url, body=BODY, preload_content=False)
            assert next(response.stream(4)) == b"some"
            del response
            assert [seen.ending for seen in noted.exchanges] == [Ending.COLLECTED]
    finally:
        gc.enable()


HEAD = b"HTTP/1.1 200 OK\r\nConnection: close\r\n"
BROKEN = {
    "sized": HEAD + b"Content-length: 99\r\n\r\nsome",
    "chunked": HEAD + b"Transfer-Encoding: chunked\r\n\r\n9\r\nsome",
    "no chunk": HEAD + b"Transfer-Encoding: chunked\r\n\r\n4\r\nsome\r\nzz\r\n",
    "between chunks": HEAD + b"Transfer-Encoding: chunked\r\n\r\n4\r\nsome\r\n",
}


@pytest.mark.parametrize("way", BROKEN)
def test_a_body_that_breaks_off(wire: Any, noted: Any, way: str) -> None:
    """The application gets its own exception, and the exchange has failed after what came."""
    wire.script = [BROKEN[way]]

    def do() -> Any:
        with pytest.raises(HTTPError) as caught:
            post(wire.url, lambda response: list(response.stream(7)))
        return type(caught.value), str(caught.value)

    noted.alike(do)
    (seen,) = noted.exchanges
    assert (seen.ending, seen.error, seen.response.body) == (Ending.FAILED, "IncompleteRead", b"some")


@pytest.mark.parametrize(
    ("answer", "error"), [(b"", "ProtocolError"), (None, "ReadTimeoutError")], ids=["dropped", "timeout"]
)
def test_an_answer_that_does_not_come(wire: Any, noted: Any, answer: bytes | None, error: str) -> None:
    """The exception is the client's own, and is noted by its class."""
    wire.script = [answer]
    with pytest.raises(HTTPError) as caught:
        post(wire.url, timeout=0.05)
    assert type(caught.value).__name__ == error
    assert [(seen.ending, seen.error, seen.response) for seen in noted.exchanges] == [(Ending.FAILED, error, None)]


def test_each_try_is_noted(wire: Any, noted: Any) -> None:
    """Answers that a ``Retry`` does not take are noted with their headers and bodies, and so are errors."""
    wire.says(ANSWER)
    good = wire.script[0]
    wire.says(REFUSAL, 429, x_ratelimit_remaining_requests="0")
    wire.script = [wire.script[0], b"", good]
    retries = urllib3.Retry(3, status_forcelist=[429], allowed_methods=None, backoff_factor=0)
    for use in (None, lambda response: response.read()):
        assert post(wire.url, use, retries=retries)[2] == ANSWER
    for first, second, third in (noted.exchanges[:3], noted.exchanges[3:]):
        assert (first.ending, first.response.status, first.response.body) == (Ending.COMPLETE, 429, REFUSAL)
        assert first.response.headers.get("x-ratelimit-remaining-requests") == "0"
        assert (second.ending, second.error, second.response) == (Ending.FAILED, "ProtocolError", None)
        assert (third.ending, third.response.body) == (Ending.COMPLETE, ANSWER)
        assert first.request == second.request == third.request


@pytest.mark.parametrize("raises", [True, False])
def test_tries_that_are_used_up(wire: Any, noted: Any, raises: bool) -> None:
    """The last answer is noted once, whether the client raises for it or returns it."""
    wire.says(REFUSAL, 503)
    retries = urllib3.Retry(1, status_forcelist=[503], allowed_methods=None, raise_on_status=raises)
    if raises:
        with pytest.raises(urllib3.exceptions.MaxRetryError):
            post(wire.url, retries=retries)
    else:
        assert post(wire.url, retries=retries)[0] == 503
    assert len(noted.exchanges) == 2
    assert noted.exchanges[0].response.status == 503
    assert noted.exchanges[1].error == ("MaxRetryError" if raises else None)


def test_a_connection_that_is_refused_each_time(wire: Any, noted: Any) -> None:
    """Nobody listening is a try without an answer, as often as it is made."""
    wire.shutdown()
    wire.server_close()
    with pytest.raises(urllib3.exceptions.MaxRetryError):
        post(wire.url, retries=1)
    assert [seen.error for seen in noted.exchanges] == ["NewConnectionError", "MaxRetryError"]


@pytest.mark.parametrize("who", ["manager", "pool"])
def test_a_redirect_is_one_exchange(wire: Any, noted: Any, who: str) -> None:
    """What the client does to follow one is part of the same exchange."""
    wire.says(ANSWER)
    wire.script = [
        b"HTTP/1.1 307 Moved\r\nLocation: /v1/again/chat/completions\r\nContent-Length: 0\r\n\r\n",
        *wire.script,
    ]
    if who == "manager":
        assert post(wire.url, retries=2)[2] == ANSWER
    else:
        with urllib3.HTTPConnectionPool("127.0.0.1", wire.server_address[1]) as pool:
            assert pool.urlopen("POST", PATH, BODY).data == ANSWER
    assert [(seen.request.path, seen.response.status) for seen in noted.exchanges] == [(PATH, 200)]
    assert len(wire.requests) == 2
