"""Where a call comes from: the nearest frame outside installed packages, found without any tagging."""

import sys
import sysconfig
from pathlib import Path
from types import FrameType

from keeptabs.core.exchange import CallSite

_MAX_DEPTH = 80
_INSTALLED = tuple(
    {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    | {str(Path(__file__).resolve().parent.parent)}
)


_known: dict[str, bool] = {}  # by file name: as many as a process has source files


def is_application(file: str) -> bool:
    """True for a source file outside installed packages and the standard library."""
    known = _known.get(file)
    if known is None:
        known = _known[file] = not (file.startswith((*_INSTALLED, "<")) or "site-packages" in file)
    return known


def call_site() -> CallSite | None:
    """The application's frame nearest to the caller, sync or inside a task; None when there is none in reach."""
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 - inspect.stack() costs a thousand times as much
    for _ in range(_MAX_DEPTH):
        if frame is None:
            return None
        code = frame.f_code
        file = code.co_filename
        if _known.get(file) or (file not in _known and is_application(file)):
            return CallSite(file, frame.f_lineno, code.co_qualname)
        frame = frame.f_back
    return None
