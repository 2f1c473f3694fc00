"""The elements of one JSON array, incrementally: how Gemini streams when nobody asked for server-sent events.

Only elements that are objects count; what stands between them is passed over.
"""

import re

from keeptabs.core.wire import MAX_EVENT

_STRUCTURE = re.compile(rb'["{}\[\]]')
_STRING_END = re.compile(rb'[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_OPENING = b"{["
_ELEMENT = 2  # the depth inside an element of the outer array


class Splitter:
    """Cuts a byte stream into the objects of its outer array. Not thread-safe."""

    def __init__(self) -> None:
        self._rest = b""
        self._at = self._start = self._depth = 0
        self._in_string = False
        self.oversized = 0  # elements that were dropped for their size

    def feed(self, data: bytes) -> list[bytes]:
        """The elements that ``data`` completes."""
        self._rest += data
        found: list[bytes] = []
        while self._step(found):
            pass
        self._forget()
        return found

    def _step(self, found: list[bytes]) -> bool:
        """Go on to the next bracket or the end of a string; False when there is none yet."""
        if self._in_string:
            return self._leave_string()
        mark = _STRUCTURE.search(self._rest, self._at)
        if mark is None:
            self._at = len(self._rest)
            return False
        self._at = mark.end()
        if mark[0] == b'"':
            self._in_string = True
        elif mark[0] in _OPENING:
            self._depth += 1
            if self._depth == _ELEMENT:
                self._start = mark.start()
        else:
            if self._depth == _ELEMENT and mark[0] == b"}":
                found.append(self._rest[self._start : self._at])
            self._depth = max(self._depth - 1, 0)
        return True

    def _leave_string(self) -> bool:
        end = _STRING_END.match(self._rest, self._at)
        if end is not None:
            self._at, self._in_string = end.end(), False
            return True
        backslashes = len(self._rest) - len(self._rest.rstrip(b"\\"))  # the last may escape what comes next
        self._at = max(len(self._rest) - backslashes % 2, self._at)
        return False

    def _forget(self) -> None:
        """Drop what is done with: only the element that is open is kept, unless it is too large."""
        done = self._start if self._depth >= _ELEMENT else self._at
        if len(self._rest) - done > MAX_EVENT:
            done = self._at
            self._start = 0
            self.oversized += 1
        self._rest = self._rest[done:]
        self._at -= done
        self._start = max(self._start - done, 0)

    def flush(self) -> list[bytes]:
        """The element that the array broke off in, if any."""
        open_one = self._rest[self._start :] if self._depth >= _ELEMENT else b""
        self.__init__()  # type: ignore[misc] # a splitter that was flushed begins anew
        return [open_one] if open_one else []
