"""A receiver of OTLP over HTTP: what it says to a batch of spans, as one of three things.

Source: opentelemetry.io/docs/specs/otlp/#otlphttp-response, and /docs/specs/otel/protocol/exporter/ for the variables;
checked 2026-11-24.
"""

import gzip
import os
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

import httpx
import msgspec

from keeptabs.core.errors import UserError
from keeptabs.core.limits import retry_after
from keeptabs.version import __version__

PATH = "/v1/traces"
_TIMEOUT = httpx.Timeout(30.0, connect=5.0)
_MISTAKES = (401, 403, 404, 405, 415)  # of an address or a key, not of a batch
_ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
_HEADERS = ("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "OTEL_EXPORTER_OTLP_HEADERS")


class UnavailableError(Exception):
    """It cannot be reached, or asks to come again, after ``wait`` seconds where it says so. Nothing is lost by that."""

    def __init__(self, why: str, wait: float | None = None) -> None:
        super().__init__(why)
        self.wait = wait


class RefusedError(Exception):
    """It does not take this batch, and would not the next time either."""


class _Partial(msgspec.Struct, rename="camel"):
    rejected_spans: int | str = 0  # whole numbers are text in OTLP's JSON


class _Answer(msgspec.Struct, rename="camel"):
    partial_success: _Partial | None = None


class Receiver:
    """Where spans are sent to, below ``url``; ``environ`` has the headers that OpenTelemetry's variables name.

    Raises UserError for what is no URL or no header.
    """

    def __init__(self, url: str, environ: Mapping[str, str] | None = None) -> None:
        self.url = _address(url)
        named = _headers(os.environ if environ is None else environ)
        fixed = {"content-type": "application/json", "content-encoding": "gzip"}
        self._client = httpx.Client(
            headers={"user-agent": f"keeptabs/{__version__}", **named, **fixed}, timeout=_TIMEOUT, trust_env=False
        )

    def send(self, body: bytes) -> int:
        """Send a request of OTLP in JSON; how many of its spans were rejected.

        Raises UnavailableError, RefusedError, or UserError where the address or the key is wrong.
        """
        try:
            response = self._client.post(self.url, content=gzip.compress(body, 1))
        except (httpx.TimeoutException, httpx.NetworkError, httpx.RemoteProtocolError) as error:
            raise UnavailableError(str(error) or type(error).__name__) from error
        status = response.status_code
        if status == 200:
            return _rejected(response.content)
        said = f"{self.url} answered {status}"
        if status in (408, 429) or status >= 500:
            raise UnavailableError(said, retry_after(response.headers))
        if status in _MISTAKES or status < 400:
            raise UserError(f"{said}: is it a receiver of OTLP over HTTP, and does it want a key ({_HEADERS[1]})?")
        raise RefusedError(said)

    def close(self) -> None:
        """Close the connection."""
        self._client.close()


def configured(environ: Mapping[str, str]) -> str | None:
    """The receiver that OpenTelemetry's variables name, or None."""
    return next((environ[name] for name in _ENDPOINTS if environ.get(name)), None)


def _address(text: str) -> str:
    """The URL that traces are posted to: below an endpoint, or the endpoint itself where it names that path."""
    try:
        url = httpx.URL(text.strip())
    except httpx.InvalidURL as error:
        raise UserError(f"{text!r} is no URL: {error}") from None
    if url.scheme not in ("http", "https") or not url.host:
        raise UserError(f"{text!r} is no URL that begins with http:// or https:// and names a host")
    path = url.path.rstrip("/")
    return str(url.copy_with(path=path if path.endswith(PATH) else path + PATH))


def _headers(environ: Mapping[str, str]) -> dict[str, str]:
    """The headers of the first variable that is set, as ``name=value`` with commas between, percent-encoded."""
    variable = next((name for name in _HEADERS if environ.get(name)), None)
    pairs = environ[variable].split(",") if variable else []
    found = {name.strip(): unquote(value.strip()) for name, mark, value in (p.partition("=") for p in pairs) if mark}
    if len(found) != len(pairs) or not all(name.isascii() and value.isprintable() for name, value in found.items()):
        raise UserError(f"{variable}: name=value is wanted, with commas between, and printable")
    return found


def _rejected(content: bytes) -> int:
    """What a success says of rejected spans; an answer that cannot be read says nothing of them."""
    try:
        answer: Any = msgspec.json.decode(content, type=_Answer)
        return int(answer.partial_success.rejected_spans) if answer.partial_success else 0
    except (msgspec.MsgspecError, ValueError):
        return 0
