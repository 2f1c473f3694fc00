"""The items of one array in a JSON text of any size, one at a time."""

import json
import re
from collections.abc import Collection, Iterator
from typing import Any, TextIO

_CHUNK = 1024 * 1024
_NUMBER_TAIL = 3  # characters: of "1.5" or "1e+5" cut before the 5, a smaller number would be read
_SPACE = re.compile(r"[ \t\r\n]*")
_decode = json.JSONDecoder().raw_decode


class JsonItems:
    """Reads a JSON text forwards and holds no more of it than one value. Raises json.JSONDecodeError."""

    def __init__(self, file: TextIO) -> None:
        self._file, self._text, self._at = file, "", 0

    def seek(self, paths: Collection[tuple[str, ...]]) -> tuple[str, ...] | None:
        """Go into the first array that stands under one of the ``paths`` of keys; None when there is none."""
        inside: tuple[str, ...] = ()
        self._expect("{")
        while not self._take("}"):
            key = self._value()
            self._expect(":")
            here = (*inside, str(key))
            if here in paths and self._take("["):
                return here
            if any(path[: len(here)] == here for path in paths) and self._take("{"):
                inside = here
                continue
            self._value()
            self._take(",")
        return None

    def __iter__(self) -> Iterator[Any]:
        """The items of the array that ``seek`` found."""
        if self._take("]"):
            return
        while True:
            yield self._value()
            if self._take("]"):
                return
            self._expect(",")

    def _more(self) -> bool:
        """Read on; more at a time when one value is large, so that it is not decoded again too often."""
        chunk = self._file.read(max(_CHUNK, len(self._text) - self._at))
        if not chunk:
            return False
        self._text, self._at = self._text[self._at :] + chunk, 0
        return True

    def _peek(self) -> str:
        """The next character that is no space, or nothing at the end of the text."""
        while True:
            found = _SPACE.match(self._text, self._at)
            self._at = found.end() if found else self._at
            if self._at < len(self._text) or not self._more():
                return self._text[self._at : self._at + 1]

    def _take(self, mark: str) -> bool:
        if self._peek() != mark:
            return False
        self._at += 1
        return True

    def _expect(self, mark: str) -> None:
        if not self._take(mark):
            raise json.JSONDecodeError(f"Expecting '{mark}'", "", 0)

    def _value(self) -> Any:
        """The next value. One that seems broken may only be cut: it is tried again with more of the text."""
        self._peek()
        while True:
            try:
                value, end = _decode(self._text, self._at)
            except json.JSONDecodeError:
                if not self._more():
                    raise
                continue
            if len(self._text) - end < _NUMBER_TAIL and self._more():
                continue
            self._at = end
            return value
