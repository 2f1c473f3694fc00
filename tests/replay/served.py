"""What the replay server serves: answers as bytes, made from the data in ``answers/``.

An answer there is one of ``json`` (a document), ``sse`` and ``ndjson`` (documents, one an event), ``amazon``
(``[event type, document]``, or ``[event type, {"bytes": document}]`` where the document travels in base64) and
``messages`` (of a websocket: those of each turn, the first of which is the server's), with a ``status`` and ``headers``
where they are not 200 and none.
"""

from __future__ import annotations

import base64
import json
import struct
import zlib
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

ANSWERS = Path(__file__).resolve().parent / "answers"


class Answer(NamedTuple):
    """One HTTP answer. A stream is sent part by part, as its provider sends it; ``documents`` are what is in it."""

    status: int
    headers: dict[str, str]
    parts: tuple[bytes, ...]
    streamed: bool
    documents: tuple[Any, ...]
    turns: tuple[tuple[bytes, ...], ...] = ()  # of a websocket


@cache
def _file(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((ANSWERS / f"{name}.json").read_text("utf-8"))
    return found


def names(file: str) -> set[str]:
    """The answers that a file holds."""
    return set(_file(file))


def answer(file: str, name: str) -> Answer:
    """One answer of a file, e.g. ``chat.stream`` of ``openai``."""
    written = _file(file)[name]
    if "messages" in written:
        return _talk(written["messages"])
    form = next(iter(written.keys() & _FORMS.keys()))
    content_type, encode = _FORMS[form]
    streamed = form != "json"
    values = written[form] if streamed else [written[form]]
    headers = {"content-type": content_type, **written.get("headers", {})}
    parts = tuple(encode(value) for value in values)
    documents = tuple(_document(value) for value in values if value != "[DONE]")
    return Answer(written.get("status", 200), headers, parts, streamed, documents)


def _talk(turns: list[list[Any]]) -> Answer:
    messages = tuple(tuple(_whole(message) for message in turn) for turn in turns)
    return Answer(101, {}, (), True, tuple(message for turn in turns for message in turn), messages)


def _document(value: Any) -> Any:
    document = value[1] if isinstance(value, list) else value
    return document.get("bytes", document) if isinstance(value, list) else document


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _whole(value: Any) -> bytes:
    return _text(value).encode()


def _event(value: Any) -> bytes:
    """An event, named by its own type where it has one, as Anthropic and OpenAI's Responses do."""
    name = value.get("type") if isinstance(value, dict) else None
    return (f"event: {name}\n" if name else "").encode() + f"data: {_text(value)}\n\n".encode()


def _line(value: Any) -> bytes:
    return _text(value).encode() + b"\n"


def _frame(value: list[Any]) -> bytes:
    """A message of an Amazon event stream: https://smithy.io/2.0/aws/amazon-eventstream.html, checked 2026-11-24."""
    kind, document = value
    if "bytes" in document:
        document = {"bytes": base64.b64encode(_whole(document["bytes"])).decode()}
    payload = _whole(document)
    told = {":event-type": kind, ":content-type": "application/json", ":message-type": "event"}
    headers = b"".join(_header(name, text) for name, text in told.items())
    prelude = struct.pack(">II", 12 + len(headers) + len(payload) + 4, len(headers))
    message = prelude + struct.pack(">I", zlib.crc32(prelude)) + headers + payload
    return message + struct.pack(">I", zlib.crc32(message))


def _header(name: str, text: str) -> bytes:
    return bytes([len(name)]) + name.encode() + b"\x07" + struct.pack(">H", len(text)) + text.encode()


_FORMS: dict[str, Any] = {
    "json": ("application/json", _whole),
    "sse": ("text/event-stream; charset=utf-8", _event),
    "ndjson": ("application/x-ndjson", _line),
    "amazon": ("application/vnd.amazon.eventstream", _frame),
}
