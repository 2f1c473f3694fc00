import copy
import gzip
import json
import pickle
import zlib
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
import requests
import requests_cache
from requests.adapters import BaseAdapter

from keeptabs.core.exchange import Ending

PATH = "/v1/chat/completions"
BODY = {"model": "gpt-4o", "messages": []}
ANSWER = json.dumps({"id": "chatcmpl-1", "choices": []}).encode()
EVENTS = [b'data: {"n":0}\n\n', b'data: {"usage":{}}\n\n', b"data: [DONE]\n\n"]


def session() -> requests.Session:
    made = requests.Session()
    made.trust_env = False
    return made


def state(response: requests.Response) -> dict[str, Any]:
    """What an application can see of a response, but for what differs from call to call."""
    raw: Any = response.raw
    seen = {name: value for name, value in vars(response).items() if name not in ("raw", "connection", "elapsed")}
    seen.update(request=vars(response.request), history=[state(before) for before in response.history])
    seen.update(headers=dict(response.headers), cookies=list(response.cookies))
    seen["request"] = {**seen["request"], "_cookies": None, "headers": dict(response.request.headers)}
    files = (type(raw), vars(raw).keys(), type(raw._fp), type(getattr(raw._fp, "fp", None)), raw.closed, repr(raw)[:40])
    return {**seen, "type": type(response), "repr": repr(response), "raw": files}


def post(url: str, use: Callable[[Any], Any] | None = None, **options: Any) -> Any:
    """POST, and what ``use`` makes of a response that is not read yet, with its state before and after."""
    options = {"json": BODY, "timeout": 5, "stream": use is not None, **options}
    with session() as client, client.post(url, **options) as response:
        before = state(response)
        return before, use(response) if use else response.content, state(response)


READS: dict[str, Callable[[Any], Any]] = {
    "content": lambda response: (response.content, response.text),
    "chunks": lambda response: list(response.iter_content(7)),
    "chunks of what comes": lambda response: list(response.iter_content(None)),
    "lines": lambda response: list(response.iter_lines()),
    "iterated": list,
    "raw": lambda response: response.raw.read(),
    "raw decoded": lambda response: response.raw.read(decode_content=True),
    "raw in pieces": lambda response: [response.raw.read(5) for _ in range(30)],
    "raw stream": lambda response: list(response.raw.stream(9, decode_content=True)),
    "pickled": lambda response: pickle.loads(pickle.dumps(response)).content,
    "copied": lambda response: copy.copy(response).content,
}


ENCODINGS: dict[str, Callable[[bytes], bytes]] = {"identity": bytes, "gzip": gzip.compress, "deflate": zlib.compress}


@pytest.mark.parametrize("way", READS)
@pytest.mark.parametrize("coding", ENCODINGS)
@pytest.mark.parametrize("framing", ["sized", "chunked"])
def test_a_stream_is_seen_however_it_is_read(wire: Any, noted: Any, way: str, coding: str, framing: str) -> None:
    """The application reads and sees what it would have, and the recording has the whole decoded body."""
    whole = b"".join(EVENTS)
    coded = ENCODINGS[coding](whole)
    if framing == "chunked":
        wire.streams([coded[:9], coded[9:30], coded[30:]], content_encoding=coding)
    else:
        wire.says(coded, kind="text/event-stream", content_encoding=coding)
    noted.alike(lambda: post(wire.url, READS[way]))
    (seen,) = noted.exchanges
    assert (seen.client, seen.streamed, seen.ending, seen.gaps) == ("requests", True, Ending.COMPLETE, ())
    assert seen.response.body == whole


@pytest.mark.parametrize("coding", ENCODINGS)
def test_a_plain_call_is_noted_whole(wire: Any, noted: Any, coding: str) -> None:
    """Address, headers and bodies are in the exchange, the answer decoded."""
    wire.says(ENCODINGS[coding](ANSWER), content_encoding=coding, x_request_id="req_1")
    noted.alike(lambda: post(f"{wire.url}?x=%2F", headers={"Authorization": b"Bearer none"}))
    (seen,) = noted.exchanges
    request = seen.request
    assert (request.scheme, request.host, request.port) == ("http", "127.0.0.1", wire.server_address[1])
    assert (request.path, request.query, json.loads(request.body)) == (PATH, "x=%2F", BODY)
    assert request.headers.get("authorization") == "Bearer none"
    assert (seen.streamed, seen.ending, seen.cached) == (False, Ending.COMPLETE, False)
    assert (seen.response.status, seen.response.body) == (200, ANSWER)
    assert seen.response.headers.get("x-request-id") == "req_1"


