import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest

from keeptabs.core.exchange import Ending
from keeptabs.patching.shield import shield

URL = "https://api.openai.com/v1/chat/completions"
BODY = {"model": "gpt-4o", "messages": []}
ANSWER = {"id": "chatcmpl-1", "choices": []}
EVENTS = [b'data: {"n":0}\n\n', b'data: {"usage":{}}\n\n', b"data: [DONE]\n\n"]

Handler = Callable[[Any], Any]


def chunks() -> Iterator[bytes]:
    yield from EVENTS


async def achunks() -> AsyncIterator[bytes]:
    for event in EVENTS:
        yield event


class World:
    """One module's client, sync or async, behind one way to call it."""

    def __init__(self, module: Any, kind: str) -> None:
        self.module, self.kind = module, kind

    def post(self, handler: Handler, use: Callable[[Any], Any] | None = None, **options: Any) -> Any:
        """POST through a transport of ours; ``use`` gets the response while it is open."""
        options = options or {"json": BODY}
        if self.kind == "sync":
            with self.module.Client(transport=self.module.MockTransport(handler)) as client:
                request = client.build_request("POST", URL, **options)
                response = client.send(request, stream=use is not None)
                return use(response) if use else response
        return asyncio.run(self._apost(handler, use, options))

    async def _apost(self, handler: Handler, use: Callable[[Any], Any] | None, options: dict[str, Any]) -> Any:
        async with self.module.AsyncClient(transport=self.module.MockTransport(handler)) as client:
            request = client.build_request("POST", URL, **options)
            response = await client.send(request, stream=use is not None)
            return await use(response) if use else response

    def stream(self, status: int = 200, **headers: str) -> Handler:
        """A handler that answers with an event stream."""
        content = chunks if self.kind == "sync" else achunks
        head = {"content-type": "text/event-stream", **headers}
        return lambda request: self.module.Response(status, headers=head, content=content())


@pytest.fixture(params=["sync", "async"])
def world(module: Any, request: pytest.FixtureRequest) -> World:
    return World(module, request.param)


def answer(world: World, **headers: str) -> Handler:
    return lambda request: world.module.Response(200, json=ANSWER, headers=headers)


def test_a_plain_call_is_noted_whole(world: World, notebook: Any) -> None:
    """Request and response are in the exchange, and the application has its own response."""
    response = world.post(answer(world, **{"x-request-id": "req_1"}))
    assert type(response) is world.module.Response
    assert response.json() == ANSWER
    (seen,) = notebook.exchanges
    assert (seen.client, seen.streamed, seen.ending) == (world.module.__name__, False, Ending.COMPLETE)
    assert (seen.request.host, seen.request.port, seen.request.path) == ("api.openai.com", 443, "/v1/chat/completions")
    assert json.loads(seen.request.body) == BODY
    assert json.loads(seen.response.body) == ANSWER
    assert seen.response.headers.get("X-Request-Id") == "req_1"


def test_another_call_is_not_noted(world: World, notebook: Any) -> None:
    """A request to another path passes as if nothing were there."""
    if world.kind == "sync":
        with world.module.Client(transport=world.module.MockTransport(answer(world))) as client:
            assert client.post("https://api.openai.com/v1/files").json() == ANSWER
    assert notebook.exchanges == []


def test_a_stream_is_noted_when_it_ends(world: World, notebook: Any) -> None:
    """Nothing is held back: the chunks pass as they are, and the exchange is there after the last one."""

    def read(response: Any) -> Any:
        assert notebook.exchanges == []
        assert isinstance(response.stream, world.module.SyncByteStream)
        return list(response.iter_raw())

    async def aread(response: Any) -> Any:
        assert isinstance(response.stream, world.module.AsyncByteStream)
        return [chunk async for chunk in response.aiter_raw()]

    got = world.post(world.stream(), read if world.kind == "sync" else aread)
    (seen,) = notebook.exchanges
    assert got == EVENTS
    assert (seen.streamed, seen.ending, seen.timing.chunks) == (True, Ending.COMPLETE, 3)
    assert seen.response.body == b"".join(EVENTS)


