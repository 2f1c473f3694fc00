"""multipart/form-data (RFC 7578): the small fields of an upload, and the sizes of its files."""

import re

import msgspec

MAX_FIELD = 64 * 1024  # bytes; a longer field is content (a prompt, a file), of which only the size is kept

_BOUNDARY = re.compile(r'boundary="?([^";,]{1,70})"?', re.IGNORECASE)
_NAME = re.compile(rb'[;\s]name="((?:[^"\\]|\\.)*)"', re.IGNORECASE)
_FILENAME = re.compile(rb"[;\s]filename\*?=", re.IGNORECASE)


class Field(msgspec.Struct, frozen=True):
    """One part: its text when it is a small field, and its size in bytes. A file's text is None."""

    value: str | None
    size: int


def boundary(content_type: str | None) -> bytes | None:
    """The boundary of a multipart content-type, or None when it is no multipart."""
    if not content_type or not content_type.lower().startswith("multipart/"):
        return None
    found = _BOUNDARY.search(content_type)
    return found.group(1).encode("latin-1", "replace") if found else None


def fields(body: bytes, content_type: str | None) -> dict[str, list[Field]]:
    """The parts of ``body`` by field name. A body that was cut yields the parts before the cut, and the cut one."""
    mark = boundary(content_type)
    found: dict[str, list[Field]] = {}
    if mark is None:
        return found
    for part in body.split(b"--" + mark)[1:]:
        head, separator, content = part.partition(b"\r\n\r\n")
        name = _NAME.search(head)
        if part.startswith(b"--") or not separator or name is None:
            continue
        content = content.removesuffix(b"\r\n")
        small = len(content) <= MAX_FIELD and not _FILENAME.search(head)
        field = Field(content.decode("utf-8", "replace") if small else None, len(content))
        found.setdefault(name.group(1).decode("utf-8", "replace"), []).append(field)
    return found


def text(found: dict[str, list[Field]], name: str) -> str | None:
    """The first text under ``name``, or None."""
    return next((field.value for field in found.get(name, []) if field.value is not None), None)
