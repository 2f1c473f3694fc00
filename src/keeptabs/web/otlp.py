"""``POST /v1/traces``: spans over OTLP/HTTP into the ledger that the pages show."""

from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from keeptabs.otlp.receive import MOST_BYTES, Cleaning, Receiver
from keeptabs.runtime.config import load
from keeptabs.runtime.guard import Guard
from keeptabs.runtime.salt import salt

PATH = "/v1/traces"


def route(ledger: Path) -> Route:
    """The route by which spans come into a ledger, priced by the prices that are configured."""
    guard = Guard(lambda: salt(ledger))
    receiver = Receiver(ledger, load({}).book(), Cleaning(call=guard.clean, value=guard.value))

    async def traces(request: Request) -> Response:
        headers = request.headers
        reply = await run_in_threadpool(
            receiver.receive,
            await _body(request),
            headers.get("content-type", ""),
            headers.get("content-encoding", ""),
        )
        return Response(reply.body, reply.status, media_type=reply.content_type)

    return Route(PATH, traces, methods=["POST"])


async def _body(request: Request) -> bytes:
    """The body, or as much of it as shows that it is too large."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            break
    return bytes(body)
