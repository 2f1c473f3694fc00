"""Google's errors: ``{"error": {"code", "status", "message", "details"}}``, in an array where a stream was asked for.

``code`` repeats the HTTP status, so the word in ``status`` is the code; the reason that ``ErrorInfo`` gives says more.
Source: google.aip.dev/193 and recorded traffic; checked 2026-11-24.
"""

from typing import Any

import msgspec

from keeptabs.core import error_body, reading
from keeptabs.core.dialect import Answered
from keeptabs.core.exchange import Response
from keeptabs.core.limits import seconds
from keeptabs.core.outcome import ProviderError


class _Body(msgspec.Struct):
    error: Any = None


_BODY = msgspec.json.Decoder(_Body)


def of(error: Any) -> ProviderError | None:
    """The error in a decoded ``error`` value."""
    found = error_body.of(error)
    if found is None or not isinstance(error, dict):
        return found
    status = error.get("status")
    code = status if isinstance(status, str) and status else found.code
    return msgspec.structs.replace(found, code=code, type=_reason(error.get("details")) or found.type)


def _reason(details: Any) -> str | None:
    reasons = (each.get("reason") for each in (details if isinstance(details, list) else ()) if isinstance(each, dict))
    return next((reason for reason in reasons if isinstance(reason, str) and reason), None)


def failed(response: Response) -> Answered | None:
    """The answer of an HTTP error response; None for a success."""
    if response.status < 400:
        return None
    bodies, _ = reading.everything(_BODY, response)
    error = next((body.error for body in bodies if body.error), None)
    return Answered(error=of(error), retry_after=_retry_after(error))


def _retry_after(error: Any) -> float | None:
    """The seconds that ``RetryInfo`` asks to wait: ``"48s"``."""
    details = error.get("details") if isinstance(error, dict) else None
    told = (each.get("retryDelay") for each in (details if isinstance(details, list) else ()) if isinstance(each, dict))
    return next((seconds(delay) for delay in told if isinstance(delay, str)), None)
