"""Reading multipart/form-data, which audio and image edits arrive in."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

_BOUNDARY = re.compile(r'boundary="?([^";]+)"?', re.IGNORECASE)
_NAME = re.compile(rb'\bname="([^"]*)"')
_FILENAME = re.compile(rb'\bfilename="([^"]*)"')


class Upload(NamedTuple):
    """One uploaded file: its field, the name the client gave it, and its bytes' number."""

    field: str
    filename: str
    size: int


class Form(NamedTuple):
    """A form taken apart. A field ending in `[]` holds the list of its values."""

    fields: dict[str, Any]
    uploads: tuple[Upload, ...]


def parse_form(content_type: str, body: bytes) -> Form | None:
    """Take a form's body apart; None when it is not one."""
    boundary = _BOUNDARY.search(content_type)
    if boundary is None:
        return None
    fields: dict[str, Any] = {}
    uploads: list[Upload] = []
    for part in body.split(b"--" + boundary[1].encode("latin-1"))[1:-1]:
        head, _, content = part.partition(b"\r\n\r\n")
        _keep(head, content.removesuffix(b"\r\n"), fields, uploads)
    return Form(fields, tuple(uploads))


def _keep(head: bytes, content: bytes, fields: dict[str, Any], uploads: list[Upload]) -> None:
    """Add one part to the fields or to the uploads."""
    name = _NAME.search(head)
    if name is None:
        return
    field = name[1].decode(errors="replace")
    filename = _FILENAME.search(head)
    if filename is not None:
        uploads.append(Upload(field, filename[1].decode(errors="replace"), len(content)))
    elif field.endswith("[]"):
        fields.setdefault(field, []).append(content.decode(errors="replace"))
    else:
        fields[field] = content.decode(errors="replace")
