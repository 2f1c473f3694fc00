"""One application for every server: each request, or task, makes a call to the provider that ``PROVIDER`` names."""

import os
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import httpx

import keeptabs
from keeptabs.runtime import worker

worker.TICK = 60.0  # no commit comes by itself: what is in the ledger was kept because the server was stopped
keeptabs.install()  # before a server forks, where it loads the application first


def _call() -> str:
    body = {"model": "gpt-4o-mini", "messages": [{"role": "user", "content": "?"}]}
    url = os.environ["PROVIDER"] + "/chat/completions"
    httpx.post(url, json=body, headers={"authorization": "Bearer none-is-needed"}, timeout=30).raise_for_status()
    return str(os.getpid())


def wsgi(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    said = _call().encode()
    start_response("200 OK", [("content-type", "text/plain"), ("content-length", str(len(said)))])
    return [said]


async def asgi(scope: dict[str, Any], receive: Callable[[], Awaitable[Any]], send: Callable[..., Any]) -> None:
    if scope["type"] != "http":
        return
    said = _call().encode()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": said})


def celery() -> Any:
    """An application of Celery with a broker of files below ``BROKER``."""
    from celery import Celery

    folder = os.environ["BROKER"]
    app = Celery("served_app", broker="filesystem://", backend=f"file://{folder}/results")
    transport = {"data_folder_in": f"{folder}/queue", "data_folder_out": f"{folder}/queue"}
    app.conf.update(broker_transport_options=transport, worker_hijack_root_logger=False)
    app.task(_call, name="call")
    return app


if os.environ.get("BROKER"):
    tasks = celery()
