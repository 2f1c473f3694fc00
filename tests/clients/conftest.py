from collections.abc import Iterator
from typing import Any

import httpx
import httpx2
import pytest

from keeptabs.clients.httpx import CLIENT
from keeptabs.core.exchange import Exchange, Request
from keeptabs.patching.patch import Patches
from keeptabs.patching.recording import Recording
from keeptabs.providers import recogniser


class Notebook:
    """A recorder that keeps the exchanges it was given, without measuring them."""

    def __init__(self) -> None:
        self.exchanges: list[Exchange] = []
        self.breaks = ""

    def wants(self, method: str, path: str) -> bool:
        if self.breaks == "wants":
            raise ValueError("recogniser")
        return recogniser().could_match(method, path)

    def begin(self, client: str, request: Request) -> Recording | None:
        if self.breaks == "begin":
            raise ValueError("capture")
        wanted = recogniser().match(request.method, request.host, request.port, request.path)
        return wanted and Recording(client, request, wanted.dialect.markers, 0, self._done)

    def _done(self, recording: Recording) -> None:
        self.exchanges.append(recording.exchange())


@pytest.fixture(params=[httpx, httpx2], ids=["httpx", "httpx2"])
def module(request: pytest.FixtureRequest) -> Any:
    """Each of the two modules that the one client file is for."""
    return request.param


@pytest.fixture
def notebook() -> Iterator[Notebook]:
    """The client patched to note its exchanges."""
    made, patches = Notebook(), Patches()
    patches.install(CLIENT.targets(made))
    yield made
    patches.undo()
