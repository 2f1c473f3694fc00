"""POST chat/completions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from keeptabs.testing.mock.functions import FunctionCall, first_function
from keeptabs.testing.mock.models import CREATED, reasons
from keeptabs.testing.mock.problems import MID_STREAM
from keeptabs.testing.mock.reply import DONE, Answer, event, event_answer, json_answer
from keeptabs.testing.mock.texts import Text, compose, refuse
from keeptabs.testing.mock.tokens import Tokens, chat_usage, count, count_input

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keeptabs.testing.mock.calls import Call

REASONING_TOKENS = 64
FINGERPRINT = "fp_mock0000"
FAILURE = event({"error": MID_STREAM.fields()})
_TIERS = frozenset({"flex", "priority"})


class Said(NamedTuple):
    """What the model says in each choice: `kind` is content, refusal or tool_calls."""

    kind: str
    text: Text
    function: FunctionCall | None = None


def answer(call: Call) -> Answer:
    """Answer with a `chat.completion`, or a stream of `chat.completion.chunk`."""
    said = say(call, token_limit(call, "max_completion_tokens", "max_tokens"))
    choices = call.integer("n", 1)
    tokens = spend(call, said.text.tokens * choices, count_input(call.fields["messages"]))
    usage = chat_usage(tokens) if call.behaviour.usage else None
    if call.flag("stream"):
        return event_answer(_events(call, said, choices, usage), FAILURE)
    body = _head(call, "chat.completion")
    body["choices"] = [_choice(call, said, index) for index in range(choices)]
    return json_answer({**body, "usage": usage} if usage else body)


def say(call: Call, limit: int | None) -> Said:
    """Decide what to say: call a function, refuse, or talk."""
    behaviour = call.behaviour
    if behaviour.tools or "tools" in call.asked:
        function = first_function(call.fields.get("tools"))
        if function is not None:
            text = Text(function.pieces, count(function.arguments), "tool_calls")
            return Said("tool_calls", text, function)
    if behaviour.refusal:
        return Said("refusal", refuse())
    return Said("content", compose(behaviour.chunks, limit, behaviour.finish))


def token_limit(call: Call, *names: str) -> int | None:
    """Give the first of these limits the call sets, in tokens."""
    return next((call.integer(name, 1) for name in names if call.fields.get(name)), None)


def spend(call: Call, visible: int, prompt: int) -> Tokens:
    """Add up a call's tokens; a reasoning model thinks on top of what it says."""
    reasoning = REASONING_TOKENS if reasons(call.model) else 0
    return Tokens(prompt, visible + reasoning, reasoning)


def tier(call: Call) -> str:
    """Give the service tier that served the call."""
    asked = call.text("service_tier")
    return asked if asked in _TIERS else "default"


def _head(call: Call, kind: str) -> dict[str, Any]:
    return {
        "id": call.identifier("chatcmpl-"),
        "object": kind,
        "created": CREATED,
        "model": call.model,
        "service_tier": tier(call),
        "system_fingerprint": FINGERPRINT,
    }


def _choice(call: Call, said: Said, index: int) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": None, "refusal": None}
    message["annotations"] = []
    if said.function is None:
        message[said.kind] = said.text.whole
    else:
        message["tool_calls"] = [_tool_call(call, said.function, index)]
    return {
        "index": index,
        "message": message,
        "logprobs": None,
        "finish_reason": said.text.finish,
    }


def _tool_call(call: Call, function: FunctionCall, index: int) -> dict[str, Any]:
    return {
        "id": call.identifier(f"call_{index}"),
        "type": "function",
        "function": {"name": function.name, "arguments": function.arguments},
    }


def _events(call: Call, said: Said, choices: int, usage: dict[str, Any] | None) -> Iterator[bytes]:
    """Stream the choices side by side, as the API does."""
    options = call.fields.get("stream_options")
    last = usage if isinstance(options, dict) and options.get("include_usage") else None
    head = _head(call, "chat.completion.chunk")
    if last:
        head["usage"] = None  # every chunk but the last says so when usage was asked for
    indexes = range(choices)
    for index in indexes:
        yield _chunk(head, index, _opening(call, said, index))
    # Pieces repeat, and a benchmark streams 100,000: encode each different one once.
    made = {piece: [_chunk(head, i, _delta(said, piece)) for i in indexes] for piece in set(said.text.pieces)}
    for piece in said.text.pieces:
        yield from made[piece]
    for index in indexes:
        yield _chunk(head, index, {}, said.text.finish)
    if last:
        yield event({**head, "choices": [], "usage": last})
    yield DONE


def _chunk(head: dict[str, Any], index: int, delta: dict[str, Any], finish: str | None = None) -> bytes:
    choice = {"index": index, "delta": delta, "logprobs": None, "finish_reason": finish}
    return event({**head, "choices": [choice]})


def _opening(call: Call, said: Said, index: int) -> dict[str, Any]:
    """Give the first delta: the role, and a function call but for its arguments."""
    if said.function is None:
        content = "" if said.kind == "content" else None
        return {"role": "assistant", "content": content, "refusal": None}
    named = _tool_call(call, FunctionCall(said.function.name, ""), index)
    return {"role": "assistant", "content": None, "tool_calls": [{"index": 0, **named}]}


def _delta(said: Said, piece: str) -> dict[str, Any]:
    if said.function is not None:
        return {"tool_calls": [{"index": 0, "function": {"arguments": piece}}]}
    return {said.kind: piece}
