"""Reads price files: those of this package, and one of the user's."""

import re
from pathlib import Path

import msgspec

from keeptabs.pricing import written
from keeptabs.pricing.rows import BaseFile, PriceFileError
from keeptabs.pricing.written import Written

BASE = "genai-prices 0.2.3"  # what the heads of the base files say; a test compares them
OVERLAY = "2026-11-24"  # the last day on which a row was added to the overlay; a test compares that too

_HERE = Path(__file__).parent
_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]*")
_base_decoder = msgspec.json.Decoder(BaseFile)


def base(provider: str, folder: Path = _HERE / "base") -> BaseFile | None:
    """The converted prices of ``provider``, or None when there are none.

    Raises:
        PriceFileError: the file is broken.
    """
    path = folder / f"{provider}.json"
    if not _NAME.fullmatch(provider) or not path.exists():
        return None
    try:
        return _base_decoder.decode(path.read_bytes())
    except msgspec.MsgspecError as error:
        raise PriceFileError(f"{path.name}: {error}") from error


def overlay(provider: str, folder: Path = _HERE / "overlay") -> Written | None:
    """Our own rows for ``provider``, or None when there are none.

    Raises:
        PriceFileError: the file is broken.
    """
    path = folder / f"{provider}.toml"
    if not _NAME.fullmatch(provider) or not path.exists():
        return None
    return written.read(path.read_text("utf-8"), file=path.name, layer="overlay", provider=provider)


def user(path: Path) -> Written:
    """The rows of the user's file at ``path``.

    Raises:
        PriceFileError: the file is missing or broken.
    """
    try:
        text = path.read_text("utf-8")
    except OSError as error:
        raise PriceFileError(f"{path}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise PriceFileError(f"{path}: not UTF-8 text") from error
    return written.read(text, file=str(path), layer="user")
