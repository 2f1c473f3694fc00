"""The one place where what differs between two runs by nature is made equal: ports, addresses, form boundaries."""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from keeptabs.testing.mock import MockServer

_ADDRESS = re.compile(r"(?<=\b0x)[0-9a-f]{6,}|(?<=cancel scope )[0-9a-f]{6,}")
_BOUNDARY = re.compile(r"(?<=boundary=)[0-9a-f]{32}")
_DELIMITER = re.compile(rb"(?<=--)[0-9a-f]{32}(?=--\r\n|\r\n)")
_SAME = "0" * 32


def normalise(transcript: Any, ports: Iterable[str]) -> Any:
    """A transcript without the port of its server, the addresses of objects, and the boundaries of forms."""
    text = json.dumps(transcript)
    for port in ports:
        text = re.sub(rf"(?<=127\.0\.0\.1:){port}\b|(?<=127\.0\.0\.1', ){port}\b", "PORT", text)
    return json.loads(_BOUNDARY.sub(_SAME, _ADDRESS.sub("ADDRESS", text)))


def digest(data: bytes) -> dict[str, Any]:
    """Bytes as their hash and length."""
    return {"sha256": hashlib.sha256(_DELIMITER.sub(_SAME.encode(), data)).hexdigest(), "length": len(data)}


def requests_of(server: MockServer) -> list[Any]:
    """What the server saw, in an order that does not depend on who came first."""
    seen = [
        {"line": f"{one.method} {one.path}", "headers": one.headers, "body": digest(one.body)}
        for one in server.requests
    ]
    return sorted(seen, key=json.dumps)
