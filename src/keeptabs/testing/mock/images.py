"""POST images/generations, images/edits and images/variations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keeptabs.testing.mock.chat import FAILURE
from keeptabs.testing.mock.models import CREATED
from keeptabs.testing.mock.reply import Answer, event, event_answer, json_answer
from keeptabs.testing.mock.samples import PNG_BASE64
from keeptabs.testing.mock.tokens import count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keeptabs.testing.mock.calls import Call

# Output tokens of one square image by quality; other sizes cost half as much again.
_QUALITY_TOKENS = {"low": 272, "medium": 1056, "high": 4160}
_SQUARE = "1024x1024"
_INPUT_IMAGE_TOKENS = 323
_URL = "https://mock.invalid/image.png"


def generate(call: Call) -> Answer:
    """Answer images/generations."""
    return _answer(call, "image_generation")


def edit(call: Call) -> Answer:
    """Answer images/edits."""
    return _answer(call, "image_edit")


def vary(call: Call) -> Answer:
    """Answer images/variations."""
    return _answer(call, "image_variation")


def _answer(call: Call, kind: str) -> Answer:
    """Answer with an `images` object; only the gpt-image models stream and report usage."""
    count_images = call.integer("n", 1)
    if not call.model.startswith("dall-e"):
        made = {**_made(call), "usage": _usage(call, count_images)}
        if not call.behaviour.usage:
            del made["usage"]
        if call.flag("stream"):
            partial = int(call.fields.get("partial_images") or 0)
            return event_answer(_events(kind, made, partial), FAILURE)
        data = [{"b64_json": PNG_BASE64}] * count_images
        return json_answer({"created": CREATED, "data": data, **made})
    return json_answer({"created": CREATED, "data": [_dalle_image(call)] * count_images})


def _made(call: Call) -> dict[str, Any]:
    """Give the settings an image was made with, none of them left at `auto`."""
    quality = call.text("quality", "medium")
    size = call.text("size", _SQUARE)
    return {
        "background": "opaque",
        "output_format": call.text("output_format", "png"),
        "quality": quality if quality in _QUALITY_TOKENS else "medium",
        "size": _SQUARE if size == "auto" else size,
    }


def _usage(call: Call, images: int) -> dict[str, Any]:
    made = _made(call)
    each = _QUALITY_TOKENS[made["quality"]]
    output = images * (each if made["size"] == _SQUARE else each * 3 // 2)
    text = count(call.text("prompt"))
    seen = sum(upload.field != "mask" for upload in call.uploads) * _INPUT_IMAGE_TOKENS
    return {
        "input_tokens": text + seen,
        "input_tokens_details": {"text_tokens": text, "image_tokens": seen},
        "output_tokens": output,
        "output_tokens_details": {"text_tokens": 0, "image_tokens": output},
        "total_tokens": text + seen + output,
    }


def _dalle_image(call: Call) -> dict[str, str]:
    image = {"b64_json": PNG_BASE64} if call.text("response_format") == "b64_json" else {"url": _URL}
    if call.model == "dall-e-3":
        image["revised_prompt"] = call.text("prompt")
    return image


def _events(kind: str, made: dict[str, Any], partial: int) -> Iterator[bytes]:
    shared = {"created_at": CREATED, "b64_json": PNG_BASE64, **made}
    usage = shared.pop("usage", None)
    for index in range(partial):
        name = f"{kind}.partial_image"
        yield event({"type": name, "partial_image_index": index, **shared}, name)
    name = f"{kind}.completed"
    last = {**shared, "usage": usage} if usage else shared
    yield event({"type": name, **last}, name)
