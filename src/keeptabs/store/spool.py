"""Where records wait that the ledger could not take: a file of JSON lines beside it, else in the temporary directory.

Only written when the ledger stays out of reach until the process ends (a full or read-only disk, a lock that is not
released). The next writer of the same ledger takes the records in.
"""

import hashlib
import os
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from keeptabs.store.record import Record

Faults = Mapping[tuple[str, str], int]  # (stage, cause) -> count


class _Line(msgspec.Struct, omit_defaults=True):
    """One line of a spool: a record, or a count of faults."""

    record: Record | None = None
    fault: tuple[str, str, int] | None = None


def directories(ledger: Path) -> tuple[Path, Path]:
    """The places to spool to, in the order of preference; the second is the user's own below the temporary one."""
    mark = hashlib.blake2s(str(ledger.absolute()).encode(), digest_size=6).hexdigest()
    owner = os.getuid() if hasattr(os, "getuid") else "user"
    return ledger.with_name(ledger.name + ".spool"), Path(tempfile.gettempdir()) / f"keeptabs-{owner}" / mark


def save(ledger: Path, records: Iterable[Record], faults: Faults) -> Path:
    """Write records and faults to a new spool file. Raises OSError when no place takes them."""
    lines = [_Line(record=record) for record in records]
    lines += [_Line(fault=(*fault, count)) for fault, count in faults.items()]
    data = b"".join(msgspec.json.encode(line) + b"\n" for line in lines)
    failure: OSError | None = None
    for directory in directories(ledger):
        try:
            directory.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle, name = tempfile.mkstemp(prefix=f"{os.getpid()}-", suffix=".part", dir=directory)
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            return Path(name).rename(Path(name).with_suffix(".jsonl"))
        except OSError as error:
            failure = error
    raise failure or OSError("no place to spool to")


def files(ledger: Path) -> list[Path]:
    """The spool files that wait for a ledger, oldest first."""
    found = [file for directory in directories(ledger) if directory.is_dir() for file in directory.glob("*.jsonl")]
    return sorted(found, key=lambda file: file.stat().st_mtime)


def claim(file: Path) -> Path | None:
    """Take a spool file for this process alone, or None when another process was first."""
    mine = file.with_suffix(f".taken-{os.getpid()}")
    try:
        return file.rename(mine)
    except OSError:
        return None


def read(file: Path) -> tuple[list[Record], dict[tuple[str, str], int]]:
    """The records and faults of a spool file; a torn line is passed over."""
    records: list[Record] = []
    faults: dict[tuple[str, str], int] = {}
    for text in file.read_bytes().splitlines():
        try:
            line = msgspec.json.decode(text, type=_Line)
        except msgspec.MsgspecError:
            continue
        if line.record is not None:
            records.append(line.record)
        if line.fault is not None:
            stage, cause, count = line.fault
            faults[stage, cause] = faults.get((stage, cause), 0) + count
    return records, faults
