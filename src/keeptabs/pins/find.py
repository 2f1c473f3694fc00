"""The files of a project: its manifests, and its code."""

import os
from collections.abc import Iterator
from pathlib import Path

_OTHERS = {"node_modules", "site-packages", "__pycache__", "vendor", "third_party", "bower_components"}


def files(start: Path) -> Iterator[Path]:
    """All files below a folder, in order, or the file itself; without hidden folders and those of tools and others."""
    if start.is_file():
        yield start
        return
    for folder, folders, names in os.walk(start):
        here = Path(folder)
        folders[:] = sorted(name for name in folders if not _is_foreign(here / name))
        yield from (here / name for name in sorted(names))


def upwards(folder: Path) -> Iterator[Path]:
    """A folder and those above it, up to the top of its repository; without a repository, that folder alone."""
    above = [folder, *folder.parents]
    top = next((n for n, each in enumerate(above) if (each / ".git").exists()), 0)
    yield from above[: top + 1]


def _is_foreign(folder: Path) -> bool:
    return folder.name.startswith(".") or folder.name in _OTHERS or (folder / "pyvenv.cfg").exists()
