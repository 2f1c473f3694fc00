"""``bun.lock`` of Bun: JSON with commas that JSON does not allow, so it is read by pattern."""

import re
from pathlib import Path

from keeptabs.pins.dependency import Lock, text_of

_PACKAGE = re.compile(r'^\s*"([^"]+)": \["\1@([^"@]+)"', re.MULTILINE)


def read(path: Path) -> dict[str, str]:
    """Versions by name, of what is installed at the top."""
    return dict(_PACKAGE.findall(text_of(path)))


LOCK = Lock(names=("bun.lock",), of=("package.json",), read=read)