@pytest.mark.parametrize(
    ("method", "path"), [("GET", PATH), ("POST", "/v1/files"), ("POST", "/v1/traces"), ("POST", "/")]
)
def test_another_request_is_not_noted(wire: Any, noted: Any, method: str, path: str) -> None:
    """What is no LLM call passes as if nothing were there, as what OpenTelemetry's exporter sends."""
    wire.says(ANSWER)
    with session() as client:
        assert client.request(method, wire.url.replace(PATH, path), json=BODY).content == ANSWER
    assert noted.exchanges == []


@pytest.mark.parametrize("kind", ["files", "text", "file", "generator"])
def test_a_body_is_sent_as_it_was(wire: Any, noted: Any, kind: str) -> None:
    """The server gets the same; a form is noted up to its files, and what is made or read on the way is not seen."""
    wire.says(ANSWER)
    text = json.dumps(BODY)

    def do() -> Any:
        options: dict[str, Any] = {
            "files": {"data": {"model": "m"}, "files": {"file": ("a.mp3", b"x" * 300_000)}},
            "text": {"data": text},
            "file": {"data": BytesIO(text.encode())},
            "generator": {"data": iter([text[:9].encode(), text[9:].encode()])},
        }[kind]
        with session() as client:
            response = client.post(wire.url, **options)
        return len(wire.requests[-1][2]), type(response.request.body)

    size, _ = noted.alike(do)
    body = noted.exchanges[0].request.body
    if kind == "files":
        assert (body, b'name="model"' in body) == (wire.requests[-1][2][: 128 * 1024], True)
        assert size > 300_000
    else:
        assert body == (text.encode() if kind == "text" else b"")


def test_behind_a_proxy_the_host_is_the_targets(wire: Any, noted: Any) -> None:
    """The request went to whom it names, not to who forwards it."""
    wire.says(ANSWER)
    proxies = {"http": f"http://127.0.0.1:{wire.server_address[1]}"}
    post(f"http://api.example:8080{PATH}", proxies=proxies)
    request = noted.exchanges[0].request
    assert (request.scheme, request.host, request.port, request.path) == ("http", "api.example", 8080, PATH)


@pytest.mark.parametrize("stream", [True, False])
def test_an_answer_from_a_cache(wire: Any, noted: Any, stream: bool) -> None:
    """A hit of requests-cache is noted as cached, and what it stands for is not asked again."""
    wire.says(ANSWER)
    cached = requests_cache.CachedSession(
        backend="memory", allowable_methods=["POST"], expire_after=timedelta(minutes=1), match_headers=False
    )
    cached.trust_env = False
    with cached as client:
        for _ in range(3):
            assert client.post(wire.url, json=BODY, stream=stream).content == ANSWER
    assert len(wire.requests) == 1
    assert [seen.cached for seen in noted.exchanges] == [False, True, True]
    assert {seen.response.body for seen in noted.exchanges} == {ANSWER}
    assert {seen.ending for seen in noted.exchanges} == {Ending.COMPLETE}


class Own(BaseAdapter):
    """An adapter that answers from a file of its own, or from nothing."""

    def __init__(self, raw: Any) -> None:
        super().__init__()
        self.raw = raw

    def send(self, request: Any, *args: Any, **kwargs: Any) -> requests.Response:
        response = requests.Response()
        response.status_code, response.raw, response.request = 200, self.raw, request
        return response

    def close(self) -> None:
        """Nothing is open."""


@pytest.mark.parametrize(("raw", "body"), [(ANSWER, ANSWER), (None, b"")], ids=["a file", "nothing"])
@pytest.mark.parametrize("stream", [True, False])
def test_an_adapter_of_the_applications_own(noted: Any, raw: bytes | None, body: bytes, stream: bool) -> None:
    """Whatever stands for the raw response, the application reads it, and it is noted where it can be."""

    def do() -> Any:
        with session() as client:
            client.mount("own://", Own(None if raw is None else BytesIO(raw)))
            response = client.post(f"own://h{PATH}", json=BODY, stream=stream)
            return list(response.iter_content(5)) if raw and stream else response.content

    noted.alike(do)
    (seen,) = noted.exchanges
    assert seen.ending is Ending.COMPLETE
    assert (seen.response.body if seen.response else b"") == body
