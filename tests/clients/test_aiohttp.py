from __future__ import annotations

import asyncio
import gc
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

import aiohttp
import pytest

from keeptabs.clients.aiohttp import CLIENT
from keeptabs.core.exchange import Ending
from keeptabs.meter import measure
from keeptabs.patching.patch import Patches
from keeptabs.patching.recording import Recording
from keeptabs.patching.shield import shield

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator


BODY = {"model": "gpt-4o", "messages": []}
ENCODINGS = ("gzip", "deflate")


@pytest.fixture
def notebook(notebook: Any) -> Iterator[Any]:
    """The notebook, with aiohttp patched too."""
    patches = Patches()
    patches.install(CLIENT.targets(notebook))
    yield notebook
    patches.undo()


def surface(response: Any) -> list[Any]:
    """What there is to be seen of a response and its reader."""
    reader = response.content
    state = [reader.at_eof(), reader.is_eof(), repr(reader.exception()), reader.total_bytes]
    return [response.status, type(response), isinstance(reader, aiohttp.StreamReader), repr(type(reader)), *state]


def error(raised: BaseException) -> list[Any]:
    return [type(raised).__name__, getattr(raised, "status", None), getattr(raised, "message", None)]


def taken(how: str, take: Callable[[Any], Awaitable[Any]]) -> Any:
    """An application that takes an answer in one way, and tells what it got, or what was raised, and what is left."""

    async def use(session: Any, url: str) -> Any:
        async with session.post(f"{url}?how={how}", json=BODY) as response:
            try:
                got = await take(response)
            except Exception as raised:  # noqa: BLE001 - what the application sees
                got = error(raised)
            seen = surface(response)
        return [got, seen, surface(response), dict(response.headers).get("Content-Encoding")]

    return use


def asked(how: str = "", **options: Any) -> Any:
    """An application that sends with other options, and reads what it gets."""

    async def use(session: Any, url: str) -> Any:
        try:
            async with session.post(f"{url}?how={how}", **{"json": BODY, **options}) as response:
                return [await response.read(), surface(response), len(response.history)]
        except Exception as raised:  # noqa: BLE001 - what the application sees
            return error(raised)

    return use


async def lines(response: Any) -> list[bytes]:
    return [line async for line in response.content]


async def some(response: Any) -> list[bytes]:
    return [await response.content.read(5), await response.content.readexactly(3), await response.content.readline()]


async def impatient(response: Any) -> Any:
    await response.content.readany()
    await asyncio.wait_for(response.content.readany(), 0.01)


async def impatient_once(response: Any) -> Any:
    with suppress(asyncio.TimeoutError):
        await asyncio.wait_for(response.content.readuntil(b"!"), 0.001)
    return await response.content.read()


async def nothing(response: Any) -> None:
    await asyncio.sleep(0)


async def check(response: Any) -> None:
    raise ValueError(await response.text())


async def refused(session: Any, url: str) -> Any:
    with pytest.raises(aiohttp.ClientConnectorError) as caught:
        await session.post("http://127.0.0.1:9/v1/chat/completions", json=BODY)
    return type(caught.value)


async def cancelled(session: Any, url: str) -> Any:
    async def send() -> None:
        async with session.post(f"{url}?how=silent", json=BODY):
            pass

    with pytest.raises(asyncio.TimeoutError):
        await asyncio.wait_for(send(), 0.1)


async def cancelled_reading(session: Any, url: str) -> Any:
    async def send() -> None:
        async with session.post(f"{url}?how=hangs", json=BODY) as response:
            await response.read()

    with pytest.raises(asyncio.TimeoutError):
        await asyncio.wait_for(send(), 0.1)


async def closed(session: Any, url: str) -> Any:
    response = await session.post(f"{url}?how=hangs", json=BODY)
    got = await response.content.readline()
    response.close()
    with pytest.raises(aiohttp.ClientConnectionError) as caught:
        await response.content.read()
    return [got, str(caught.value), surface(response)]


async def dropped(session: Any, url: str) -> Any:
    response = await session.post(f"{url}?how=hangs", json=BODY)
    await response.content.readany()
    await session.close()
    del response
    await asyncio.sleep(0.01)
    gc.collect()


class Case(NamedTuple):
    """An application, and what is noted of it. How much of a body is here with its head depends on the moment."""

    use: Any
    outcome: str = "ok"
    ending: Ending = Ending.COMPLETE
    status: int | None = 200


READ: dict[str, Callable[[Any], Awaitable[Any]]] = {
    "json": lambda r: r.json(content_type=None),
    "text": lambda r: r.text(),
    "read": lambda r: r.read(),
    "lines": lines,
}
TAKE: dict[str, Callable[[Any], Awaitable[Any]]] = {
    "read": lambda r: r.read(),
    "lines": lines,
    "iter_any": lambda r: every(r.content.iter_any()),
    "iter_chunked": lambda r: every(r.content.iter_chunked(7)),
    "iter_chunks": lambda r: every(r.content.iter_chunks()),
    "impatient": impatient_once,
}


