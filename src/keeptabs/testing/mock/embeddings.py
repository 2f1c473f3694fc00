"""POST embeddings."""

from __future__ import annotations

import base64
import hashlib
import math
import struct
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from keeptabs.testing.mock.completions import list_prompts
from keeptabs.testing.mock.reply import Answer, json_answer
from keeptabs.testing.mock.tokens import count_input

if TYPE_CHECKING:
    from keeptabs.testing.mock.calls import Call

_LARGE = 3072
_SMALL = 1536


def answer(call: Call) -> Answer:
    """Answer with a unit vector for each input, as floats or base64 of little-endian float32."""
    inputs = list_prompts(call.fields["input"])
    dimensions = call.integer("dimensions", _LARGE if "large" in call.model else _SMALL)
    packed = call.text("encoding_format") == "base64"
    body: dict[str, Any] = {"object": "list", "model": call.model}
    body["data"] = [
        {"object": "embedding", "index": index, "embedding": _embed(repr(one), dimensions, packed)}
        for index, one in enumerate(inputs)
    ]
    if call.behaviour.usage:
        tokens = sum(map(count_input, inputs))
        body["usage"] = {"prompt_tokens": tokens, "total_tokens": tokens}
    return json_answer(body)


def _embed(text: str, dimensions: int, packed: bool) -> list[float] | str:
    values = _vector(text, dimensions)
    if packed:
        return base64.b64encode(struct.pack(f"<{dimensions}f", *values)).decode()
    return list(values)


@lru_cache(maxsize=256)
def _vector(text: str, dimensions: int) -> tuple[float, ...]:
    """Make a unit vector out of the text's hash: the same text, the same vector."""
    noise = hashlib.shake_128(text.encode(errors="replace")).digest(2 * dimensions)
    values = struct.unpack(f"<{dimensions}h", noise)
    length = math.sqrt(sum(value * value for value in values)) or 1.0
    return tuple(round(value / length, 8) for value in values)
