"""Scenarios of raw clients that send more than once for one call: redirects, and authentication."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from calls import AUDIO
from describe import plain
from registry import scenario
from scenarios_bodies import FORM, JSON, UPLOAD, generated_body
from scenarios_raw import BODY, CHAT, STREAM
from transports import ANSWER, Moving, answer, make
from world import KEY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from world import World


def _moved(world: World) -> Any:
    """A transport that moves every request to the path that it should have had."""

    async def move_async(request: Any) -> Any:
        await request.aread()
        return move(request)

    def move(request: Any) -> Any:
        if request.url.path.startswith("/old"):
            return world.http.Response(307, headers={"location": str(request.url.path).removeprefix("/old")})
        request.read()
        return world.http.Response(200, json=ANSWER, headers={"x-size": str(len(request.content))})

    return world.http.MockTransport(move_async if world.is_async else move)


@scenario("redirect.followed", raw=True)
async def redirect_followed(world: World) -> None:
    """A redirect that the client follows: to the application, and to us, one call."""
    client = world.client(transport=_moved(world), base_url="https://api.openai.com", follow_redirects=True)
    await world.call("response", client.post, f"/old{CHAT}", json=BODY)


@scenario("redirect.to_us", raw=True)
async def redirect_to_us(world: World) -> None:
    """A followed redirect from an LLM path to an LLM path."""
    client = world.client(transport=_from_us(world), base_url="https://api.openai.com", follow_redirects=True)
    await world.call("response", client.post, CHAT, json=BODY)
    response = await world.call("upload", client.post, UPLOAD, data=FORM, files={"file": AUDIO})
    world.note("its request", response and response.request)


def _from_us(world: World) -> Any:
    """A transport that moves each first request for a path to the same path with a query."""

    def move(request: Any) -> Any:
        if not request.url.query:
            return world.http.Response(307, headers={"location": f"{request.url.path}?moved=1"})
        return answer(world.http, request)

    return world.http.MockTransport(move)


@scenario("redirect.unread", raw=True)
async def redirect_unread(world: World) -> None:
    """A followed redirect of an upload by a transport that does not read its body."""
    transport = make(world, Moving, world.http)
    client = world.client(transport=transport, base_url="https://api.openai.com", follow_redirects=True)
    request = client.build_request("POST", UPLOAD, data=FORM, files={"file": AUDIO})
    response = await world.call("response", client.send, request)
    world.note("last request", response.request)
    world.note("request", request)


@scenario("redirect.not_followed", raw=True)
async def redirect_not_followed(world: World) -> None:
    """A redirect that the client gives to the application."""
    client = world.client(transport=_from_us(world), base_url="https://api.openai.com")
    await world.call("response", client.post, CHAT, json=BODY)


@scenario("auth.flow", raw=True)
async def auth_flow(world: World) -> None:
    """An authentication flow that is refused first and then sends its key: one ``send``, two requests."""

    class KeyWhenAsked(world.http.Auth):  # type: ignore[misc, name-defined]
        def auth_flow(self, request: Any) -> Iterator[Any]:
            response = yield request
            if response.status_code == 401:
                request.headers["authorization"] = f"Bearer {KEY}"
                yield request

    client = world.client(headers={}, auth=KeyWhenAsked())
    await world.call("response", client.post, CHAT, json=BODY)
    await world.call("upload", client.post, UPLOAD, data=FORM, files={"file": AUDIO})


@scenario("auth.reads_body", raw=True)
async def auth_reads_body(world: World) -> None:
    """An authentication that wants to sign the request's body and to read the response's."""
    seen: list[Any] = []

    class Signs(world.http.Auth):  # type: ignore[misc, name-defined]
        requires_request_body = True
        requires_response_body = True

        def auth_flow(self, request: Any) -> Iterator[Any]:
            seen.append(len(request.content))
            response = yield request
            seen.append(plain(response.content))

    client = world.client(auth=Signs())
    await world.call("response", client.post, CHAT, json=BODY)
    await world.call("generated", client.post, CHAT, content=generated_body(world), headers=JSON)
    opened = client.stream("POST", CHAT, json=STREAM)
    async with world.entered(opened) as response:
        await world.items("bytes", response.aiter_bytes() if world.is_async else response.iter_bytes())
    world.note("seen", seen)


@scenario("auth.basic", raw=True)
async def auth_basic(world: World) -> None:
    """Basic authentication, which the server refuses."""
    await world.call("response", world.client(headers={}).post, CHAT, json=BODY, auth=("user", "word"))
