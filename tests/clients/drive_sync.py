"""Calls of the synchronous clients in whatever versions this interpreter has: ``drive_sync.py [LEDGER]``.

What the application sees goes to standard output as JSON, and with a ledger what keeptabs has recorded beside it.
"""

import json
import sqlite3
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import requests
import urllib3
from requests.adapters import HTTPAdapter

import keeptabs
from keeptabs.testing.mock import MockServer

HEADERS = {"Authorization": "Bearer none-is-needed", "Content-Type": "application/json"}
READS: dict[str, Callable[[Any], Any]] = {
    "read": lambda response: response.read(),
    "pieces": lambda response: [response.read(50) for _ in range(100)],
    "stream": lambda response: list(response.stream(50)),
    "chunks": lambda response: list(response.read_chunked()),
    "drained": lambda response: response.drain_conn(),
    "closed": lambda response: response.close(),
}


def body(model: str = "gpt-4o", **options: Any) -> bytes:
    return json.dumps({"model": model, "messages": [{"role": "user", "content": "Hi"}], **options}).encode()


def retry() -> Any:
    return urllib3.Retry(2, status_forcelist=[429], allowed_methods=None, backoff_factor=0)


def played_requests(url: str) -> Iterator[tuple[str, Any]]:
    """The calls of requests: plain, streamed, refused, tried again."""
    with requests.Session() as session:
        session.trust_env = False
        session.mount("http://", HTTPAdapter(max_retries=retry()))
        for name, model in (("plain", "gpt-4o"), ("tried again", "mock-429-then-ok@gpt-4o"), ("refused", "mock-401")):
            response = session.post(url, data=body(model), headers=HEADERS, timeout=5)
            yield f"requests {name}", (response.status_code, response.text)
        for name, read in {"lines": requests.Response.iter_lines, "content": lambda got: got.content}.items():
            with session.post(url, data=body(stream=True), headers=HEADERS, stream=True, timeout=5) as response:
                got = read(response)
                yield f"requests {name}", repr(got if isinstance(got, bytes) else list(got))


def played_urllib3(url: str) -> Iterator[tuple[str, Any]]:
    """The calls of urllib3: read at once, in each of its ways of streaming, and tried again."""
    with urllib3.PoolManager() as manager:
        plain = manager.request("POST", url, body=body(), headers=HEADERS)
        yield "urllib3 plain", (plain.status, plain.data.decode())
        again = manager.request(
            "POST", url, body=body("mock-429-then-ok@gpt-4o"), headers={**HEADERS, "X": "2"}, retries=retry()
        )
        yield "urllib3 tried again", (again.status, again.data.decode())
        for name, read in READS.items():
            response = manager.request(
                "POST", url, body=body(stream=True), headers=HEADERS, preload_content=False, retries=False
            )
            yield f"urllib3 {name}", repr(read(response))


def played_urllib(url: str) -> Iterator[tuple[str, Any]]:
    """The calls of the standard library."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for stream in (False, True):
        with opener.open(urllib.request.Request(url, body(stream=stream), HEADERS), timeout=5) as response:
            yield f"urllib {stream}", repr(list(response))


def recorded(ledger: str) -> list[Any]:
    """The calls in the ledger: by whom, how each ended, and its tokens."""
    with closing(sqlite3.connect(ledger)) as db:
        rows = db.execute("SELECT detail, outcome, status, input, output FROM calls ORDER BY started_at, id").fetchall()
        faults = db.execute("SELECT stage, cause FROM faults").fetchall()
    return [[[json.loads(detail)["client"], *rest] for detail, *rest in rows], faults]


def main(ledger: str | None) -> None:
    """Play all, and tell."""
    if ledger is not None:
        keeptabs.install(store=ledger)
    with MockServer() as server:
        url = f"{server.url}/chat/completions"
        notes = dict(each for play in (played_requests, played_urllib3, played_urllib) for each in play(url))
        asked = len(server.requests)
    keeptabs.uninstall()
    told = recorded(ledger) if ledger is not None else None
    print(json.dumps({"notes": notes, "asked": asked, "recorded": told}))  # noqa: T201 - what it is for


main(sys.argv[1] if len(sys.argv) > 1 else None)