async def every(chunks: AsyncIterator[Any]) -> Any:
    """All that was said; how it is cut depends on the moment."""
    got = [chunk async for chunk in chunks]
    return b"".join(chunk[0] if isinstance(chunk, tuple) else chunk for chunk in got)


TIMEOUT, SILENCE = aiohttp.ClientTimeout(total=0.2), aiohttp.ClientTimeout(sock_read=0.2)
CASES = {
    **{f"plain {name}": Case(taken("", take)) for name, take in READ.items()},
    **{f"stream {name}": Case(taken("stream", take)) for name, take in TAKE.items()},
    **{f"{how} {name}": Case(taken(how, take)) for how in ENCODINGS for name, take in TAKE.items()},
    "refused": Case(taken("429", READ["json"]), "quota_exhausted", status=429),
    "refused, unread": Case(taken("429", nothing), "quota_exhausted", status=429),
    "raised": Case(asked("429", raise_for_status=True), "quota_exhausted or rate_limited", Ending.FAILED, 429),
    "raised by the application": Case(asked("429", raise_for_status=check), "quota_exhausted", Ending.FAILED, 429),
    "redirect that leads nowhere": Case(asked("astray"), "connection", Ending.FAILED, None),
    "empty": Case(taken("empty", READ["read"]), status=204),
    "moved": Case(asked("moved")),
    "moved, not followed": Case(asked("moved", allow_redirects=False), status=307),
    "too long": Case(asked("hangs", timeout=TIMEOUT), "timeout", Ending.FAILED),
    "too quiet": Case(asked("hangs", timeout=SILENCE), "timeout", Ending.FAILED),
    "no answer": Case(asked("silent", timeout=TIMEOUT), "timeout", Ending.FAILED, None),
    "dies": Case(taken("dies", READ["read"]), "truncated", Ending.FAILED),
    "refused connection": Case(refused, "connection", Ending.FAILED, None),
    "left": Case(taken("hangs", some), "cancelled", Ending.CLOSED),
    "left, unread": Case(taken("hangs", nothing), "cancelled", Ending.CLOSED),
    "closed": Case(closed, "cancelled", Ending.CLOSED),
    "dropped": Case(dropped, "cancelled", Ending.COLLECTED),
    "impatient": Case(taken("hangs", impatient), "cancelled", Ending.CANCELLED),
    "cancelled": Case(cancelled, "cancelled", Ending.CANCELLED, None),
    "cancelled while reading": Case(cancelled_reading, "cancelled", Ending.CANCELLED),
    "no serialiser": Case(asked(json={"model": "gpt-4o", "at": object()}), "connection", Ending.FAILED, None),
}


@pytest.fixture(params=list(CASES.values()), ids=list(CASES))
def case(request: pytest.FixtureRequest) -> Case:
    return request.param  # type: ignore[no-any-return]


def without_us(aio: Any, case: Case) -> Any:
    """What the application sees where nothing is patched; the notebook's patches are put on after that."""
    return asyncio.run(aio.play(case.use))


@pytest.mark.filterwarnings("ignore:Exception ignored in.*Connection:pytest.PytestUnraisableExceptionWarning")
def test_the_application_sees_no_difference(aio: Any, case: Case, request: pytest.FixtureRequest) -> None:
    """Results, exceptions and what is left of the response are those without keeptabs, and the call is noted."""
    expected = without_us(aio, case)
    notebook = request.getfixturevalue("notebook")
    assert asyncio.run(aio.play(case.use)) == expected
    (seen,) = notebook.exchanges
    call = measure(seen, None)
    assert call is not None
    assert (seen.ending, seen.response and seen.response.status) == (case.ending, case.status)
    assert call.outcome.kind in case.outcome.split(" or ")
    assert (seen.client, seen.streamed, seen.request.path) == ("aiohttp", False, "/v1/chat/completions")
    assert case.outcome != "ok" or case.status != 200 or call.usage.tokens  # type: ignore[union-attr]


FAULTS = ["wants", "begin", "answered", "chunk", "finish", "failed"]


@pytest.mark.parametrize("broken", FAULTS)
@pytest.mark.parametrize("name", ["plain json", "stream lines", "gzip read", "left", "dies", "closed"])
def test_a_fault_of_ours_leaves_the_call_alone(
    aio: Any, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, broken: str, name: str
) -> None:
    """Whatever breaks in a recording, the application sees what it would have seen."""
    expected = without_us(aio, CASES[name])
    notebook = request.getfixturevalue("notebook")
    monkeypatch.setattr(shield, "raises", False)
    if broken in ("wants", "begin"):
        notebook.breaks = broken
    else:
        monkeypatch.setattr(Recording, broken, _fail)
    assert asyncio.run(aio.play(CASES[name].use)) == expected


def _fail(*_: Any, **__: Any) -> None:
    raise ValueError("ours")
