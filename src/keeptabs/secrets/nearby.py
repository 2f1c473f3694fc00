"""What stands near a key: weak forms count only where a word of their provider is."""

import re

REACH = 400  # bytes before a key that are looked at, at most
_BESIDE = 80  # bytes of the key's own line
_LINES = 3  # lines before it
# In lower case: the names that keys are given, and the headers and parameters that they are sent in.
_CALLED = re.compile(
    rb"(?:api|secret|access|auth)[ _-]?key|(?:[_?&-]|\| *)key(?![a-z])"
    rb"|(?<![a-z])(?:token|secret|bearer|login)(?![a-z])|authoriz|credential"
)


def before(data: bytes, at: int) -> bytes:
    """What counts as near to a key at ``at``, in lower case: the end of its line before it, and three lines more."""
    lines = data[max(0, at - REACH) : at].lower().rsplit(b"\n", _LINES + 1)
    above = lines[1:-1] if len(lines) == _LINES + 2 else lines[:-1]
    return b"\n".join([*above, lines[-1][-_BESIDE:]])


def nearness(near: bytes, path: str, words: tuple[str, ...]) -> int:
    """How near the nearest of ``words`` is: the greater the nearer, 0 if only the file is called so, -1 if none is."""
    found = max((near.rfind(word.encode()) for word in words), default=-1)
    if found >= 0:
        return found + 1
    name = path.rpartition("/")[2].lower()
    return 0 if not words or any(word in name for word in words) else -1


def is_called(near: bytes) -> bool:
    """Whether what is near says that a key stands there."""
    return _CALLED.search(near) is not None
