"""How much memory this process has."""

import resource
import sys
from pathlib import Path

_PEAK_UNIT = 1 if sys.platform == "darwin" else 1024  # bytes; ru_maxrss is in KiB but on macOS
_STATM = Path("/proc/self/statm")


def peak() -> int:
    """The most memory that this process ever had, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _PEAK_UNIT


def now() -> int:
    """The memory that it has, in bytes; where the system does not say (macOS), the most that it ever had."""
    try:
        pages = int(_STATM.read_text("ascii").split()[1])
    except OSError:
        return peak()
    return pages * resource.getpagesize()
