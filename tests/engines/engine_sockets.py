"""The addresses at which a process and those that it started listen, as Linux tells them in ``/proc``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

PROC = Path("/proc")
LISTENING = "0A"  # TCP_LISTEN of include/net/tcp_states.h
LOOPBACK = {"0100007F", "0000000000000000FFFF00000100007F", "00000000000000000000000001000000"}


def listening(pid: int) -> set[str]:
    """The local addresses, in the hexadecimal of ``/proc/net/tcp``; empty where there is no such directory."""
    wanted = {inode for each in _family(pid) for inode in _sockets(each)}
    return {address for address, inode in _open() if inode in wanted}


def _family(pid: int) -> Iterator[int]:
    """A process and all below it."""
    yield pid
    for children in PROC.glob(f"{pid}/task/*/children"):
        for child in children.read_text().split():
            yield from _family(int(child))


def _sockets(pid: int) -> Iterator[str]:
    """The inodes of the sockets of a process."""
    for link in PROC.glob(f"{pid}/fd/*"):
        target = str(link.readlink()) if link.is_symlink() else ""
        if target.startswith("socket:["):
            yield target[8:-1]


def _open() -> Iterator[tuple[str, str]]:
    """The address and the inode of every socket that listens."""
    for table in (PROC / "net" / "tcp", PROC / "net" / "tcp6"):
        lines = table.read_text().splitlines()[1:] if table.is_file() else []
        for fields in map(str.split, lines):
            if fields[3] == LISTENING:
                yield fields[1].partition(":")[0], fields[9]
