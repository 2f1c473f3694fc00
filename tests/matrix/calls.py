"""The calls that scenarios make with the SDK: one small example of each API."""

from __future__ import annotations

from functools import reduce
from typing import Any

ASK: list[dict[str, Any]] = [{"role": "user", "content": "Tell me about tabs."}]
TOOL: dict[str, Any] = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string"}},
            "required": ["city"],
            "additionalProperties": False,
        },
        "strict": True,
    },
}
AUDIO = ("a.mp3", bytes(40_000))
IMAGE = ("a.png", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8, "image/png")

CALLS: dict[str, tuple[str, dict[str, Any]]] = {
    "chat": ("chat.completions.create", {"model": "gpt-4o", "messages": ASK}),
    "responses": ("responses.create", {"model": "gpt-4o", "input": "Tell me about tabs."}),
    "completions": ("completions.create", {"model": "gpt-3.5-turbo-instruct", "prompt": "Tabs are"}),
    "embeddings": ("embeddings.create", {"model": "text-embedding-3-small", "input": ["one", "two"]}),
    "images": ("images.generate", {"model": "gpt-image-1", "prompt": "cat"}),
    "edit": ("images.edit", {"model": "gpt-image-1", "prompt": "cat", "image": IMAGE}),
    "transcription": ("audio.transcriptions.create", {"model": "gpt-4o-transcribe", "file": AUDIO}),
    "translation": ("audio.translations.create", {"model": "whisper-1", "file": AUDIO}),
    "speech": ("audio.speech.create", {"model": "gpt-4o-mini-tts", "voice": "alloy", "input": "Hello there"}),
    "moderations": ("moderations.create", {"model": "omni-moderation-latest", "input": "Hello there"}),
}


def method(client: Any, path: str) -> Any:
    """A method of the SDK by its dotted path."""
    return reduce(getattr, path.split("."), client)


def keywords(call: str, mock: str = "", **extra: Any) -> dict[str, Any]:
    """The keywords of a call, with the behaviour that the server is asked for."""
    headers = {"extra_headers": {"x-mock": mock}} if mock else {}
    return {**CALLS[call][1], **headers, **extra}
