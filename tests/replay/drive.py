"""Play every case of this environment and print one JSON line each: ``drive.py --keeptabs on|off --store FILE``.

A line tells what the application saw, what the server saw, what was served, and what the ledger has of it. The last
line tells versions, SDKs that could not be imported, and faults.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import inspect
import json
import sqlite3
import sys
import warnings
from contextlib import closing
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hosts import to_loopback
from oracle import failed, said
from recorded import recordings
from replay_server import ReplayServer
from served import Answer, answer
from table import Case, cases, sdks
from transcript import error, normalise, plain, request

if TYPE_CHECKING:
    from collections.abc import Iterator

ROUNDS = 10  # of collecting: what an exception leaves of nested generators is closed one a round
_COLUMNS = ("provider", "model", "server", "streamed", "outcome", "error_type", "status", "input", "output", "detail")


class Ledger:
    """keeptabs as an application installs it, or not at all, and what it has recorded."""

    def __init__(self, store: Path, is_on: bool) -> None:
        self._store, self._is_on, self._last = store, is_on, 0
        if is_on:
            import keeptabs

            keeptabs.install(store=str(store))

    def rows(self, wanted: int, loop: asyncio.Runner) -> list[dict[str, Any]]:
        """The rows since the last time.

        The wanted ones are waited for: an SDK may let go of an answer later, in a thread or a task of its own.
        """
        found = self._new()
        for _ in range(ROUNDS if self._is_on else 0):
            if len(found) >= wanted:
                break
            loop.run(asyncio.sleep(0.05))
            gc.collect()
            found += self._new()
        return found

    def _new(self) -> list[dict[str, Any]]:
        if not self._is_on:
            return []
        import keeptabs

        if not keeptabs.flush(30.0):
            raise RuntimeError("keeptabs could not be flushed")
        query = f"SELECT id, {', '.join(_COLUMNS)} FROM calls WHERE id > ? ORDER BY started_at, id"
        found = self._ask(query, self._last)
        self._last = max([self._last, *(row[0] for row in found)])
        return [_row(row[1:]) for row in found]

    def faults(self) -> list[Any]:
        """The faults that keeptabs counted: stage, cause, count."""
        return [list(row) for row in self._ask("SELECT stage, cause, count FROM faults ORDER BY 1, 2")]

    def _ask(self, query: str, *values: Any) -> list[Any]:
        if not self._store.is_file():
            return []
        with closing(sqlite3.connect(self._store)) as connection:
            return connection.execute(query, values).fetchall()


def _row(values: tuple[Any, ...]) -> dict[str, Any]:
    row = dict(zip(_COLUMNS, values, strict=True))
    detail = json.loads(row.pop("detail"))
    usage = detail.get("usage") or {}
    return {
        **row,
        "streamed": bool(row["streamed"]),
        "client": detail["client"],
        "gaps": detail.get("gaps", []),
        "units": usage.get("units") or {},
        "estimated": bool(usage.get("estimated")),
    }


async def _seen(case: Case, origin: str) -> list[Any]:
    """Everything that the application sees of the case, in its order, and nothing of it left behind."""
    notes: list[Any] = []
    is_async = case.flavour == "async"
    client = None
    try:
        client = case.sdk.make(origin, is_async)
        await _asked(case, client, notes)
    except Exception as raised:  # noqa: BLE001 - all of them are part of what is compared
        notes.append({"raised": error(raised)})
    if client is not None:
        await _close(client, is_async)
    for _ in range(ROUNDS if is_async else 0):
        gc.collect()
        await asyncio.sleep(0)
    return notes


async def _asked(case: Case, client: Any, notes: list[Any]) -> None:
    result = await _settled(case.endpoint.call(client, case.flow == "stream"))
    if case.flow != "stream" and not inspect.isgenerator(result) and not inspect.isasyncgen(result):
        notes.append(plain(result))
        return
    async for one in _each(result, case.flavour == "async"):
        notes.append(plain(one))  # noqa: PERF401 - what came before an exception counts


async def _settled(value: Any) -> Any:
    return await value if inspect.isawaitable(value) else value


async def _each(iterable: Any, is_async: bool) -> Any:
    if is_async:
        async for one in iterable:
            yield one
    else:
        for one in iterable:
            yield one


async def _close(client: Any, is_async: bool) -> None:
    close = (getattr(client, "aclose", None) if is_async else None) or getattr(client, "close", None)
    if close is not None:
        await _settled(close())


def _run(case: Case, origin: str, loop: asyncio.Runner) -> list[Any]:
    if case.flavour == "async":
        return loop.run(_seen(case, origin))
    coroutine = _seen(case, origin)  # of a synchronous client, which never waits
    try:
        coroutine.send(None)
    except StopIteration as done:
        return list(done.value)
    coroutine.close()
    raise RuntimeError("a synchronous case waited")


class Stage:
    """Where cases are played: a server, a ledger, and one event loop, since SDKs keep clients from call to call."""

    def __init__(self, ledger: Ledger) -> None:
        to_loopback()
        self.ledger, self.server, self.loop = ledger, ReplayServer(), asyncio.Runner()

    def play(self, case: Case, served: Answer, name: str) -> dict[str, Any]:
        """Play one case with one answer, and tell everything that was seen of it."""
        gc.freeze()  # what is here already is none of this case's garbage, and slow to look through
        self.server.play(served)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            notes = _run(case, f"http://{case.sdk.host}:{self.server.port}", self.loop)
            gc.collect()
        told = {"notes": notes, "requests": [request(one) for one in self.server.requests]}
        wanted = {"status": served.status, "streamed": served.streamed, "failed": failed(served)}
        return {
            "name": name,
            **normalise(told, self.server.port),
            "served": {**wanted, "usage": said(case.endpoint.usage, served)},
            "ledger": self.ledger.rows(len(self.server.requests), self.loop),
        }


def _all(environment: str, missing: dict[str, str]) -> Iterator[tuple[Case, Answer, str]]:
    for case in cases(environment):
        if case.sdk.name not in missing:
            yield case, answer(case.sdk.file, case.answer), case.name
            for number, served in enumerate(recordings(case)):
                yield case, served, f"{case.name}/recorded-{number}"


def _missing(environment: str) -> dict[str, str]:
    """The SDKs that are not here, and why."""
    found = {}
    for sdk in sdks():
        if sdk.environment == environment and sdk.package:
            try:
                version(sdk.package)
            except PackageNotFoundError as raised:
                found[sdk.name] = str(raised)
    return found


def _versions(environment: str, missing: dict[str, str]) -> dict[str, str]:
    here = [sdk for sdk in sdks() if sdk.environment == environment and sdk.package and sdk.name not in missing]
    return {sdk.name: version(sdk.package) for sdk in here}


def main() -> None:
    """Read the arguments, play, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--environment", required=True)
    parser.add_argument("--keeptabs", choices=("on", "off"), required=True)
    parser.add_argument("--store", type=Path, required=True)
    parser.add_argument("--only", default="", help="play the cases whose names contain this")
    arguments = parser.parse_args()
    ledger = Ledger(arguments.store, arguments.keeptabs == "on")
    stage, missing = Stage(ledger), _missing(arguments.environment)
    out, sys.stdout = sys.stdout, sys.stderr  # litellm prints what it thinks
    for case, served, name in _all(arguments.environment, missing):
        if arguments.only in name:
            print(json.dumps(stage.play(case, served, name)), file=out, flush=True)
    last = {"versions": _versions(arguments.environment, missing), "missing": missing, "faults": ledger.faults()}
    print(json.dumps(last), file=out, flush=True)


if __name__ == "__main__":
    main()
