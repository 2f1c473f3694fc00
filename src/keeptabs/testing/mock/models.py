"""The models the mock knows and the dated snapshots it resolves them to."""

from __future__ import annotations

from typing import Any

from keeptabs.testing.mock.problems import PROBLEMS, ApiError

CREATED = 1_700_000_000

SNAPSHOTS: dict[str, str] = {
    "gpt-4o": "gpt-4o-2024-08-06",
    "gpt-4o-mini": "gpt-4o-mini-2024-07-18",
    "gpt-4.1": "gpt-4.1-2025-04-14",
    "gpt-4.1-mini": "gpt-4.1-mini-2025-04-14",
    "gpt-4.1-nano": "gpt-4.1-nano-2025-04-14",
    "gpt-4-turbo": "gpt-4-turbo-2024-04-09",
    "gpt-4": "gpt-4-0613",
    "gpt-3.5-turbo": "gpt-3.5-turbo-0125",
    "gpt-35-turbo": "gpt-3.5-turbo-0125",  # Azure's spelling
    "gpt-5": "gpt-5-2025-08-07",
    "gpt-5-mini": "gpt-5-mini-2025-08-07",
    "gpt-5-nano": "gpt-5-nano-2025-08-07",
    "o1": "o1-2024-12-17",
    "o3": "o3-2025-04-16",
    "o3-mini": "o3-mini-2025-01-31",
    "o4-mini": "o4-mini-2025-04-16",
}

_UNDATED = (
    "gpt-3.5-turbo-instruct",
    "text-embedding-3-small",
    "text-embedding-3-large",
    "text-embedding-ada-002",
    "dall-e-2",
    "dall-e-3",
    "gpt-image-1",
    "gpt-image-1-mini",
    "gpt-4o-transcribe",
    "gpt-4o-mini-transcribe",
    "gpt-4o-transcribe-diarize",
    "gpt-4o-mini-tts",
    "whisper-1",
    "tts-1",
    "tts-1-hd",
    "omni-moderation-latest",
)

_KNOWN: dict[str, str] = {
    **SNAPSHOTS,
    **{dated: dated for dated in SNAPSHOTS.values()},
    **{name: name for name in _UNDATED},
}
_LONGEST_FIRST = sorted(_KNOWN, key=len, reverse=True)
_REASONING = ("o1", "o3", "o4", "gpt-5")


def resolve(name: str) -> str:
    """Give the snapshot OpenAI answers with; a name it does not date is echoed."""
    return SNAPSHOTS.get(name, name)


def resolve_deployment(name: str, default: str) -> str:
    """Give the snapshot behind an Azure deployment, whose name is the user's own.

    The longest known model name within the deployment's name tells; else `default` does.
    """
    known = next((known for known in _LONGEST_FIRST if known in name), default)
    return _KNOWN.get(known, known)


def reasons(model: str) -> bool:
    """Whether this model spends reasoning tokens."""
    return model.startswith(_REASONING)


def describe(name: str) -> dict[str, Any]:
    """Give the `model` object of a known model. Raises ApiError (404) on another."""
    if name not in _KNOWN:
        raise ApiError(PROBLEMS["404"].about(name))
    return {"id": name, "object": "model", "created": CREATED, "owned_by": "mock"}


def describe_all() -> dict[str, Any]:
    """Give the `list` object of every known model, in a fixed order."""
    return {"object": "list", "data": [describe(name) for name in _KNOWN]}
