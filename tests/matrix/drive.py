"""Run every scenario in this environment and print one JSON document: ``drive.py --keeptabs on|off|otel --store FILE``.

For each scenario it tells what the application saw, what the server saw, and what the ledger has. ``otel`` is ``on``
with an OpenTelemetry SDK of the application's own, whose spans are told too.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import sys
import threading
import warnings
from contextlib import contextmanager
from contextvars import copy_context
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from describe import error
from normal import normalise, requests_of
from observe import Observer
from world import World

from keeptabs.testing.mock import MockServer

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterator
    from types import ModuleType

    from registry import Scenario

CLIENTS = ("httpx", "httpx2")
TOPICS = ("calls", "streams", "cancel", "many", "transports", "raw", "bodies", "resent", "trio")
PACKAGES = ("openai", "httpx", "httpx2", "keeptabs", "wrapt")


class Setting:
    """What is installed here, and the scenarios that can be run with it."""

    def __init__(self) -> None:
        self.clients = {name: module for name in CLIENTS if (module := _imported(name))}
        self.openai = _imported("openai")
        for topic in TOPICS:
            import_module(f"scenarios_{topic}")

    def runs(self) -> Iterator[tuple[str, Scenario, str, ModuleType]]:
        """Every run: its name, the scenario, its flavour, and the client module it is about."""
        from registry import SCENARIOS

        for scenario in SCENARIOS:
            for name, module in self._modules(scenario).items():
                for flavour in scenario.flavours:
                    yield f"{name}/{flavour}/{scenario.name}", scenario, flavour, module

    def _modules(self, scenario: Scenario) -> dict[str, ModuleType]:
        if scenario.raw:
            return self.clients
        return {"openai": self.clients[_sdk_client(self.openai)]} if self.openai else {}


def _imported(name: str) -> ModuleType | None:
    try:
        version(name)
    except PackageNotFoundError:
        return None
    return import_module(name)


def _sdk_client(openai: ModuleType) -> str:
    """The client module that the SDK itself uses."""
    names = [base.__module__.partition(".")[0] for base in openai.DefaultHttpxClient.__mro__]
    return next(name for name in names if name in CLIENTS)


async def _run(world: World, scenario: Scenario, unexpected: list[Any]) -> None:
    if world.is_async:
        asyncio.get_running_loop().set_exception_handler(lambda _, what: unexpected.append(_told(what)))
    try:
        await scenario.run(world)
    except BaseException as raised:  # noqa: BLE001 - a scenario that fails is no reason to stop
        unexpected.append(error(raised))
    finally:
        await world.finish()
    await world.collect()


def _told(context: dict[str, Any]) -> Any:
    raised = context.get("exception")
    return [context.get("message"), error(raised) if raised else None]


def _without_loop(coroutine: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine that never waits."""
    try:
        coroutine.send(None)
    except StopIteration:
        return
    coroutine.close()
    raise RuntimeError("a synchronous scenario waited")


@contextmanager
def _stopped_aside(server: MockServer) -> Iterator[None]:
    """Stop a server at the end in a thread of its own: each takes some hundredths of a second to notice."""
    try:
        yield
    finally:
        threading.Thread(target=server.stop, name="stopping").start()


def play(scenario: Scenario, flavour: str, module: ModuleType, openai: ModuleType | None, observer: Observer) -> Any:
    """Run one scenario against a server of its own, and tell everything that was seen of it."""
    unexpected: list[Any] = []
    gc.freeze()  # what is here already is none of this scenario's garbage, and slow to look through
    sys.unraisablehook = lambda what: unexpected.append([str(what.err_msg), error(what.exc_value or Exception())])
    server = MockServer().start()
    with _stopped_aside(server), warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        world = World(flavour, module, openai, server)
        coroutine = _run(world, scenario, unexpected)
        # In a context of its own: what is tried again in one scenario is no attempt of another's.
        copy_context().run(asyncio.run if world.is_async else _without_loop, coroutine)
        gc.collect()
        transcript = {
            "notes": world.notes,
            "warnings": [[one.category.__name__, str(one.message)] for one in warned],
            "unexpected": unexpected,
            "requests": requests_of(server),
        }
        return {**normalise(transcript, world.ports), **observer.seen()}


def main() -> None:
    """Read the arguments, run, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keeptabs", choices=("on", "off", "otel"), required=True)
    parser.add_argument("--store", type=Path, required=True)
    parser.add_argument("--only", default="", help="run the scenarios whose names contain this")
    arguments = parser.parse_args()
    observer = Observer(arguments.keeptabs, arguments.store)
    setting = Setting()
    scenarios = {
        name: play(scenario, flavour, module, setting.openai, observer)
        for name, scenario, flavour, module in setting.runs()
        if arguments.only in name
    }
    versions = {name: version(name) for name in PACKAGES if _imported(name)}
    print(json.dumps({"versions": versions, "scenarios": scenarios, "faults": observer.faults()}))  # noqa: T201


if __name__ == "__main__":
    main()
