"""What a row of the replay is: an SDK, what it is made with, and its endpoints; and every case that follows of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

FLOWS = ("plain", "stream", "error")


class Endpoint(NamedTuple):
    """One API of an SDK.

    ``call`` takes the client and whether to stream, and gives what the application would: a value, an awaitable of
    one, or an iterator of either kind. ``answers`` names the answers in the SDK's file, ``usage`` how the oracle reads
    them, and ``recorded`` the URLs at which recorded answers are found.
    """

    name: str
    call: Callable[[Any, bool], Any]
    answers: str
    usage: str
    recorded: str = ""
    flows: tuple[str, ...] = FLOWS
    error: str = "error"


class Sdk(NamedTuple):
    """One SDK. ``make`` takes the origin of the server and whether the client is asynchronous."""

    name: str
    package: str  # empty for a part of the standard library
    http: str  # the HTTP client below it, by the name that the ledger has for it
    make: Callable[[str, bool], Any]
    file: str
    host: str
    provider: str
    endpoints: tuple[Endpoint, ...]
    flavours: tuple[str, ...] = ("sync", "async")
    environment: str = "sdks"
    http_async: str = ""  # where it is another one
    bare: bool = False  # an HTTP client itself
    known: Mapping[str, str] = {}  # what does not work yet, by the beginning of a case's name, and why


class Case(NamedTuple):
    """One cell of the conformance table in one flavour."""

    sdk: Sdk
    endpoint: Endpoint
    flow: str
    flavour: str

    @property
    def name(self) -> str:
        """How the case is called everywhere."""
        return f"{self.sdk.name}/{self.endpoint.name}/{self.flow}/{self.flavour}"

    def __str__(self) -> str:
        """Its name."""
        return self.name

    @property
    def answer(self) -> str:
        """The name of the answer that is served."""
        return self.endpoint.error if self.flow == "error" else f"{self.endpoint.answers}.{self.flow}"

    @property
    def known(self) -> str:
        """Why the case is known not to hold; empty where it should."""
        return next((why for start, why in self.sdk.known.items() if self.name.startswith(start)), "")

    @property
    def client(self) -> str:
        """The HTTP client that the case speaks through."""
        return self.sdk.http_async if self.flavour == "async" and self.sdk.http_async else self.sdk.http


def sdks() -> list[Sdk]:
    """Every row of every module of ``sdks/``, by the modules' names."""
    files = sorted((Path(__file__).resolve().parent / "sdks").glob("[a-z]*.py"))
    return [row for file in files for row in import_module(f"sdks.{file.stem}").SDKS]


def cases(environment: str = "") -> Iterator[Case]:
    """Every case, or those of one environment."""
    for sdk in sdks():
        if environment in ("", sdk.environment):
            for endpoint in sdk.endpoints:
                for flow in endpoint.flows:
                    for flavour in sdk.flavours:
                        yield Case(sdk, endpoint, flow, flavour)
