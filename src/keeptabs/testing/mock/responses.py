"""POST responses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keeptabs.testing.mock.chat import Said, say, spend, tier, token_limit
from keeptabs.testing.mock.models import CREATED
from keeptabs.testing.mock.problems import MID_STREAM
from keeptabs.testing.mock.reply import Answer, event, event_answer, json_answer
from keeptabs.testing.mock.tokens import count_input, gather, response_usage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keeptabs.testing.mock.calls import Call

_FAILURE = event(
    {
        "type": "error",
        "code": MID_STREAM.code,
        "message": MID_STREAM.message,
        "param": None,
        "sequence_number": 0,
    },
    "error",
)
_INCOMPLETE = {"length": "max_output_tokens", "content_filter": "content_filter"}


def answer(call: Call) -> Answer:
    """Answer with a `response`, or the stream of its typed events."""
    said = say(call, token_limit(call, "max_output_tokens"))
    if call.flag("stream"):
        return event_answer(_events(call, said), _FAILURE)
    return json_answer(_finished(call, said))


def _started(call: Call) -> dict[str, Any]:
    """Give the response as it is before any output."""
    fields = call.fields
    return {
        "id": call.identifier("resp_"),
        "object": "response",
        "created_at": CREATED,
        "status": "in_progress",
        "error": None,
        "incomplete_details": None,
        "instructions": fields.get("instructions"),
        "max_output_tokens": fields.get("max_output_tokens"),
        "metadata": fields.get("metadata") or {},
        "model": call.model,
        "output": [],
        "parallel_tool_calls": fields.get("parallel_tool_calls", True),
        "previous_response_id": fields.get("previous_response_id"),
        "service_tier": tier(call),
        "store": fields.get("store", True),
        "temperature": fields.get("temperature", 1.0),
        "text": fields.get("text") or {"format": {"type": "text"}},
        "tool_choice": fields.get("tool_choice", "auto"),
        "tools": fields.get("tools") or [],
        "top_p": fields.get("top_p", 1.0),
        "truncation": "disabled",
        "usage": None,
    }


def _finished(call: Call, said: Said) -> dict[str, Any]:
    """Give the response as it is at the end: completed, or incomplete and why."""
    body = _started(call)
    reason = _INCOMPLETE.get(said.text.finish)
    body["status"] = "incomplete" if reason else "completed"
    body["incomplete_details"] = {"reason": reason} if reason else None
    body["output"] = [_item(call, said, body["status"])]
    if call.behaviour.usage:
        instructions = gather(call.fields.get("instructions"))
        asked = call.fields.get("input")
        prompt = count_input(instructions + gather(asked))
        body["usage"] = response_usage(spend(call, said.text.tokens, prompt))
    else:
        del body["usage"]
    return body


def _item(call: Call, said: Said, status: str) -> dict[str, Any]:
    """Give the one output item; one in progress is empty."""
    begun = status != "in_progress"
    if said.function is not None:
        return {
            "id": call.identifier("fc_"),
            "type": "function_call",
            "status": status,
            "call_id": call.identifier("call_"),
            "name": said.function.name,
            "arguments": said.function.arguments if begun else "",
        }
    return {
        "id": call.identifier("msg_"),
        "type": "message",
        "status": status,
        "role": "assistant",
        "content": [_part(said, said.text.whole)] if begun else [],
    }


def _part(said: Said, text: str) -> dict[str, Any]:
    if said.kind == "refusal":
        return {"type": "refusal", "refusal": text}
    return {"type": "output_text", "annotations": [], "logprobs": [], "text": text}


class _Script:
    """Makes events, giving each its place in the stream."""

    def __init__(self) -> None:
        self._number = 0

    def event(self, kind: str, **fields: object) -> bytes:
        data = {"type": kind, "sequence_number": self._number, **fields}
        self._number += 1
        return event(data, kind)


def _events(call: Call, said: Said) -> Iterator[bytes]:
    script = _Script()
    started, finished = _started(call), _finished(call, said)
    item = finished["output"][0]
    yield script.event("response.created", response=started)
    yield script.event("response.in_progress", response=started)
    empty = _item(call, said, "in_progress")
    yield script.event("response.output_item.added", output_index=0, item=empty)
    if said.function is None:
        yield from _message_events(script, said, item["id"])
    else:
        yield from _function_events(script, said, item)
    yield script.event("response.output_item.done", output_index=0, item=item)
    yield script.event(f"response.{finished['status']}", response=finished)


def _message_events(script: _Script, said: Said, item_id: str) -> Iterator[bytes]:
    where = {"item_id": item_id, "output_index": 0, "content_index": 0}
    whole = said.text.whole
    kind, key = ("refusal", "refusal") if said.kind == "refusal" else ("output_text", "text")
    extra = {} if said.kind == "refusal" else {"logprobs": list[object]()}
    yield script.event("response.content_part.added", **where, part=_part(said, ""))
    for piece in said.text.pieces:
        yield script.event(f"response.{kind}.delta", **where, delta=piece, **extra)
    yield script.event(f"response.{kind}.done", **where, **{key: whole}, **extra)
    yield script.event("response.content_part.done", **where, part=_part(said, whole))


def _function_events(script: _Script, said: Said, item: dict[str, Any]) -> Iterator[bytes]:
    where = {"item_id": item["id"], "output_index": 0}
    kind = "response.function_call_arguments"
    for piece in said.text.pieces:
        yield script.event(f"{kind}.delta", **where, delta=piece)
    yield script.event(f"{kind}.done", **where, name=item["name"], arguments=item["arguments"])
