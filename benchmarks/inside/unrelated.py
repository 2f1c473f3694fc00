"""What keeptabs adds to HTTP calls that are no LLM calls, sync and async, on a transport that does next to nothing."""

import asyncio
from collections.abc import Callable

import httpx2
from harness import Telemetry, plan, tell
from toggle import added

from replay import Trivial

_REQUESTS = {
    "GET": httpx2.Request("GET", "https://shop.example.com/articles/17"),
    "POST": httpx2.Request("POST", "https://shop.example.com/orders", content=b'{"article": 17}'),
}


def sync_work(request: httpx2.Request) -> Callable[[int], None]:
    """So many sends of a synchronous client."""
    client = httpx2.Client(transport=Trivial())

    def work(calls: int) -> None:
        for _ in range(calls):
            client.send(request)

    return work


def async_work(request: httpx2.Request, loop: asyncio.AbstractEventLoop) -> Callable[[int], None]:
    """So many sends of an asynchronous client, one after the other in one task."""
    client = httpx2.AsyncClient(transport=Trivial())

    async def sends(calls: int) -> None:
        for _ in range(calls):
            await client.send(request)

    def work(calls: int) -> None:
        loop.run_until_complete(sends(calls))

    return work


def main() -> None:
    """Measure both kinds of client with both requests."""
    asked = plan()
    Telemetry()
    loop = asyncio.new_event_loop()
    works = {f"sync {method}": sync_work(request) for method, request in _REQUESTS.items()}
    works |= {f"async {method}": async_work(request, loop) for method, request in _REQUESTS.items()}
    tell({name: added(work, calls=asked["calls"], pairs=asked["pairs"]) for name, work in works.items()})
    loop.close()


if __name__ == "__main__":
    main()
