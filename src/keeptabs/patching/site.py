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


_is_application: dict[str, bool] = {}  # by file name: as many as a process has source files


def _look(file: str) -> bool:
    installed = file.startswith(_INSTALLED) or file.startswith("<") or "site-packages" in file
    _is_application[file] = not installed
    return not installed


def call_site() -> CallSite | None:
    """The application's frame nearest to the caller, sync or inside a task; None when there is none in reach."""
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 - inspect.stack() costs a thousand times as much
    for _ in range(_MAX_DEPTH):
        if frame is None:
            return None
        code = frame.f_code
        file = code.co_filename
        known = _is_application.get(file)
        if known or (known is None and _look(file)):
            return CallSite(file, frame.f_lineno, code.co_qualname)
        frame = frame.f_back
    return None
