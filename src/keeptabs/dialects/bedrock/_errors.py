"""Errors of AWS's REST-JSON protocol: the code stands in a header, the message in the body.

Source: smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html, "Operation error serialization"; checked 2026-11-24.
"""

import msgspec

from keeptabs.core.decoding import readable
from keeptabs.core.dialect import Answered
from keeptabs.core.exchange import Response
from keeptabs.core.outcome import ProviderError


class _Body(msgspec.Struct, rename={"capital": "Message", "kind": "__type"}):
    message: str | None = None
    capital: str | None = None
    kind: str | None = None
    code: str | None = None


_BODY = msgspec.json.Decoder(_Body)


def failed(response: Response) -> Answered | None:
    """The answer of an HTTP error response; None for a success."""
    if response.status < 400:
        return None
    said = readable(_BODY, response.body) or _Body()
    code = response.headers.get("x-amzn-errortype") or said.code or said.kind
    return Answered(error=ProviderError(code=_name(code), message=said.message or said.capital))


def _name(code: str | None) -> str | None:
    """The name alone: it may come with a namespace before a ``#`` and an address behind a ``:``."""
    return (code or "").partition(":")[0].rpartition("#")[2] or None
