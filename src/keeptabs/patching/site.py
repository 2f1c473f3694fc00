"""Where a call comes from: the nearest frame outside installed packages, found without any tagging."""

import sys
import sysconfig
from functools import lru_cache
from pathlib import Path
from types import CodeType, FrameType

from keeptabs.core.exchange import CallSite

_MAX_DEPTH = 80
_INSTALLED = tuple(
    {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    | {str(Path(__file__).resolve().parent.parent)}
)


@lru_cache(maxsize=4096)
def _is_application(code: CodeType) -> bool:
    file = code.co_filename
    return not (file.startswith(_INSTALLED) or file.startswith("<") or "site-packages" in file)


def call_site() -> CallSite | None:
    """The application's frame nearest to the caller, sync or inside a task; None when there is none in reach."""
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 - inspect.stack() costs a thousand times as much
    for _ in range(_MAX_DEPTH):
        if frame is None:
            return None
        code = frame.f_code
        if _is_application(code):
            return CallSite(code.co_filename, frame.f_lineno, code.co_qualname)
        frame = frame.f_back
    return None
