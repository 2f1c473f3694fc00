import gzip
import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest

from keeptabs.core.exchange import Ending
from keeptabs.patching.shield import shield

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


def read_into(response: http.client.HTTPResponse) -> list[bytes]:
    buffer, got = bytearray(7), []
    while count := response.readinto(buffer):
        got.append(bytes(buffer[:count]))
    return got


READS: dict[str, Callable[[http.client.HTTPResponse], Any]] = {
    "read": lambda response: response.read(),
    "read in pieces": lambda response: [response.read(5) for _ in range(30)],
    "read1": lambda response: [response.read1(9) for _ in range(30)],
    "readinto": read_into,
    "lines": list,
    "readline": lambda response: [response.readline() for _ in range(30)],
    "peek": lambda response: (response.peek(4)[:1], response.read()),
}


@pytest.mark.parametrize("way", READS)
@pytest.mark.parametrize("framing", ["sized", "chunked", "unsized"])
def test_a_body_is_seen_however_it_is_read(wire: Any, noted: Any, way: str, framing: str) -> None:
    """The application reads what it would have, and the recording ends complete with the whole body."""
    whole = b"".join(EVENTS)
    if framing == "chunked":
        wire.streams(EVENTS)
    else:
        wire.says(whole, kind="text/event-stream")
        if framing == "unsized":
            wire.script = [wire.script[0].replace(b"Content-Length: %d\r\n" % len(whole), b"Connection: close\r\n")]
    noted.alike(lambda: ask(wire, READS[way]))
    (seen,) = noted.exchanges
    assert (seen.client, seen.streamed, seen.ending, seen.gaps) == ("http.client", False, Ending.COMPLETE, ())
    assert seen.response.body == whole
    assert seen.timing.bytes == len(whole)


def test_a_plain_call_is_noted_whole(wire: Any, noted: Any) -> None:
    """Address, headers and bodies are in the exchange, the query apart from the decoded path."""
    wire.says(ANSWER, x_request_id="req_1")
    connection = connect(wire)
    connection.request("POST", "/a%20b/v1/chat/completions?x=%2F#y", BODY.decode(), {"X-Given": "é"})
    assert connection.getresponse().read() == ANSWER
    connection.close()
    (seen,) = noted.exchanges
    request = seen.request
    assert (request.scheme, request.host, request.port) == ("http", "127.0.0.1", wire.server_address[1])
    assert (request.path, request.query, request.body) == ("/a b/v1/chat/completions", "x=%2F", BODY)
    assert dict(request.headers.raw)[b"X-Given"] == b"\xe9"
    assert (seen.response.status, seen.response.body) == (200, ANSWER)
    assert seen.response.headers.get("x-request-id") == "req_1"


@pytest.mark.parametrize(("method", "path"), [("GET", PATH), ("POST", "/v1/files"), ("POST", "/")])
def test_another_request_is_not_noted(wire: Any, noted: Any, method: str, path: str) -> None:
    """What is no LLM call leaves nothing behind, on the same connection as one that is."""
    wire.says(ANSWER)
    connection = connect(wire)
    for verb, asked in ((method, path), ("POST", PATH), (method, path)):
        connection.request(verb, asked, BODY)
        assert connection.getresponse().read() == ANSWER
    connection.close()
    assert [(seen.request.method, seen.request.path) for seen in noted.exchanges] == [("POST", PATH)]


def test_an_encoded_body_is_decoded_for_us_only(wire: Any, noted: Any) -> None:
    """The application has the bytes as they came, and the exchange has the plain ones."""
    coded = gzip.compress(ANSWER)
    wire.says(coded, content_encoding="gzip")
    assert noted.alike(lambda: ask(wire, lambda response: response.read()))[2] == coded
    assert noted.exchanges[0].response.body == ANSWER


def send_in_pieces(connection: http.client.HTTPConnection) -> None:
    connection.putrequest("POST", PATH)
    connection.putheader("Content-Length", str(len(BODY)))
    connection.endheaders()
    connection.send(BODY[:10])
    connection.send(BODY[10:])


SENDS: dict[str, tuple[Callable[[http.client.HTTPConnection], Any], bytes]] = {
    "put by hand": (send_in_pieces, BODY),
    "an iterable": (lambda connection: connection.request("POST", PATH, iter([BODY[:3], BODY[3:]])), b""),
    "bytes": (lambda connection: connection.request("POST", PATH, bytearray(BODY)), BODY),
    "nothing": (lambda connection: connection.request("POST", PATH), b""),
}


@pytest.mark.parametrize("way", SENDS)
def test_a_body_is_sent_as_it_was(wire: Any, noted: Any, way: str) -> None:
    """The server gets the same, and what is in memory or sent by hand is noted."""
    wire.says(ANSWER)
    send, body = SENDS[way]

    def do() -> Any:
        connection = connect(wire)
        send(connection)
        got = connection.getresponse().read()
        connection.close()
        return got, wire.requests[-1]

    noted.alike(do)
    assert noted.exchanges[0].request.body == body


@pytest.mark.parametrize("way", ["forwarded", "tunnelled"])
def test_behind_a_proxy_the_host_is_the_targets(wire: Any, noted: Any, way: str) -> None:
    """Whether the proxy forwards or tunnels, the request went to whom it names."""
    wire.says(ANSWER)
    connection = connect(wire)
    if way == "tunnelled":
        wire.script = [b"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", wire.script[0]]
        connection.set_tunnel("api.example", 8080)
        connection.request("POST", PATH, BODY)
    else:
        connection.request("POST", f"http://api.example:8080{PATH}?x=1", BODY)
    assert connection.getresponse().read() == ANSWER
    connection.close()
    request = noted.exchanges[0].request
    assert (request.scheme, request.host, request.port, request.path) == ("http", "api.example", 8080, PATH)


def test_urllib_request(wire: Any, noted: Any) -> None:
    """``urlopen`` stands on the same, and so do its errors and its redirects."""
    wire.says(ANSWER)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    post = urllib.request.Request(wire.url, BODY, {"Content-Type": "application/json"})

    def do() -> Any:
        with opener.open(post, timeout=5) as response:
            return response.status, response.read()

    noted.alike(do)
    wire.says(b'{"error":{}}', 429)
    with pytest.raises(urllib.error.HTTPError) as caught:
        opener.open(post, timeout=5)
    with caught.value:
        assert caught.value.read() == b'{"error":{}}'
    assert [(seen.response.status, seen.response.body) for seen in noted.exchanges] == [
        (200, ANSWER),
        (429, b'{"error":{}}'),
    ]
    assert noted.exchanges[0].request.body == BODY


@pytest.mark.parametrize("stage", ["wants", "begin"])
def test_a_fault_of_ours_leaves_the_call_alone(
    wire: Any, noted: Any, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    """Whatever breaks before the request, it is sent and answered, and the fault is counted."""
    monkeypatch.setattr(shield, "raises", False)
    wire.says(ANSWER)
    noted.breaks = stage
    assert ask(wire, lambda response: response.read())[2] == ANSWER
    assert sum(shield.drain().values()) == 1


def test_a_response_is_left_as_it_was(wire: Any, noted: Any) -> None:
    """What is set on its file while a body is read is gone afterwards."""
    wire.says(ANSWER)
    connection = connect(wire)
    connection.request("POST", PATH, BODY)
    response: Any = connection.getresponse()
    file = response.fp
    assert vars(file)
    response.read()
    assert vars(file) == {}
    connection.close()
