"""Anthropic's errors: ``{"type": "error", "error": {"type", "message"}}``, in a body or as an event of a stream.

The word is the ``type``; ``details.error_code`` says more where it is there. Source: anthropic-sdk-python 2.12.0
``types/shared/error_response.py`` and ``types/*_error_details.py``; checked 2026-11-24.
"""

from typing import Any

import msgspec

from keeptabs.core import error_body
from keeptabs.core.decoding import readable
from keeptabs.core.dialect import Answered
from keeptabs.core.exchange import Response
from keeptabs.core.outcome import ProviderError


class _Body(msgspec.Struct):
    error: Any = None


_BODY = msgspec.json.Decoder(_Body)


def of(error: Any) -> ProviderError | None:
    """The error in a decoded ``error`` value."""
    found = error_body.of(error)
    details = error.get("details") if isinstance(error, dict) else None
    code = details.get("error_code") if isinstance(details, dict) else None
    return msgspec.structs.replace(found, code=code) if found and isinstance(code, str) and code else found


def failed(response: Response) -> Answered | None:
    """The answer of an HTTP error response; None for a success. A cloud that hosts Claude has its own form."""
    if response.status < 400:
        return None
    said = readable(_BODY, response.body)
    return Answered(error=(of(said.error) if said else None) or error_body.read(response.body))
