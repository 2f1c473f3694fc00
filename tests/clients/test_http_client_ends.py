import gc
import http.client
import json
from collections.abc import Callable
from typing import Any

import pytest

from keeptabs.core.exchange import Ending

PATH = "/v1/chat/completions"
BODY = json.dumps({"model": "gpt-4o", "messages": []}).encode()
ANSWER = json.dumps({"id": "chatcmpl-1", "choices": []}).encode()
EVENTS = [b'data: {"n":0}\n\n', b'data: {"usage":{}}\n\n', b"data: [DONE]\n\n"]


def connect(wire: Any) -> http.client.HTTPConnection:
    return http.client.HTTPConnection("127.0.0.1", wire.server_address[1], timeout=5)


def ask(wire: Any, use: Callable[[http.client.HTTPResponse], Any], body: Any = BODY, **options: Any) -> Any:
    """POST, and what ``use`` makes of the response."""
    connection = connect(wire)
    try:
        connection.request("POST", PATH, body, {"Content-Type": "application/json"}, **options)
        with connection.getresponse() as response:
            return response.status, response.getheaders(), use(response), response.isclosed(), type(response.fp)
    finally:
        connection.close()


ENDS: dict[str, tuple[Callable[[http.client.HTTPResponse], Any], Ending]] = {
    "closed": (lambda response: (response.read(5), response.close()), Ending.CLOSED),
    "not read": (lambda response: response.close(), Ending.CLOSED),
    "with": (lambda response: response.__exit__(None, None, None), Ending.CLOSED),
}


@pytest.mark.parametrize("way", ENDS)
def test_a_body_that_is_left(wire: Any, noted: Any, way: str) -> None:
    """Closing before the end is noted as such."""
    wire.streams(EVENTS)
    use, ending = ENDS[way]
    noted.alike(lambda: ask(wire, use))
    assert [seen.ending for seen in noted.exchanges] == [ending]


def test_a_response_that_is_dropped(wire: Any, noted: Any) -> None:
    """A response without a reference is noted at once, as collected."""
    wire.script = [b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nsome"]
    gc.disable()
    try:
        connection = connect(wire)
        connection.request("POST", PATH, BODY)
        response: Any = connection.getresponse()
        response.read1(2)
        connection._HTTPConnection__response = None
        del response
        assert [seen.ending for seen in noted.exchanges] == [Ending.COLLECTED]
    finally:
        gc.enable()
    connection.close()


def test_a_request_whose_answer_nobody_wants(wire: Any, noted: Any) -> None:
    """It ends with its connection, or when that is used again."""
    wire.says(ANSWER)
    connection = connect(wire)
    connection.request("POST", PATH, BODY)
    connection.close()
    connection.request("POST", "/v1/files", BODY)
    assert connection.getresponse().read() == ANSWER
    connection.close()
    connection.request("POST", PATH, BODY)
    connection.close()
    del connection
    assert [(seen.ending, seen.response) for seen in noted.exchanges] == [(Ending.COLLECTED, None)] * 2


BROKEN = {
    "sized": b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-length: 99\r\n\r\nsome",
    "chunked": b"HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nsome",
    "no chunk": b"HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nsome\r\nzz\r\n",
    "between chunks": b"HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nsome\r\n",
}


@pytest.mark.parametrize("way", BROKEN)
def test_a_body_that_breaks_off(wire: Any, noted: Any, way: str) -> None:
    """The application gets its own exception, and the exchange has failed after what came."""
    wire.script = [BROKEN[way]]

    def do() -> Any:
        with pytest.raises((http.client.IncompleteRead, ValueError)) as caught:
            ask(wire, lambda response: response.read())
        return type(caught.value), caught.value.args

    noted.alike(do)
    (seen,) = noted.exchanges
    assert (seen.ending, seen.error, seen.response.body) == (Ending.FAILED, "IncompleteRead", b"some")


@pytest.mark.parametrize(
    ("answer", "error"),
    [(b"", http.client.RemoteDisconnected), (None, TimeoutError), (b"what?\r\n\r\n", http.client.BadStatusLine)],
    ids=["dropped", "timeout", "no HTTP"],
)
def test_an_answer_that_does_not_come(wire: Any, noted: Any, answer: bytes | None, error: type[Exception]) -> None:
    """The exception is the client's own, and is noted by its class."""
    wire.script = [answer]
    connection = http.client.HTTPConnection("127.0.0.1", wire.server_address[1], timeout=0.05)
    connection.request("POST", PATH, BODY)
    with pytest.raises(error):
        connection.getresponse()
    connection.close()
    assert [(seen.ending, seen.error, seen.response) for seen in noted.exchanges] == [
        (Ending.FAILED, error.__name__, None)
    ]


def test_a_timeout_in_the_middle_of_a_body(wire: Any, noted: Any) -> None:
    """A read that takes too long ends the recording with the exception that the application gets."""
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nsome"
    wire.script = [answer]
    connection = http.client.HTTPConnection("127.0.0.1", wire.server_address[1], timeout=0.05)
    connection.request("POST", PATH, BODY)
    response = connection.getresponse()
    assert response.read(4) == b"some"
    with pytest.raises(TimeoutError):
        response.read(4)
    response.close()
    connection.close()
    assert [(seen.ending, seen.error) for seen in noted.exchanges] == [(Ending.FAILED, "TimeoutError")]


def test_a_connection_that_is_refused(noted: Any, wire: Any) -> None:
    """Nobody listening is an exchange without an answer."""
    wire.shutdown()
    wire.server_close()
    with pytest.raises(ConnectionRefusedError):
        ask(wire, lambda response: response.read())
    assert [(seen.ending, seen.error) for seen in noted.exchanges] == [(Ending.FAILED, "ConnectionRefusedError")]
