"""The tables of a TOML file as values, each mistake answered with its line."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

import msgspec

from keeptabs.pricing.rows import PriceFileError

_TABLE = re.compile(r"^[ \t]*\[\[[ \t]*(\w+)[ \t]*\]\]", re.MULTILINE)
_T = TypeVar("_T")


class Tables:
    """The arrays of tables in a text, each table with the line that it begins on: TOML parsers do not say."""

    def __init__(self, text: str, file: str, known: Sequence[str]) -> None:
        """Read ``text``, which may have tables of the ``known`` names only.

        Raises:
            PriceFileError: the text is no TOML, or has another table.
        """
        import tomllib  # with its regular expressions it takes longer than all else here

        try:
            self._tables: Mapping[str, Any] = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise PriceFileError(f"{file}: {error}") from error
        unknown = sorted(self._tables.keys() - set(known))
        if unknown:
            raise PriceFileError(f"{file}: unknown table {unknown[0]!r}: rows stand under [[{']], [['.join(known)}]]")
        self._file = file
        self._lines: dict[str, list[int]] = {}
        line, end = 1, 0
        for header in _TABLE.finditer(text):
            line += text.count("\n", end, header.start())
            end = header.start()
            self._lines.setdefault(header[1], []).append(line)

    def of(self, name: str, kind: type[_T]) -> Iterator[tuple[_T, str]]:
        """Each table of a name as a value, with ``file:line``.

        Raises:
            PriceFileError: a table is not what ``kind`` says.
        """
        found = self._tables.get(name, [])
        lines = self._lines.get(name, [])
        if not isinstance(found, list) or len(lines) != len(found):
            raise PriceFileError(f"{self._file}: write each row as a table of its own, under [[{name}]]")
        for line, row in zip(lines, found, strict=True):
            where = f"{self._file}:{line}"
            try:
                yield msgspec.convert(row, kind), where
            except msgspec.ValidationError as error:
                raise PriceFileError(f"{where}: {error}") from error
