"""The elements of one JSON array, incrementally: how Gemini streams when nobody asked for server-sent events.

Only elements that are objects count; what stands between them is passed over.
"""

import re

from keeptabs.core.wire import MAX_EVENT

_STRUCTURE = re.compile(rb'["{}\[\]]')
# Possessive, since a search that could go back keeps its way in memory: 100 bytes a letter.
_STRING_END = re.compile(rb'[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
_OPENING = b"{["
_ELEMENT = 2  # the depth inside an element of the outer array


class Splitter:
    """Cuts a byte stream into the objects of its outer array. Not thread-safe."""

    def __init__(self) -> None:
        self.oversized = 0  # elements that were dropped for their size
        self._begin()

    def _begin(self) -> None:
        self._rest = b""
        self._at = self._depth = 0
        self._start: int | None = None  # where the object that is open begins, unless it is too large
        self._in_string = False

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
            if self._depth == _ELEMENT and mark[0] == b"{":
                self._start = mark.start()
        else:
            self._close(mark[0], found)
        return True

    def _close(self, bracket: bytes, found: list[bytes]) -> None:
        if self._depth == _ELEMENT:
            if self._start is not None and self._is_small() and bracket == b"}":
                found.append(self._rest[self._start : self._at])
            self._start = None
        self._depth = max(self._depth - 1, 0)

    def _is_small(self) -> bool:
        small = self._start is None or self._at - self._start <= MAX_EVENT
        self.oversized += not small
        return small

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
        if not self._is_small():
            self._start = None
        done = self._at if self._start is None else self._start
        self._rest = self._rest[done:]
        self._at -= done
        self._start = None if self._start is None else 0

    def flush(self) -> list[bytes]:
        """The element that the array broke off in, if any."""
        open_one = b"" if self._start is None else self._rest[self._start :]
        self._begin()
        return [open_one] if open_one else []
