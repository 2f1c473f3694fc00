"""What keys are fingerprinted with: a secret of this ledger's, in a file beside it that only its owner can read."""

import os
import secrets
import tempfile
from functools import cache
from pathlib import Path

_BYTES = 32


@cache
def salt(ledger: Path | None) -> bytes:
    """The salt of a ledger, made when it is first wanted. Without a ledger, or a place to keep it, there is none.

    Fingerprints without a salt are the same everywhere; a key has far too many forms to be found by trying.
    """
    if ledger is None:
        return b""
    file = ledger.with_name(f"{ledger.name}.salt")
    try:
        return _read(file) or _make(file)
    except OSError:
        return b""


def _read(file: Path) -> bytes:
    return file.read_bytes() if file.is_file() else b""


def _make(file: Path) -> bytes:
    file.parent.mkdir(parents=True, exist_ok=True)
    made = secrets.token_bytes(_BYTES)
    handle, name = tempfile.mkstemp(prefix=f"{file.name}.", dir=file.parent)  # only its owner can read it
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as opened:
            opened.write(made)
        os.link(part, file)  # fails where another process was first: its salt is the one
    except FileExistsError:
        made = file.read_bytes()
    finally:
        part.unlink()
    return made
