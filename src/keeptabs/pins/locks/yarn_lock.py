"""``yarn.lock`` of Yarn, both formats: an entry begins with what was wanted, and says the version below."""

import re
from pathlib import Path

from keeptabs.pins.dependency import Lock, text_of

_ENTRY = re.compile(r'^"?(@?[^@\s"]+)@[^\n]*:\n(?:  resolution:[^\n]*\n)?  version:? "?([^"\s]+)"?', re.MULTILINE)


def read(path: Path) -> dict[str, str]:
    """Versions by name."""
    return {name: version for name, version in _ENTRY.findall(text_of(path)) if version != "0.0.0-use.local"}


LOCK = Lock(names=("yarn.lock",), of=("package.json",), read=read)
