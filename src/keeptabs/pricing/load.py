"""Reads price files: those of this package, newer ones that were pulled, and one of the user's."""

import re
from pathlib import Path

import msgspec

from keeptabs.pricing import written
from keeptabs.pricing.rows import BaseFile, PriceFileError
from keeptabs.pricing.written import Written

BASE = "genai-prices 0.2.3"  # what the heads of the base files say; a test compares them
OVERLAY = "2026-11-24"  # the last day on which a row was added to the overlay; a test compares that too
CURRENT = "current"  # the file in a folder of pulled prices that names the directory of those that hold

_HERE = Path(__file__).parent
SHIPPED = _HERE / "base"
OVERLAYS = _HERE / "overlay"  # as people write them
COMPILED = _HERE / "compiled"  # the same rows, as they are read: scripts/compile_overlay.py
_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]*")
_base_decoder = msgspec.json.Decoder(BaseFile)
_overlay_decoder = msgspec.json.Decoder(Written)


def pulled(folder: Path | None) -> Path | None:
    """The directory of the base files that were pulled into ``folder``, or None when none were.

    It is never written to again: whoever has it sees the same prices, whatever is pulled meanwhile.
    """
    try:
        name = (folder / CURRENT).read_text("utf-8").strip() if folder else ""
    except (OSError, UnicodeDecodeError):
        return None
    found = folder / name if folder and _NAME.fullmatch(name) else None
    return found if found and found.is_dir() else None


def version(pulled: Path | None, user_file: Path | None) -> str:
    """Which prices a book is made of."""
    parts = [BASE, f"pulled {pulled.name}" if pulled else "", f"overlay {OVERLAY}"]
    return " + ".join(filter(None, [*parts, f"user {user_file.name}" if user_file else ""]))


def providers(pulled: Path | None = None) -> list[str]:
    """The names of all providers that have a base file or an overlay, sorted."""
    folders = [(SHIPPED, "json"), (OVERLAYS, "toml"), *([(pulled, "json")] if pulled else [])]
    return sorted({file.stem for folder, kind in folders for file in folder.glob(f"*.{kind}")})


def base(provider: str, pulled: Path | None = None) -> BaseFile | None:
    """The converted prices of ``provider``, or None when there are none.

    Of the shipped file and that in the directory ``pulled`` the newer one holds, so that prices which were pulled
    before an upgrade of keeptabs do not hide those that came with it.

    Raises:
        PriceFileError: a file is broken.
    """
    if not _NAME.fullmatch(provider):
        return None
    paths = [folder / f"{provider}.json" for folder in (pulled, SHIPPED) if folder]
    found = [base_file(data, str(path)) for path in paths if (data := _bytes(path)) is not None]
    return max(found, key=lambda file: file.head.converted, default=None)


def _bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:  # it is not there, or is not any more
        return None


def base_file(data: bytes, name: str) -> BaseFile:
    """The base file in some bytes; ``name`` is what to call it.

    Raises:
        PriceFileError: the bytes are none.
    """
    try:
        return _base_decoder.decode(data)
    except msgspec.MsgspecError as error:
        raise PriceFileError(f"{name}: {error}") from error


def overlay(provider: str, folder: Path = COMPILED) -> Written | None:
    """Our own rows for ``provider``, or None when there are none.

    Raises:
        PriceFileError: the file is broken.
    """
    data = _bytes(folder / f"{provider}.json") if _NAME.fullmatch(provider) else None
    try:
        return None if data is None else _overlay_decoder.decode(data)
    except msgspec.MsgspecError as error:
        raise PriceFileError(f"{folder.name}/{provider}.json: {error}") from error


def user(path: Path) -> Written:
    """The rows of the user's file at ``path``.

    Raises:
        PriceFileError: the file is missing or broken.
    """
    return written.read(user_text(path), file=str(path), layer="user")


def user_text(path: Path) -> str:
    """What stands in the user's file at ``path``.

    Raises:
        PriceFileError: it is missing, or no text.
    """
    try:
        return path.read_text("utf-8")
    except OSError as error:
        raise PriceFileError(f"{path}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise PriceFileError(f"{path}: not UTF-8 text") from error
