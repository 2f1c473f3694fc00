import gzip
import json
import zlib
from collections.abc import Callable
from itertools import islice
from typing import Any

import pytest
import urllib3

from keeptabs.core.exchange import Ending
from keeptabs.patching.shield import shield

PATH = "/v1/chat/completions"
BODY = json.dumps({"model": "gpt-4o", "messages": []}).encode()
ANSWER = json.dumps({"id": "chatcmpl-1", "choices": []}).encode()
EVENTS = [b'data: {"n":0}\n\n', b'data: {"usage":{}}\n\n', b"data: [DONE]\n\n"]
NEVER = urllib3.Retry(total=False)


def post(url: str, use: Callable[[Any], Any] | None = None, **options: Any) -> Any:
    """POST through a manager, and what ``use`` makes of a response that is not read yet."""
    options = {"body": BODY, "retries": NEVER, "timeout": 5, "preload_content": use is None, **options}
    with urllib3.PoolManager() as manager:
        response = manager.request("POST", url, **options)
        return response.status, dict(response.headers), use(response) if use else response.data, response.closed


def read_into(response: Any) -> list[bytes]:
    buffer, got = bytearray(7), []
    while count := response.readinto(buffer):
        got.append(bytes(buffer[:count]))
    return got


READS: dict[str, Callable[[Any], Any]] = {
    "data": lambda response: response.data,
    "read": lambda response: response.read(),
    "read cached": lambda response: (response.read(cache_content=True), response.data),
    "read in pieces": lambda response: [response.read(5) for _ in range(30)],
    "read encoded": lambda response: response.read(decode_content=False),
    "stream": lambda response: list(response.stream(7)),
    "stream of what comes": lambda response: list(response.stream(None)),
    "stream encoded": lambda response: list(response.stream(7, decode_content=False)),
    "lines": list,
    "readinto": read_into,
    "drained": lambda response: response.drain_conn(),
    "read and released": lambda response: (response.read(), response.release_conn()),
}


ENCODINGS: dict[str, Callable[[bytes], bytes]] = {"identity": bytes, "gzip": gzip.compress, "deflate": zlib.compress}


@pytest.mark.parametrize("way", READS)
@pytest.mark.parametrize("coding", ENCODINGS)
@pytest.mark.parametrize("framing", ["sized", "chunked"])
def test_a_body_is_seen_however_it_is_read(wire: Any, noted: Any, way: str, coding: str, framing: str) -> None:
    """The application reads what it would have, and the recording ends complete with the whole decoded body."""
    whole = b"".join(EVENTS)
    coded = ENCODINGS[coding](whole)
    if framing == "chunked":
        wire.streams([coded[:9], coded[9:30], coded[30:]], content_encoding=coding)
    else:
        wire.says(coded, kind="text/event-stream", content_encoding=coding)
    noted.alike(lambda: post(wire.url, READS[way]))
    (seen,) = noted.exchanges
    assert (seen.client, seen.streamed, seen.ending, seen.gaps) == ("urllib3", False, Ending.COMPLETE, ())
    assert seen.response.body == whole


def test_chunks_are_seen_as_they_are(wire: Any, noted: Any) -> None:
    """``read_chunked`` gives each chunk by itself, and nothing is held back."""
    wire.streams(EVENTS)
    assert noted.alike(lambda: post(wire.url, lambda response: list(response.read_chunked())))[2] == EVENTS
    assert [seen.timing.chunks for seen in noted.exchanges] == [3]


@pytest.mark.parametrize("decode", [True, False])
def test_a_body_that_is_read_at_once(wire: Any, noted: Any, decode: bool) -> None:
    """A preloaded answer is noted decoded, whether or not the application wants it so."""
    wire.says(gzip.compress(ANSWER), content_encoding="gzip", x_request_id="req_1")
    noted.alike(lambda: post(f"{wire.url}?x=%2F", headers={"Authorization": "Bearer none"}, decode_content=decode))
    (seen,) = noted.exchanges
    request = seen.request
    assert (request.scheme, request.host, request.port) == ("http", "127.0.0.1", wire.server_address[1])
    assert (request.path, request.query, request.body) == (PATH, "x=%2F", BODY)
    assert request.headers.get("authorization") == "Bearer none"
    assert (seen.response.status, seen.response.body) == (200, ANSWER)
    assert seen.response.headers.get("x-request-id") == "req_1"


@pytest.mark.parametrize(("method", "path"), [("GET", PATH), ("POST", "/v1/files"), ("POST", "/")])
def test_another_request_is_not_noted(wire: Any, noted: Any, method: str, path: str) -> None:
    """What is no LLM call passes as if nothing were there."""
    wire.says(ANSWER)
    with urllib3.PoolManager() as manager:
        assert manager.request(method, wire.url.replace(PATH, path), body=BODY).data == ANSWER
    assert noted.exchanges == []


