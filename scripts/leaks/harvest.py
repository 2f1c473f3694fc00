"""Lines of real programs that look as if they held a key: from the packages that are installed here."""

import re
import sysconfig
from collections.abc import Iterator
from pathlib import Path

from leaks.case import Case
from leaks.chance import seeded

FAMILY = "lines of installed packages"
LINES = 5_000
TEXT = (".py", ".pyi", ".js", ".json", ".md", ".rst", ".txt", ".html", ".css", ".c", ".h", ".yaml", ".toml", "RECORD")
_LIKE = re.compile(rb"(?<![\w-])(?=[\w-]*[0-9])(?=[\w-]*[A-Za-z])[\w-]{20,200}(?![\w-])")
_AROUND = 2  # lines before, which may name a provider
_EACH = 8  # lines of one file, at most
_LONGEST = 2_000  # bytes of a line


def sources() -> list[Path]:
    """The text files of all installed packages, but our own."""
    home = Path(sysconfig.get_path("purelib"))
    found = (file for file in home.rglob("*") if file.name.endswith(TEXT) and file.is_file())
    return sorted(file for file in found if "keeptabs" not in file.relative_to(home).parts[0])


def harvested(count: int = LINES) -> list[Case]:
    """So many of them, chosen by chance but the same in the same environment."""
    chance = seeded("harvest")
    files = sources()
    chance.shuffle(files)
    found: list[Case] = []
    for file in files:
        here = list(_lines(file))
        found += chance.sample(here, min(len(here), _EACH))
        if len(found) >= count:
            break
    return found[:count]


def _lines(file: Path) -> Iterator[Case]:
    lines = file.read_bytes().splitlines(keepends=True)
    for at, line in enumerate(lines):
        if len(line) <= _LONGEST and _LIKE.search(line):
            yield Case(FAMILY, f"{file.name}", b"".join(lines[max(0, at - _AROUND) : at + 1]))
