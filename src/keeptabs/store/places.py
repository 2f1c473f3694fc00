"""Where a ledger may lie: not on a network file system.

SQLite's write-ahead log needs memory that all processes share, which those on two hosts do not
(sqlite.org/wal.html, "all processes using a database must be on the same host computer"; checked 2026-11-24).
"""

import re
from pathlib import Path

_MOUNTS = Path("/proc/self/mounts")  # Linux; elsewhere it cannot be told
_NETWORK = frozenset(
    {"afs", "ceph", "cifs", "fuse.sshfs", "glusterfs", "lustre", "ncpfs", "nfs", "nfs4", "smb3", "smbfs"}
)
_ESCAPED = re.compile(r"\\([0-7]{3})")


def network_of(path: Path, mounts: Path = _MOUNTS) -> str | None:
    """The kind of network file system that ``path`` is on; None for another, or where it cannot be told."""
    try:
        lines = mounts.read_text("utf-8", "surrogateescape").splitlines()
    except OSError:
        return None
    kind = _kind(path.absolute(), [line.split(" ") for line in lines])
    return kind if kind in _NETWORK else None


def _kind(path: Path, mounts: list[list[str]]) -> str | None:
    """The file system of the innermost mount that holds ``path``; of two at one place the later."""
    holding = [(_plain(fields[1]), fields[2]) for fields in mounts if path.is_relative_to(_plain(fields[1]))]
    return max(enumerate(holding), key=lambda each: (len(each[1][0]), each[0]))[1][1] if holding else None


def _plain(place: str) -> str:
    """A place without the octal escapes that stand for spaces."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 8)), place)
