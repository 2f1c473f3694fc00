"""The function a model calls when it was given tools: the first, with sample arguments."""

from __future__ import annotations

import json
from typing import NamedTuple

_SAMPLES: dict[str, object] = {
    "string": "mock",
    "integer": 1,
    "number": 1.5,
    "boolean": True,
    "array": [],
    "object": {},
}
_PIECE = 8


class FunctionCall(NamedTuple):
    """A function's name, and its arguments as JSON text."""

    name: str
    arguments: str

    @property
    def pieces(self) -> tuple[str, ...]:
        """The arguments in the pieces they stream in."""
        starts = range(0, len(self.arguments), _PIECE)
        return tuple(self.arguments[start : start + _PIECE] for start in starts)


def first_function(tools: object) -> FunctionCall | None:
    """Call the first function among `tools`, in chat's shape or the Responses API's."""
    for tool in tools if isinstance(tools, list) else []:
        if isinstance(tool, dict) and tool.get("type") == "function":
            function = tool.get("function", tool)
            return FunctionCall(str(function.get("name", "")), _arguments(function))
    return None


def _arguments(function: dict[str, object]) -> str:
    """Give every property of the function's schema a sample of its type."""
    schema = function.get("parameters")
    properties = schema.get("properties") if isinstance(schema, dict) else None
    if not isinstance(properties, dict):
        return "{}"
    return json.dumps({name: _sample(kind) for name, kind in properties.items()})


def _sample(schema: object) -> object:
    kind = schema.get("type") if isinstance(schema, dict) else None
    return _SAMPLES.get(kind) if isinstance(kind, str) else None
