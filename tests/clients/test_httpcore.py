"""Pools that are asked past a client: what they send is noted, and what a client sends is the client's."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import httpcore
import httpcore2
import httpx
import httpx2
import pytest

from keeptabs.clients import httpcore as client_file
from keeptabs.core.exchange import Ending
from keeptabs.patching.patch import Patches
from keeptabs.patching.shield import shield

if TYPE_CHECKING:
    from collections.abc import Iterator

BODY = json.dumps({"model": "gpt-4o", "messages": [{"role": "user", "content": "Hi"}]}).encode()
HEADERS = {"authorization": "Bearer none-is-needed", "content-type": "application/json"}


@pytest.fixture(params=[(httpcore, httpx), (httpcore2, httpx2)], ids=["httpcore", "httpcore2"])
def modules(request: pytest.FixtureRequest) -> Any:
    """A module of pools, and the clients above it."""
    return request.param


@pytest.fixture
def noted(notebook: Any) -> Iterator[Any]:
    """The pools patched, beside the clients above them."""
    patches = Patches()
    patches.install(client_file.CLIENT.targets(notebook))
    yield notebook
    patches.undo()


def ask(pool: Any, url: str, body: bytes = BODY) -> bytes:
    """One request to a pool, read whole."""
    response: bytes = pool.request("POST", f"{url}/chat/completions", headers=HEADERS, content=body).content
    return response


def test_what_a_pool_is_asked_is_noted(modules: Any, noted: Any, mock_url: str) -> None:
    """Request, answer and end, as the application sees them."""
    with modules[0].ConnectionPool() as pool:
        content = ask(pool, mock_url)
    (exchange,) = noted.exchanges
    assert exchange.request.body == BODY
    assert (exchange.request.method, exchange.request.host) == ("POST", "127.0.0.1")
    assert exchange.request.path.endswith("/chat/completions")
    assert (exchange.response.status, exchange.response.body) == (200, content)
    assert (exchange.client, exchange.ending, exchange.streamed) == (modules[0].__name__, Ending.COMPLETE, False)


def test_the_same_in_a_task(modules: Any, noted: Any, mock_url: str) -> None:
    """The asynchronous pool is patched as well."""

    async def run() -> bytes:
        async with modules[0].AsyncConnectionPool() as pool:
            answer = await pool.request("POST", f"{mock_url}/chat/completions", headers=HEADERS, content=BODY)
            content: bytes = answer.content
            return content

    content = asyncio.run(run())
    (exchange,) = noted.exchanges
    assert exchange.response.body == content


def test_a_transport_that_is_asked_directly_is_noted(modules: Any, noted: Any, mock_url: str) -> None:
    """As pinecone does, past the client that the transport belongs to."""
    core, module = modules
    with module.Client(trust_env=False) as client:
        request = client.build_request("POST", f"{mock_url}/chat/completions", headers=HEADERS, content=BODY)
        response = client._transport.handle_request(request)
        response.read()
    (exchange,) = noted.exchanges
    assert (exchange.client, exchange.request.body) == (core.__name__, BODY)
    assert exchange.response.status == 200


@pytest.mark.parametrize("breaks", ["", "begin"], ids=["recorded", "not recorded"])
def test_what_a_client_sends_is_the_client_s(
    modules: Any, noted: Any, mock_url: str, monkeypatch: pytest.MonkeyPatch, breaks: str
) -> None:
    """It is noted once, and where that went wrong not by the pool instead."""
    monkeypatch.setattr(shield, "raises", False)
    noted.breaks = breaks
    core, module = modules
    with module.Client(trust_env=False) as client:
        assert client.post(f"{mock_url}/chat/completions", headers=HEADERS, content=BODY).status_code == 200
    assert [exchange.client for exchange in noted.exchanges] == ([] if breaks else [module.__name__])
    assert core.__name__ not in {exchange.client for exchange in noted.exchanges}


def test_a_stream_that_is_left_is_closed(modules: Any, noted: Any, mock_url: str) -> None:
    """What was read before is noted, with how it ended."""
    body = BODY[:-1] + b', "stream": true}'
    with (
        modules[0].ConnectionPool() as pool,
        pool.stream("POST", f"{mock_url}/chat/completions", headers=HEADERS, content=body) as response,
    ):
        next(response.iter_stream())
    (exchange,) = noted.exchanges
    assert exchange.ending is Ending.CLOSED
    assert exchange.response.body.startswith(b"data: ")


def test_a_refused_connection_is_the_application_s_to_see(modules: Any, noted: Any) -> None:
    """The exception is the pool's own, and is noted."""
    with modules[0].ConnectionPool() as pool, pytest.raises(modules[0].ConnectError):
        ask(pool, "http://127.0.0.1:9/v1")
    (exchange,) = noted.exchanges
    assert (exchange.ending, exchange.error, exchange.response) == (Ending.FAILED, "ConnectError", None)


