"""What a client needs to know of the rest: whether a request is wanted, and how to begin recording it."""

from typing import Any, Protocol

from keeptabs.core.exchange import Request
from keeptabs.patching.recording import Recording


class Recorder(Protocol):
    """Implemented by the runtime. Clients know this much of it, and nothing else."""

    def wants(self, method: str, host: str, port: int, path: str) -> Any:
        """A token for ``begin`` when a request is to be recorded, None when it is not. Costs about a microsecond."""

    def begin(self, wanted: Any, client: str, request: Request) -> Recording | None:
        """Begin a recording, or None when telemetry is suppressed here or the request turns out to be none of ours."""