def test_a_stream_that_is_closed_early(world: World, notebook: Any) -> None:
    """Closing before the end is noted as such, and the response is closed."""

    def read(response: Any) -> Any:
        next(response.iter_raw())
        response.close()
        return response

    async def aread(response: Any) -> Any:
        async for _ in response.aiter_raw():
            break
        await response.aclose()
        return response

    response = world.post(world.stream(), read if world.kind == "sync" else aread)
    assert response.is_closed
    assert [seen.ending for seen in notebook.exchanges] == [Ending.CLOSED]


def test_an_exception_is_the_clients_own(world: World, notebook: Any) -> None:
    """A failure to connect reaches the application as the very exception, and is noted by its class."""
    error = world.module.ConnectTimeout("too slow")

    def fail(request: Any) -> Any:
        raise error

    with pytest.raises(world.module.ConnectTimeout) as caught:
        world.post(fail)
    assert caught.value is error
    (seen,) = notebook.exchanges
    assert (seen.ending, seen.error, seen.response) == (Ending.FAILED, "ConnectTimeout", None)


def test_an_upload_is_sent_as_it_was(world: World, notebook: Any) -> None:
    """A multipart body goes out unchanged; its head is noted, and the request has its own stream back."""
    sent: list[bytes] = []

    def handler(request: Any) -> Any:
        sent.append(request.read())
        return world.module.Response(200, json={})

    async def ahandler(request: Any) -> Any:
        sent.append(await request.aread())
        return world.module.Response(200, json={})

    options = {"data": {"model": "whisper-1"}, "files": {"file": ("a.mp3", b"x" * 300_000)}}
    response = world.post(handler if world.kind == "sync" else ahandler, **options)
    assert len(sent[0]) > 300_000
    assert b"whisper-1" in notebook.exchanges[0].request.body
    assert len(notebook.exchanges[0].request.body) <= 128 * 1024
    assert "Upload" not in type(response.request.stream).__name__


def test_a_redirect_is_one_exchange(module: Any, notebook: Any) -> None:
    """What the client does inside one send, redirects and authentication, is one exchange."""

    def handler(request: Any) -> Any:
        if request.url.path.endswith("/again"):
            return module.Response(200, json=ANSWER)
        return module.Response(307, headers={"location": "/v1/again"})

    with module.Client(transport=module.MockTransport(handler), follow_redirects=True) as client:
        assert client.post(URL, json=BODY).json() == ANSWER
    assert [seen.response.status for seen in notebook.exchanges] == [200]


def test_a_client_inside_a_transport_is_silent(module: Any, notebook: Any) -> None:
    """A transport that sends through another client makes one exchange: the outermost."""

    def forward(request: Any) -> Any:
        with module.Client(transport=module.MockTransport(lambda inner: module.Response(200, json=ANSWER))) as below:
            return module.Response(200, content=below.post(URL, json=BODY).content)

    with module.Client(transport=module.MockTransport(forward)) as client:
        client.post(URL, json=BODY)
    assert len(notebook.exchanges) == 1


@pytest.mark.parametrize("stage", ["wants", "begin"])
def test_a_fault_of_ours_leaves_the_call_alone(
    world: World, notebook: Any, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    """Whatever breaks before the request, it is sent and answered, and the fault is counted."""
    monkeypatch.setattr(shield, "raises", False)
    notebook.breaks = stage
    assert world.post(answer(world)).json() == ANSWER
    assert sum(shield.drain().values()) == 1


def test_a_request_by_keyword(module: Any, notebook: Any) -> None:
    """``send(request=…)`` is seen as ``send(…)`` is."""
    with module.Client(transport=module.MockTransport(lambda request: module.Response(200, json=ANSWER))) as client:
        client.send(request=client.build_request("POST", URL, json=BODY))
    assert len(notebook.exchanges) == 1


def test_the_method_still_looks_like_itself(module: Any, notebook: Any) -> None:
    """Names, documentation and signature of the wrapped methods are the client's own."""
    assert module.Client.send.__name__ == "send"
    assert "Send a request" in (module.Client.send.__doc__ or "")
    assert asyncio.iscoroutinefunction(module.AsyncClient.send)
