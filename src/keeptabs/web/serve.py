"""The server of the pages: on one socket, until it is interrupted."""

import ipaddress
import secrets
import socket
from collections.abc import Callable
from pathlib import Path

import msgspec
import uvicorn

from keeptabs.core.errors import UserError
from keeptabs.web import otlp
from keeptabs.web.app import create
from keeptabs.web.security import access

PORT = 8610
_TRIED = 20  # ports from PORT on, where nobody has named one
_TOKEN_BYTES = 24
_EVERYWHERE = frozenset({"0.0.0.0", "::", ""})  # noqa: S104 - what a person may give, and what is then asked of them


class ServeError(UserError):
    """The pages cannot be served. The message says why."""


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where the pages are: an open socket, the names that they have, and the token that they need, if any."""

    socket: socket.socket
    names: tuple[str, ...]
    token: str | None

    @property
    def address(self) -> str:
        """The address to open; it holds the token."""
        port = self.socket.getsockname()[1]
        return f"http://{self.names[0]}:{port}/" + (f"?token={self.token}" if self.token else "")


def place(host: str, port: int | None, names: tuple[str, ...] = ()) -> Place:
    """Take a port of ``host``: this one (0: any), or else the first from ``PORT`` on that is free.

    ``names`` are those by which the pages are asked for from elsewhere. Beyond the loopback interface there is a token.

    Raises ServeError when there is none to have.
    """
    taken = bound(host, range(PORT, PORT + _TRIED) if port is None else (port,))
    if is_loopback(host):
        return Place(socket=taken, names=(bracketed(host), *names), token=None)
    own = () if host in _EVERYWHERE else (bracketed(host),)
    known = (*names, *own) or (socket.gethostname().lower(),)
    return Place(socket=taken, names=known, token=secrets.token_urlsafe(_TOKEN_BYTES))


def bound(host: str, ports: range | tuple[int, ...]) -> socket.socket:
    """A listening socket on the first port that is free."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for port in ports:
        made = socket.socket(family, socket.SOCK_STREAM)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            made.bind((host, port))
            made.listen()
        except OSError as error:
            made.close()
            if port == ports[-1]:
                which = f"port {port}" if len(ports) == 1 else f"a port from {ports[0]} to {ports[-1]}"
                raise ServeError(f"{which} of {host} cannot be had: {(error.strerror or str(error)).lower()}") from None
        else:
            return made
    raise AssertionError("there is always a port to try")


def is_loopback(host: str) -> bool:
    """True for an address that only this machine reaches."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def bracketed(host: str) -> str:
    """An address as URLs and Host headers have it."""
    return f"[{host}]" if ":" in host else host.lower()


def serve(file: Path, at: Place, started: Callable[[], None]) -> None:
    """Serve the ledger until interrupted; ``started`` is called when pages can be asked for."""
    app = create(file, access(at.names, at.token), extra=(otlp.route(file),))
    config = uvicorn.Config(
        app,
        log_level="error",
        lifespan="off",
        ws="none",
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=2,
        limit_concurrency=200,
    )
    server = _Server(config, started)
    try:
        server.run(sockets=[at.socket])
    finally:
        at.socket.close()


class _Server(uvicorn.Server):
    """Tells when it has started."""

    def __init__(self, config: uvicorn.Config, started: Callable[[], None]) -> None:
        super().__init__(config)
        self._tell = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._tell()
