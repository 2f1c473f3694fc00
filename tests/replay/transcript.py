"""What an application sees of results and exceptions, as JSON, and without what differs between two runs by nature."""

from __future__ import annotations

import base64
import dataclasses
import re
from typing import Any

_SAME = (  # what no two runs have in common, and what stands for it
    (re.compile(r"(?<=\b0x)[0-9a-f]{6,}"), "ADDRESS"),
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|(?<=trace_id=)\w+"), "UUID"),
    (re.compile(r"\b1[789]\d{8}(\.\d+)?\b"), "TIME"),
)
# Request headers whose values are signed, dated or counted; that they are there is compared.
_VOLATILE = ("authorization", "x-amz-date", "amz-sdk-invocation-id", "amz-sdk-request", "sec-websocket-key")
_DUMPS = ("model_dump", "to_dict", "_asdict")
_ATTRIBUTES = ("status_code", "code", "type", "body", "request_id", "message", "response", "status", "reason")
A_TIME = 1_700_000_000  # seconds; no count in an answer comes near
MAX_CAUSES = 3
MAX_DEPTH = 24


def plain(value: Any, depth: int = 0) -> Any:
    """A value as JSON: its class, and what it holds."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, bytes | bytearray):
        return base64.b64encode(value).decode()
    if depth > MAX_DEPTH:
        return kind(value)
    if isinstance(value, dict):
        return {str(key): plain(one, depth + 1) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(one, depth + 1) for one in value]
    return {"class": kind(value), "value": _held(value, depth + 1)}


def _held(value: Any, depth: int) -> Any:
    """What an object says that it holds, in the way that its library has for that."""
    if isinstance(value, BaseException):
        return error(value, depth)
    for name in _DUMPS:
        if callable(dump := getattr(value, name, None)):
            return plain(dump(), depth)
    if dataclasses.is_dataclass(value):
        return {field.name: plain(getattr(value, field.name), depth) for field in dataclasses.fields(value)}
    if fields := getattr(value, "__struct_fields__", None):
        return {name: plain(getattr(value, name), depth) for name in fields}
    return repr(value)


def kind(value: Any) -> str:
    """The qualified name of a value's class."""
    return f"{type(value).__module__}.{type(value).__qualname__}"


def error(raised: BaseException, depth: int = 0) -> dict[str, Any]:
    """What an exception shows: class, bases, text, attributes, and what it comes from."""
    seen: dict[str, Any] = {
        "class": kind(raised),
        "bases": [base.__qualname__ for base in type(raised).__mro__],
        "says": str(raised),
        "notes": getattr(raised, "__notes__", []),
        **{name: plain(getattr(raised, name), depth + 1) for name in _ATTRIBUTES if hasattr(raised, name)},
    }
    for name in ("__cause__", "__context__"):
        chained = getattr(raised, name)
        seen[name] = error(chained, depth + 1) if chained is not None and depth < MAX_CAUSES else kind(chained)
    return seen


def request(told: dict[str, Any]) -> dict[str, Any]:
    """A request as the server saw it."""
    headers = [[name, "" if name.lower() in _VOLATILE else value] for name, value in told["headers"]]
    return {**told, "headers": headers}


def normalise(told: Any, port: int) -> Any:
    """A transcript without the port, and the addresses, ids and times that are made in each run."""
    if isinstance(told, dict):
        return {name: normalise(one, port) for name, one in told.items()}
    if isinstance(told, list):
        return [normalise(one, port) for one in told]
    if isinstance(told, int | float) and told > A_TIME:
        return "TIME"
    return _text(told, port) if isinstance(told, str) else told


def _text(text: str, port: int) -> str:
    text = re.sub(rf"(?<=[:=\s]){port}\b", "PORT", text)
    for pattern, stands in _SAME:
        text = pattern.sub(stands, text)
    return text
