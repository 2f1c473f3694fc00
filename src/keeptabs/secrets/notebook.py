"""Which cell of a notebook a text is in. Format: nbformat 4, https://nbformat.readthedocs.io (checked 2026-11-24)."""

from collections.abc import Iterator
from typing import Any

import msgspec

_PARTS = {"outputs": "output", "attachments": "attachment"}


class Notebook:
    """The strings of a notebook's cells. Bytes that are no notebook have none."""

    def __init__(self, data: bytes) -> None:
        try:
            read = msgspec.json.decode(data)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            read = None
        cells = read.get("cells") if isinstance(read, dict) else None
        self._strings = list(_cells(cells)) if isinstance(cells, list) else []
        self._left: dict[str, list[str]] = {}

    def place(self, text: str) -> str:
        """Where ``text`` stands: ``cell 3, output``, cells numbered from 1; empty where no cell holds it.

        Asked again it tells the next place, in the order of the file; asked more often than there are, the last.
        """
        if text not in self._left:
            self._left[text] = [place for place, string in self._strings for _ in range(string.count(text))][::-1]
        left = self._left[text]
        return "" if not left else left.pop() if len(left) > 1 else left[0]


def _cells(cells: list[Any]) -> Iterator[tuple[str, str]]:
    for number, cell in enumerate(cells, 1):
        for name, value in cell.items() if isinstance(cell, dict) else ():
            place = f"cell {number}, {_PARTS.get(name, name)}"
            yield from ((place, string) for string in _strings(value))


def _strings(value: Any) -> Iterator[str]:
    """The strings of a JSON value, in order; lines of a text as the one text that they are."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list) and value and all(isinstance(line, str) for line in value):
        yield "".join(value)
    elif isinstance(value, list | dict):
        for each in value if isinstance(value, list) else value.values():
            yield from _strings(each)
