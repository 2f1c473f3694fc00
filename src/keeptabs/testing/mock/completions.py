"""POST completions, the legacy endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keeptabs.testing.mock.chat import FAILURE, FINGERPRINT, token_limit
from keeptabs.testing.mock.models import CREATED
from keeptabs.testing.mock.reply import DONE, Answer, event, event_answer, json_answer
from keeptabs.testing.mock.texts import Text, compose
from keeptabs.testing.mock.tokens import count_input

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keeptabs.testing.mock.calls import Call


def answer(call: Call) -> Answer:
    """Answer with a `text_completion`, one choice for each prompt and each of `n`."""
    behaviour = call.behaviour
    text = compose(behaviour.chunks, token_limit(call, "max_tokens"), behaviour.finish)
    prompts = list_prompts(call.fields["prompt"])
    choices = len(prompts) * call.integer("n", 1)
    usage = _usage(sum(map(count_input, prompts)), text.tokens * choices)
    kept = usage if behaviour.usage else None
    if call.flag("stream"):
        return event_answer(_events(call, text, choices, kept), FAILURE)
    body = _head(call)
    body["choices"] = [_choice(index, text.whole, text.finish) for index in range(choices)]
    return json_answer({**body, "usage": kept} if kept else body)


def list_prompts(prompt: object) -> list[object]:
    """Give the prompts of a call: one text, one list of token ids, or a list of either."""
    if isinstance(prompt, list) and prompt and not isinstance(prompt[0], int):
        return prompt
    return [prompt]


def _usage(prompt: int, completion: int) -> dict[str, int]:
    return {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
    }


def _head(call: Call) -> dict[str, Any]:
    return {
        "id": call.identifier("cmpl-"),
        "object": "text_completion",
        "created": CREATED,
        "model": call.model,
        "system_fingerprint": FINGERPRINT,
    }


def _choice(index: int, text: str, finish: str | None) -> dict[str, Any]:
    return {"text": text, "index": index, "logprobs": None, "finish_reason": finish}


def _events(call: Call, text: Text, choices: int, usage: dict[str, int] | None) -> Iterator[bytes]:
    options = call.fields.get("stream_options")
    last = usage if isinstance(options, dict) and options.get("include_usage") else None
    head = {**_head(call), "usage": None} if last else _head(call)
    for piece in text.pieces:
        for index in range(choices):
            yield event({**head, "choices": [_choice(index, piece, None)]})
    for index in range(choices):
        yield event({**head, "choices": [_choice(index, "", text.finish)]})
    if last:
        yield event({**head, "choices": [], "usage": last})
    yield DONE
