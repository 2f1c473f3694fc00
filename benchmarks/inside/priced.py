"""Calls as bytes, with what each costs: worked out by hand from the list prices that stand beside the amount."""

import json
from decimal import Decimal
from typing import Any, NamedTuple

AT = 1_795_500_000  # 2026-11-24, in seconds since the epoch


class PricedCall(NamedTuple):
    """One call: what went out and came back, and what of it bears on the price."""

    name: str
    provider: str
    model: str
    url: tuple[str, str]  # host and path
    asked: bytes
    answer: bytes
    last: bytes  # the JSON with the usage: all of the answer, or the last event of a stream
    tokens: dict[str, int]  # by keeptabs' buckets
    usd: Decimal


_OPENAI = ("api.openai.com", "/v1/chat/completions")
_MESSAGES = [
    {"role": "system", "content": "You answer in one sentence, and you show where the numbers come from."},
    {"role": "user", "content": "What does a coffee cost in Berlin, Paris and Rome, and which is the cheapest?"},
]
_TEXT = "A coffee costs about 3.20 in Berlin, 2.90 in Paris and 1.30 in Rome, which is therefore the cheapest. "
_PIECES = 200


def _completion(prompt: int, cached: int, output: int) -> dict[str, Any]:
    parts = {"reasoning_tokens": 0, "audio_tokens": 0, "accepted_prediction_tokens": 0, "rejected_prediction_tokens": 0}
    return {
        "prompt_tokens": prompt,
        "completion_tokens": output,
        "total_tokens": prompt + output,
        "prompt_tokens_details": {"cached_tokens": cached, "audio_tokens": 0},
        "completion_tokens_details": parts,
    }


def _chat() -> PricedCall:
    message = {"role": "assistant", "content": _TEXT * 12, "refusal": None, "annotations": []}
    answer = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": AT,
        "model": "gpt-4.1-2025-04-14",
        "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}],
        "usage": _completion(2_000, 1_500, 300),
        "service_tier": "default",
        "system_fingerprint": "fp_1",
    }
    body = _bytes(answer)
    return PricedCall(
        name="chat",
        provider="openai",
        model="gpt-4.1-2025-04-14",
        url=_OPENAI,
        asked=_bytes({"model": "gpt-4.1", "messages": _MESSAGES, "temperature": 0.2}),
        answer=body,
        last=body,
        tokens={"input.text": 500, "cache_read.text": 1_500, "output.text": 300},
        usd=Decimal("0.00415"),  # 500 at $2, 1,500 at $0.50 and 300 at $8 a million
    )


def _message() -> PricedCall:
    usage = {
        "input_tokens": 1_000,
        "cache_creation_input_tokens": 3_000,
        "cache_read_input_tokens": 4_000,
        "cache_creation": {"ephemeral_5m_input_tokens": 2_000, "ephemeral_1h_input_tokens": 1_000},
        "output_tokens": 500,
        "service_tier": "standard",
    }
    answer = {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "claude-sonnet-4-5-20250929",
        "content": [{"type": "text", "text": _TEXT * 20}],
        "stop_reason": "end_turn",
        "stop_sequence": None,
        "usage": usage,
    }
    body = _bytes(answer)
    return PricedCall(
        name="message",
        provider="anthropic",
        model="claude-sonnet-4-5-20250929",
        url=("api.anthropic.com", "/v1/messages"),
        asked=_bytes({"model": "claude-sonnet-4-5", "max_tokens": 1_000, "messages": _MESSAGES[1:]}),
        answer=body,
        last=body,
        tokens={
            "input.text": 1_000,
            "cache_read.text": 4_000,
            "cache_write.5m": 2_000,
            "cache_write.1h": 1_000,
            "output.text": 500,
        },
        usd=Decimal("0.0252"),  # at $3, $0.30, $3.75, $6 and $15 a million
    )


def _generation() -> PricedCall:
    candidate = {"content": {"role": "model", "parts": [{"text": _TEXT * 8}]}, "finishReason": "STOP", "index": 0}
    usage = {
        "promptTokenCount": 2_000,
        "cachedContentTokenCount": 800,
        "candidatesTokenCount": 200,
        "thoughtsTokenCount": 300,
        "totalTokenCount": 2_500,
        "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 2_000}],
        "cacheTokensDetails": [{"modality": "TEXT", "tokenCount": 800}],
    }
    answer = {
        "candidates": [candidate],
        "usageMetadata": usage,
        "modelVersion": "gemini-2.5-flash",
        "responseId": "response-1",
    }
    body = _bytes(answer)
    return PricedCall(
        name="generateContent",
        provider="google",
        model="gemini-2.5-flash",
        url=("generativelanguage.googleapis.com", "/v1beta/models/gemini-2.5-flash:generateContent"),
        asked=_bytes({"contents": [{"role": "user", "parts": [{"text": _MESSAGES[1]["content"]}]}]}),
        answer=body,
        last=body,
        tokens={"input.text": 1_200, "cache_read.text": 800, "output.text": 200, "output.reasoning": 300},
        usd=Decimal("0.001634"),  # 1,200 at $0.30, 800 at $0.03 and 500 at $2.50 a million
    )


def _stream() -> PricedCall:
    common = {
        "id": "chatcmpl-2",
        "object": "chat.completion.chunk",
        "created": AT,
        "model": "gpt-4.1-2025-04-14",
        "service_tier": "default",
        "system_fingerprint": "fp_1",
    }
    deltas = [{"content": f" word{number}"} for number in range(_PIECES)]
    choices = [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": None} for delta in deltas]
    choices.append({"index": 0, "delta": {}, "logprobs": None, "finish_reason": "stop"})
    last = _bytes({**common, "choices": [], "usage": _completion(1_200, 1_024, 200)})
    events = [*(_bytes({**common, "choices": [each], "usage": None}) for each in choices), last, b"[DONE]"]
    asked = {"model": "gpt-4.1", "messages": _MESSAGES, "stream": True, "stream_options": {"include_usage": True}}
    return PricedCall(
        name=f"stream of {_PIECES}",
        provider="openai",
        model="gpt-4.1-2025-04-14",
        url=_OPENAI,
        asked=_bytes(asked),
        answer=b"".join(b"data: " + event + b"\n\n" for event in events),
        last=last,
        tokens={"input.text": 176, "cache_read.text": 1_024, "output.text": 200},
        usd=Decimal("0.002464"),  # 176 at $2, 1,024 at $0.50 and 200 at $8 a million
    )


def _bytes(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


CALLS = (_chat(), _message(), _generation(), _stream())
