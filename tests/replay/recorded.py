"""Recorded answers of the same endpoints, where the recordings are: a directory that is no part of the repository."""

from __future__ import annotations

import base64
import gzip
import json
import re
import struct
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from served import Answer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from table import Case

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus"
EACH = 3  # recordings of each case
_EVENT = re.compile(rb".*?(?:\r?\n){2}", re.DOTALL)


def recordings(case: Case) -> list[Answer]:
    """The first recorded answers of a case; none where there are no recordings, or none of this endpoint."""
    if not case.endpoint.recorded:
        return []
    found: list[Answer] = []
    for url, answer in _entries():
        if len(found) < EACH and re.search(case.endpoint.recorded, url) and _flow(answer) == case.flow:
            found.append(answer)
    return found


def _flow(answer: Answer) -> str:
    return "error" if answer.status >= 400 else "stream" if answer.streamed else "plain"


@cache
def _entries() -> tuple[tuple[str, Answer], ...]:
    """Every recorded answer that has a body, by its URL without the query."""
    files = sorted(CORPUS.glob("*/*.har.gz"))
    return tuple(one for file in files for one in _answers(json.loads(gzip.decompress(file.read_bytes()))))


def _answers(har: dict[str, Any]) -> Iterator[tuple[str, Answer]]:
    for entry in har["log"]["entries"]:
        content = entry["response"]["content"]
        text = content.get("text") or ""
        body = base64.b64decode(text) if content.get("encoding") == "base64" else text.encode()
        kind = content.get("mimeType", "")
        headers = {"content-type": kind}
        parts = tuple(_parts(kind, body))
        documents = tuple(_documents(kind, parts))
        if documents:
            streamed = len(parts) > 1 or "stream" in kind or "ndjson" in kind
            yield (
                entry["request"]["url"].partition("?")[0],
                Answer(entry["response"]["status"], headers, parts, streamed, documents),
            )


def _parts(kind: str, body: bytes) -> list[bytes]:
    """A body in the parts that its provider sent."""
    if "amazon.eventstream" in kind:
        return list(_frames(body))
    if "event-stream" in kind:
        events = _EVENT.findall(body)
        rest = body[sum(map(len, events)) :]
        return [*events, rest] if rest else events
    return body.splitlines(keepends=True) if "ndjson" in kind else [body]


def _frames(body: bytes) -> Iterator[bytes]:
    while len(body) >= 16:
        (size,) = struct.unpack(">I", body[:4])
        yield body[:size]
        body = body[size:]


def _documents(kind: str, parts: tuple[bytes, ...]) -> Iterator[Any]:
    for part in parts:
        if "amazon.eventstream" in kind:
            (size,) = struct.unpack(">I", part[4:8])
            document = _parsed(part[12 + size : -4])
            inner = document.get("bytes") if isinstance(document, dict) else None
            yield _parsed(base64.b64decode(inner)) if inner else document
        elif "event-stream" in kind:
            yield from (_parsed(line[5:]) for line in part.splitlines() if line.startswith(b"data:"))
        else:
            yield _parsed(part)


def _parsed(text: bytes) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None
