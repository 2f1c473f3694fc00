"""What a client needs to know of the rest: whether a request could be wanted, and how to begin recording it."""

from typing import Protocol

from keeptabs.core.dialect import Session
from keeptabs.core.exchange import Request
from keeptabs.patching.recording import Recording


class Recorder(Protocol):
    """Implemented by the runtime. Clients know this much of it, and nothing else."""

    def wants(self, method: str, path: str) -> bool:
        """False for a request that is none of ours whatever its host. Asked for every request: it must cost nothing."""

    def sighted(self, host: str, port: int, via: str) -> None:
        """A host is reached through ``via``, which cannot be recorded."""

    def begin(self, client: str, request: Request) -> Recording | None:
        """Begin a recording, or None when the request is none of ours or telemetry is suppressed here."""

    def session(self, request: Request) -> Session | None:
        """How messages over a websocket make exchanges, or None when its handshake is none of ours."""
