"""Pages that keep up: when there is something new, and answers that are kept until then."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from keeptabs.store.changes import Changes

_MOST = 100  # pages that are kept
_FRESH = 60  # seconds: what a page says of the last hour moves on even where nothing changes


class Live:
    """What is the same for all requests: the changes of the ledger, and the pages that were made since the last.

    ``beside`` says what pages show that is not in the ledger.
    """

    def __init__(self, file: Path, beside: Callable[[], str], clock: Callable[[], float] = time.monotonic) -> None:
        self._changes, self._beside = Changes(file), beside
        self._clock, self._lock = clock, threading.Lock()
        self._kept: OrderedDict[tuple[str, str, int], str] = OrderedDict()

    @property
    def version(self) -> str:
        """Another one whenever pages are."""
        return f"{self._changes.count()} {self._beside()}".strip()

    def page(self, url: str, make: Callable[[], str]) -> str:
        """The page at ``url``, made anew when something has changed or a minute has gone by."""
        key = (url, self.version, int(self._clock() // _FRESH))
        with self._lock:
            found = self._kept.get(key)
        if found is not None:
            return found
        made = make()
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > _MOST:
                self._kept.popitem(last=False)
        return made

    def respond(self, _request: Request) -> Response:
        """``/live``: the version, for a page that asks again and again."""
        return JSONResponse({"version": self.version})

    def close(self) -> None:
        """Close the ledger."""
        self._changes.close()
