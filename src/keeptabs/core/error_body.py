"""Error bodies of OpenAI and of the hosts that speak like it: one reader for every spelling that was recorded."""

from typing import Any

import msgspec

from keeptabs.core.decoding import readable
from keeptabs.core.outcome import ProviderError
from keeptabs.core.wire import json_array


class _Body(msgspec.Struct):
    """``{"error": {…}}`` (OpenAI), ``{"error": "…"}`` (Ollama, xAI), or the fields at the top (Mistral, vLLM)."""

    error: Any = None
    code: Any = None
    type: Any = None
    message: Any = None
    detail: Any = None
    object: Any = None


_BODY = msgspec.json.Decoder(_Body)


def read(body: bytes) -> ProviderError | None:
    """The error in a body, or None when it holds none that can be read."""
    said = readable(_BODY, _first(body))
    return None if said is None else of(said.error, said)


def _first(body: bytes) -> bytes:
    """The first of the errors in a body that is a list of them: Google's OpenAI-compatible endpoint sends such."""
    if not body[:64].lstrip().startswith(b"["):
        return body
    found = json_array.Splitter().feed(body)
    return found[0] if found else b""


def of(error: Any, top: _Body | None = None) -> ProviderError | None:
    """The error in a decoded ``error`` value; ``top`` is the body around it, for hosts that put fields there."""
    if isinstance(error, dict):
        status, code = error.get("status"), error.get("code")
        if isinstance(status, str) and isinstance(code, int):
            code = status  # Google: the code is the HTTP status again, the status a word
        return ProviderError(code=_word(code), type=_word(error.get("type")), message=_word(error.get("message")))
    if isinstance(error, str):
        return ProviderError(code=_word(top.code) if top else None, message=error)
    if top is not None and (top.message is not None or top.detail is not None):
        message = top.message if top.message is not None else top.detail
        return ProviderError(code=_word(top.code), type=_word(top.type), message=_word(message))
    return None


def _word(value: Any) -> str | None:
    """A code may be a word or a number; anything else is shown as JSON, so that nothing is lost."""
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return value
    return msgspec.json.encode(value).decode()
