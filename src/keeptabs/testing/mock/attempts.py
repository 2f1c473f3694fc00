"""Which attempt at the same call this is, for behaviours that fail a few times first."""

from __future__ import annotations

import hashlib
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from keeptabs.testing.mock.wire import Request

_REMEMBERED = 4096
_RETRY_HEADER = "x-stainless-retry-count"


class Attempts:
    """Counts failed attempts by identical request; safe to use from many threads."""

    def __init__(self) -> None:
        """Begin with nothing remembered."""
        self._failed: dict[bytes, int] = {}
        self._lock = threading.Lock()

    def fails(self, request: Request, failures: int) -> bool:
        """Whether this attempt is among the first `failures`, which fail.

        The SDK's own retry count is believed when it is higher than what was seen. A
        success forgets the request, so the same call made again fails first again.
        """
        key = _key(request)
        with self._lock:
            attempt = max(self._failed.pop(key, 0), _retry_count(request))
            if attempt >= failures:
                return False
            self._failed[key] = attempt + 1
            if len(self._failed) > _REMEMBERED:
                del self._failed[next(iter(self._failed))]
            return True


def _key(request: Request) -> bytes:
    wish = request.headers.get("x-mock", "")
    digest = hashlib.blake2b(f"{request.path} {wish}\n".encode())
    digest.update(request.body)
    return digest.digest()


def _retry_count(request: Request) -> int:
    text = request.headers.get(_RETRY_HEADER, "0")
    return int(text) if text.isascii() and text.isdigit() else 0