def test_what_every_request_of_a_manager_sends(wire: Any, noted: Any) -> None:
    """Headers that the manager or the pool adds are noted where the call gives none."""
    wire.says(ANSWER)
    always = {"OpenAI-Organization": "org"}
    with urllib3.PoolManager(headers=always) as manager:
        manager.request("POST", wire.url, body=BODY)
    with urllib3.HTTPConnectionPool("127.0.0.1", wire.server_address[1], headers=always) as pool:
        pool.urlopen("POST", PATH, BODY)
    assert [seen.request.headers.get("openai-organization") for seen in noted.exchanges] == ["org", "org"]
    assert [seen.request.body for seen in noted.exchanges] == [BODY, BODY]


@pytest.mark.parametrize("kind", ["fields", "text", "file", "iterable"])
def test_a_body_is_sent_as_it_was(wire: Any, noted: Any, kind: str, tmp_path: Any) -> None:
    """The server gets the same; a form is noted up to its files, and what is made or read on the way is not seen."""
    wire.says(ANSWER)
    file = tmp_path / "body"
    file.write_bytes(BODY)

    def do() -> Any:
        with file.open("rb") as opened:
            options: dict[str, Any] = {
                "fields": {"fields": {"model": "m", "file": ("a.mp3", b"x" * 300_000)}, "multipart_boundary": "edge"},
                "text": {"body": BODY.decode()},
                "file": {"body": opened},
                "iterable": {"body": iter([BODY[:9], BODY[9:]])},
            }[kind]
            with urllib3.PoolManager() as manager:
                manager.request("POST", wire.url, **options)
        return wire.requests[-1]

    sent = noted.alike(do)[2]
    body = noted.exchanges[0].request.body
    assert body == {"fields": sent[: 128 * 1024], "text": BODY}.get(kind, b"")
    assert kind != "fields" or (b'name="model"' in body and len(sent) > 300_000)


def test_behind_a_proxy_the_host_is_the_targets(wire: Any, noted: Any) -> None:
    """The request went to whom it names, not to who forwards it."""
    wire.says(ANSWER)
    with urllib3.ProxyManager(f"http://127.0.0.1:{wire.server_address[1]}") as manager:
        manager.request("POST", f"http://api.example:8080{PATH}", body=BODY)
    assert "http://api.example:8080" in wire.requests[0][0]
    request = noted.exchanges[0].request
    assert (request.scheme, request.host, request.port, request.path) == ("http", "api.example", 8080, PATH)


@pytest.mark.parametrize("stage", ["wants", "begin"])
def test_a_fault_of_ours_leaves_the_call_alone(
    wire: Any, noted: Any, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    """Whatever breaks before the request, it is sent and answered, and the fault is counted by each client."""
    monkeypatch.setattr(shield, "raises", False)
    wire.says(ANSWER)
    noted.breaks = stage
    assert post(wire.url)[2] == ANSWER
    assert {fault.stage for fault in shield.drain()} <= {"recognise", "capture"}
    assert noted.exchanges == []


@pytest.mark.parametrize("target", ["watch", "pairs"])
def test_a_fault_at_the_answer_leaves_the_call_alone(
    wire: Any, noted: Any, monkeypatch: pytest.MonkeyPatch, target: str
) -> None:
    """Where the answer cannot be looked at nothing is said of it, and it is read as ever."""
    monkeypatch.setattr(shield, "raises", False)

    def broken(*args: Any) -> Any:
        raise ValueError

    monkeypatch.setattr(f"keeptabs.clients.urllib3.{target}", broken)
    wire.says(ANSWER)
    assert post(wire.url, lambda response: response.read())[2] == ANSWER
    assert [seen.response for seen in noted.exchanges] == [None]


@pytest.mark.parametrize("arguments", [(), ("POST",), (None, None), ("POST", 1)])
def test_a_call_that_is_none(noted: Any, arguments: Any) -> None:
    """Arguments that ``urlopen`` does not take are refused by itself."""

    def do() -> Any:
        pool = urllib3.HTTPConnectionPool("127.0.0.1", 9)
        with pytest.raises((TypeError, AttributeError)) as caught:
            pool.urlopen(*arguments)
        return type(caught.value), str(caught.value)

    noted.alike(do)
    assert noted.exchanges == []


def test_the_methods_still_look_like_themselves(noted: Any) -> None:
    """Names and documentation of the wrapped methods are the client's own."""
    assert urllib3.HTTPConnectionPool.urlopen.__name__ == "urlopen"
    assert "Get a connection from the pool" in (urllib3.HTTPConnectionPool.urlopen.__doc__ or "")
    assert list(islice(urllib3.Retry.increment.__code__.co_varnames, 3)) == ["self", "method", "url"]
