"""Host names without a network: every name is this machine, so that URLs and headers are the providers' own."""

from __future__ import annotations

import socket
from typing import Any

LOOPBACK = "127.0.0.1"


def to_loopback() -> None:
    """Resolve every name to loopback from now on, in this process: nothing leaves the machine by name."""
    resolve = socket.getaddrinfo

    def getaddrinfo(host: Any, port: Any, *args: Any, **keywords: Any) -> Any:
        return resolve(LOOPBACK, port, *args, **keywords)

    socket.getaddrinfo = getaddrinfo
