"""Where pulled prices are kept: a directory a pull, never written to again, and a file that names the one that holds.

So the change from one set to the next is the replacement of one small file. Running apps keep the set they have.
"""

import hashlib
import re
import secrets
import shutil
from collections.abc import Mapping
from pathlib import Path

from keeptabs.core.errors import UserError
from keeptabs.pricing.load import CURRENT, pulled

_MADE_HERE = re.compile(r"\d{4}-\d\d-\d\d-[0-9a-f]{12}")


def put(folder: Path, texts: Mapping[str, str], today: str) -> Path:
    """Keep base files, by provider, as those that hold; earlier ones of other providers stay. Returns the directory.

    Raises:
        UserError: the folder cannot be written to.
    """
    before = pulled(folder)
    files = {f"{provider}.json": text for provider, text in texts.items()}
    try:
        every = {file.name: file.read_text("utf-8") for file in before.glob("*.json")} if before else {}
        every |= files
        made = _made(folder, every, today)
        _replace(folder / CURRENT, made.name)
        _remove(folder, keep={made, before})
    except OSError as error:
        raise UserError(f"{error.filename or folder}: {error.strerror or error}") from error
    return made


def reset(folder: Path) -> bool:
    """Remove all pulled prices; True when there were any.

    Raises:
        UserError: the folder cannot be written to.
    """
    had = pulled(folder) is not None
    try:
        (folder / CURRENT).unlink(missing_ok=True)
        _remove(folder, keep=set())
    except OSError as error:
        raise UserError(f"{error.filename or folder}: {error.strerror or error}") from error
    return had


def _made(folder: Path, files: Mapping[str, str], today: str) -> Path:
    """A directory with the files, named after the day and their content; it is there as a whole or not at all."""
    content = "".join(f"{name}\n{text}\n" for name, text in sorted(files.items()))
    made = folder / f"{today}-{hashlib.sha256(content.encode()).hexdigest()[:12]}"
    if made.is_dir():
        return made
    part = folder / f".new-{secrets.token_hex(4)}"
    part.mkdir(parents=True)
    try:
        for name, text in files.items():
            (part / name).write_bytes(text.encode())
        part.rename(made)
    finally:
        shutil.rmtree(part, ignore_errors=True)  # it is gone already where all went well
    return made


def _replace(file: Path, text: str) -> None:
    part = file.with_name(f".new-{secrets.token_hex(4)}")
    try:
        part.write_text(f"{text}\n", "utf-8")
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)


def _remove(folder: Path, keep: set[Path | None]) -> None:
    """Delete what earlier pulls left. Nothing that has another form of name is touched: the folder may be anybody's."""
    for directory in folder.glob("*"):
        if directory not in keep and _MADE_HERE.fullmatch(directory.name):
            shutil.rmtree(directory)
