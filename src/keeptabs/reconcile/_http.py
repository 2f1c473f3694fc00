"""Asking a provider for its bill: a client that tries again where that helps, and errors that never hold the key."""

import itertools
import random
import re
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn

import httpx
import msgspec

from keeptabs.core import error_body
from keeptabs.core.errors import UserError
from keeptabs.core.limits import retry_after
from keeptabs.version import __version__

Params = Sequence[tuple[str, str]]

ATTEMPTS = 6  # of one request
PATIENCE = 120.0  # seconds that one request may wait in all
_FIRST, _LONGEST = 0.5, 30.0  # seconds between attempts, where the provider asks for none
_TIMEOUT = httpx.Timeout(60.0, connect=10.0)
_PASSING = (httpx.TimeoutException, httpx.NetworkError, httpx.RemoteProtocolError)
_HEADER_VALUE = re.compile(r"[!-~]+(?: [!-~]+)*")
_KEY_HEADERS = ("authorization", "x-api-key")


class Access(msgspec.Struct, frozen=True, kw_only=True):
    """The key that a provider wants before it shows its bill: where it is looked for, what it is, where it is made."""

    provider: str  # as a person writes it
    variables: tuple[str, ...]
    kind: str
    made_at: str

    def key(self, environ: Mapping[str, str]) -> str:
        """The key from the first of the variables that is set; a UserError where none is."""
        found = next((environ[name].strip() for name in self.variables if environ.get(name, "").strip()), None)
        if found is None:
            raise UserError(
                f"{self} is not set: {self.provider} shows its bill to {self.kind} only, made at {self.made_at}"
            )
        return found

    def __str__(self) -> str:
        return " or ".join(self.variables)


class NoReportError(UserError):
    """The provider has no such report: it answered 404."""


class Client(httpx.Client):
    """A client that sends a request again when the server is busy, broken or out of reach.

    It waits as long as the provider asks for, else longer each time, and at most ``PATIENCE`` seconds in all; then the
    last answer or error stands.
    """

    def __init__(
        self,
        base_url: str,
        headers: Mapping[str, str],
        *,
        sleep: Callable[[float], None] = time.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        named = {"user-agent": f"keeptabs/{__version__}", "accept": "application/json", **headers}
        super().__init__(base_url=base_url, headers=named, timeout=_TIMEOUT)
        self._sleep, self._jitter = sleep, jitter

    def send(self, request: httpx.Request, **options: Any) -> httpx.Response:
        """Send ``request``, and again while that can help."""
        left = PATIENCE
        for attempt in itertools.count(1):
            try:
                response = super().send(request, **options)
            except _PASSING:
                pause = self._pause(attempt, {})
                if attempt == ATTEMPTS or pause > left:
                    raise
            else:
                pause = self._pause(attempt, response.headers)
                if not _is_passing(response.status_code) or attempt == ATTEMPTS or pause > left:
                    return response
                response.close()
            left -= pause
            self._sleep(pause)
        raise AssertionError  # the loop has no end of its own

    def _pause(self, attempt: int, headers: Mapping[str, str]) -> float:
        """Seconds before the next attempt: never less than was asked for, and not the same for everybody."""
        asked = retry_after(headers)
        if asked is not None:
            return asked + self._jitter()
        return min(_FIRST * 2.0 ** (attempt - 1), _LONGEST) * (1 + self._jitter()) / 2


def _is_passing(status: int) -> bool:
    return status in (408, 429) or status >= 500


def client(base_url: str, headers: Mapping[str, str], *, sleep: Callable[[float], None] = time.sleep) -> Client:
    """A client for the reports below ``base_url``. UserError for no URL, or for a key that no header can hold."""
    if not all(_HEADER_VALUE.fullmatch(value) for value in headers.values()):
        raise UserError("the key is empty, or holds a line break or another character that no key has")
    try:
        url = httpx.URL(base_url)
    except httpx.InvalidURL as error:
        raise UserError(f"{base_url!r} is no URL: {error}") from None
    if url.scheme not in ("http", "https") or not url.host:
        raise UserError(f"{base_url!r} is no URL that begins with https:// or http:// and names a host")
    return Client(base_url, headers, sleep=sleep)


def get(client: httpx.Client, access: Access, path: str, params: Params) -> bytes:
    """The body of a report. Whatever goes wrong is a UserError that says what, where, and what to do."""
    try:
        response = client.get(path, params=list(params))
    except httpx.RequestError as error:
        # A local error quotes headers, and the cause holds the request: both would show the key.
        said = "" if isinstance(error, httpx.LocalProtocolError) else str(error)
        where = f"{access.provider} cannot be reached at {client.base_url.host}"
        raise UserError(f"{where}: {said or type(error).__name__}") from None
    if response.status_code != 200:
        _refuse(client, access, path, response)
    return response.content


def _refuse(client: httpx.Client, access: Access, path: str, response: httpx.Response) -> NoReturn:
    status = response.status_code
    if status in (401, 403):
        fault = "does not know the key" if status == 401 else "shows nothing to the key"
        raise UserError(
            f"{access.provider} {fault} in {access} ({status}): it wants {access.kind}, made at {access.made_at}"
        )
    said = f"{access.provider} answered {status} to GET {path}{_reason(client, response)}"
    if status == 404:
        raise NoReportError(said)
    wait = retry_after(response.headers)
    raise UserError(said + (f"; it asks to be left alone for {wait:.0f} s" if wait is not None else ""))


def _reason(client: httpx.Client, response: httpx.Response) -> str:
    """What the answer says of the error, on one line; nothing where it quotes the key."""
    found = error_body.read(response.content)
    text = " ".join(((found and found.message) or "").split())[:200]
    keys = (client.headers.get(name, "").split(" ")[-1] for name in _KEY_HEADERS)
    return f": {text}" if text and not any(key and key in text for key in keys) else ""
