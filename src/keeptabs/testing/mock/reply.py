"""What an endpoint answers, before any of it is bytes on a socket."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

JSON_TYPE = "application/json"
EVENTS_TYPE = "text/event-stream; charset=utf-8"

DONE = b"data: [DONE]\n\n"

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class Answer:
    """One whole answer: `body` bytes, or `events`, server-sent events as bytes each.

    `failure` is the event this endpoint sends when its stream goes wrong part-way.
    """

    body: bytes = b""
    events: Iterable[bytes] | None = None
    content_type: str = JSON_TYPE
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    failure: bytes = b""


def encode(value: object) -> bytes:
    """Give compact JSON in raw UTF-8, which is how the real API writes it."""
    return _encode(value).encode()


def event(data: dict[str, Any], name: str = "") -> bytes:
    """Give one server-sent event, with an `event:` line when it has a name."""
    line = b"data: " + encode(data) + b"\n\n"
    return b"event: " + name.encode() + b"\n" + line if name else line


def json_answer(value: dict[str, Any]) -> Answer:
    """Give a 200 whose body is this object."""
    return Answer(encode(value))


def text_answer(text: str) -> Answer:
    """Give a 200 in plain UTF-8 text."""
    return Answer(text.encode(), content_type="text/plain; charset=utf-8")


def event_answer(events: Iterable[bytes], failure: bytes) -> Answer:
    """Give a 200 that streams these events."""
    return Answer(events=events, content_type=EVENTS_TYPE, failure=failure)
