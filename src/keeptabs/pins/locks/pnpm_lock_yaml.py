"""``pnpm-lock.yaml`` of pnpm, lockfile versions 5 to 9."""

import re
from pathlib import Path

from keeptabs.pins.dependency import Lock, text_of

# `  /openai/4.1.0:` to version 5, `  /openai@4.1.0(zod@3.0.0):` in 6, `  openai@4.1.0:` and `  '@a/b@1.0.0':` in 9.
_PACKAGE = re.compile(r"^  '?/?(@?[^@/\s']+(?:/[^@/\s'\d][^@/\s']*)?)[@/](\d[^(_:'\s]*)[^:]*:", re.MULTILINE)


def read(path: Path) -> dict[str, str]:
    """Versions by name; read by pattern, since such files are too long for a YAML parser in Python."""
    return dict(_PACKAGE.findall(text_of(path)))


LOCK = Lock(names=("pnpm-lock.yaml",), of=("package.json",), read=read)