@pytest.mark.parametrize("breaks", ["wants", "begin"])
def test_a_fault_of_ours_is_not_the_application_s(
    modules: Any, noted: Any, mock_url: str, monkeypatch: pytest.MonkeyPatch, breaks: str
) -> None:
    """The answer is the same, and the fault is counted."""
    monkeypatch.setattr(shield, "raises", False)
    noted.breaks = breaks
    with modules[0].ConnectionPool() as pool:
        assert b"chat.completion" in ask(pool, mock_url)
    assert noted.exchanges == []
    assert [fault.stage for fault in shield.drain()] == ["capture"]


def test_a_body_that_is_made_while_it_is_sent_is_sent_once(modules: Any, noted: Any, mock_url: str) -> None:
    """It is not read before, so it is not seen."""

    def parts() -> Iterator[bytes]:
        yield BODY

    with modules[0].ConnectionPool() as pool:
        length = {**HEADERS, "content-length": str(len(BODY))}
        response = pool.request("POST", f"{mock_url}/chat/completions", headers=length, content=parts())
    assert response.status == 200
    assert [exchange.request.body for exchange in noted.exchanges] == [b""]


@pytest.mark.parametrize("times", [1, 2])
def test_a_transport_that_tries_again_makes_a_recording_of_each_try(
    modules: Any, noted: Any, mock_url: str, times: int
) -> None:
    """Refusals in between end with their status; the last try is what the client gets."""
    core, module = modules

    class Again(module.HTTPTransport):  # type: ignore[misc] # of whichever module
        def handle_request(self, request: Any) -> Any:
            for _ in range(times):
                super().handle_request(request).close()
            request.headers["x-mock"] = "ok"
            return super().handle_request(request)

    with module.Client(transport=Again(), trust_env=False) as client:
        said = {**HEADERS, "x-mock": "429"}
        assert client.post(f"{mock_url}/chat/completions", headers=said, content=BODY).status_code == 200
    assert [exchange.response.status for exchange in noted.exchanges] == [429] * times + [200]
    assert {exchange.client for exchange in noted.exchanges} == {module.__name__}
    assert core.__name__ not in {exchange.client for exchange in noted.exchanges}


def test_a_try_that_broke_off_is_a_recording_too(modules: Any, noted: Any, mock_url: str) -> None:
    """With the exception that the transport has swallowed."""
    _, module = modules

    class Again(module.HTTPTransport):  # type: ignore[misc] # of whichever module
        def handle_request(self, request: Any) -> Any:
            url = request.url
            request.url = url.copy_with(port=9)
            with pytest.raises(module.ConnectError):
                super().handle_request(request)
            request.url = url
            return super().handle_request(request)

    with module.Client(transport=Again(), trust_env=False) as client:
        assert client.post(f"{mock_url}/chat/completions", headers=HEADERS, content=BODY).status_code == 200
    assert [(exchange.error, exchange.ending) for exchange in noted.exchanges] == [
        ("ConnectError", Ending.FAILED),
        (None, Ending.COMPLETE),
    ]
