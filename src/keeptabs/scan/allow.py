"""What a project may keep although it is found: a comment beside the key says so.

``pragma: allowlist secret`` on its line, or ``pragma: allowlist nextline secret`` alone on the line above, are read as
detect-secrets reads them (``filters/allowlist.py`` of version 1.5.0, checked 2026-11-24): behind the mark of a comment.
``gitleaks:allow`` counts anywhere on the line, as in gitleaks (README of version 8.30, checked 2026-11-24).
"""

import re
from collections.abc import Sequence

_REACH = 2_000  # characters on either side of a key: in a longer line, what stands farther says nothing of this key
_MARK = r"(?:#|//|/\*|'|--|<!--)[# \t]*"
_BESIDE = re.compile(_MARK + r"(pragma: ?(?:allow|white)list[ -]secret)|(gitleaks:allow)")
_ABOVE = re.compile(r"[ \t]*" + _MARK + r"(pragma: ?allowlist[ -]nextline[ -]secret)")


def comment(lines: Sequence[str], line: int, column: int, length: int) -> str:
    """The words that allow a key, such as ``pragma: allowlist secret``; empty where none do.

    The key stands in ``lines`` at ``line`` and ``column``, both from 1, and is ``length`` characters long.
    """
    if not 0 < line <= len(lines):
        return ""
    found = _BESIDE.search(lines[line - 1], max(0, column - 1 - _REACH), column + length + _REACH)
    if found is None and line > 1:
        found = _ABOVE.match(lines[line - 2], 0, _REACH)
    return found[found.lastindex or 0] if found else ""
