"""Recorded traffic, read without keeptabs: plain json, plain lines, and botocore for what Amazon frames."""

from __future__ import annotations

import base64
import gzip
import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from botocore.eventstream import EventStreamBuffer

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus"
FILES = sorted(path.relative_to(CORPUS).as_posix() for path in CORPUS.glob("*/*.har.gz"))

# What the corpus made of base64 that was longer than 1,500 characters: such a part of a recording says nothing more.
CUT = re.compile(r"[A-Za-z0-9+/]{64}A{64}")


@dataclass(frozen=True)
class Recorded:
    """One entry, as it was recorded."""

    name: str
    method: str
    url: str
    asked: str
    status: int
    headers: dict[str, str]
    body: bytes
    is_cut: bool

    @property
    def path(self) -> str:
        """The decoded path."""
        return unquote(urlsplit(self.url).path)

    @property
    def place(self) -> str:
        """Method, host and path, as the table of places matches them."""
        return f"{self.method} {urlsplit(self.url).netloc}{self.path}"

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8", "replace")

    @property
    def is_stream(self) -> bool:
        """True for an answer of many events, by its content-type."""
        kind = self.headers.get("content-type", "")
        return "event-stream" in kind or "eventstream" in kind or "ndjson" in kind or "stream+json" in kind

    @property
    def documents(self) -> list[dict[str, Any]]:
        """The JSON of the answer: one document, or one an event."""
        if "vnd.amazon.eventstream" in self.headers.get("content-type", ""):
            return _framed(self.body)
        text = self.text.strip()
        if text.startswith(("{", "[")):
            try:
                whole = json.loads(text)
            except ValueError:
                return _parsed(text.splitlines())
            return [part for part in (whole if isinstance(whole, list) else [whole]) if isinstance(part, dict)]
        lines = self.text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        return _parsed([line.removeprefix("data:") for line in lines if line.startswith("data:")])


def _parsed(texts: list[str]) -> list[dict[str, Any]]:
    found = []
    for text in texts:
        try:
            found.append(json.loads(text))
        except ValueError:
            continue
    return [document for document in found if isinstance(document, dict)]


def _framed(body: bytes) -> list[dict[str, Any]]:
    buffer = EventStreamBuffer()
    buffer.add_data(body)
    found = []
    for event in buffer:
        document = json.loads(event.payload or b"{}")
        found.append(json.loads(base64.b64decode(document["bytes"])) if "bytes" in document else document)
    return found


def _body(content: dict[str, Any]) -> bytes:
    """A body; a part of the corpus was base64 in its source and is so still, unmarked."""
    text = content.get("text", "")
    if content.get("encoding") == "base64" or (re.fullmatch(r"[A-Za-z0-9+/]{64,}={0,2}", text) and len(text) % 4 == 0):
        return base64.b64decode(text)
    return str(text).encode()


@cache
def recorded(file: str) -> tuple[Recorded, ...]:
    """The entries of a file, in their order."""
    with gzip.open(CORPUS / file) as opened:
        entries = json.load(opened)["log"]["entries"]
    return tuple(
        Recorded(
            name=f"{file}[{index}] {entry['comment']}",
            method=entry["request"]["method"],
            url=entry["request"]["url"],
            asked=entry["request"].get("postData", {}).get("text", ""),
            status=entry["response"]["status"],
            headers={header["name"].lower(): header["value"] for header in reversed(entry["response"]["headers"])},
            body=_body(entry["response"]["content"]),
            is_cut=CUT.fullmatch(entry["response"]["content"].get("text", "")) is not None,
        )
        for index, entry in enumerate(entries)
    )
