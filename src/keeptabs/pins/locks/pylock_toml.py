"""``pylock.toml``, the format that all tools share (PEP 751)."""

from pathlib import Path

from keeptabs.pins import toml_lock
from keeptabs.pins.dependency import Lock


def read(path: Path) -> dict[str, str]:
    """Versions by name."""
    return toml_lock.versions(path, "packages")


LOCK = Lock(names=("pylock.toml", "pylock.*.toml"), of=("pyproject.toml",), read=read)
