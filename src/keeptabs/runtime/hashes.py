"""Hashes of what a call asked, made from its recorded request; the text of it is kept nowhere."""

import msgspec

from keeptabs.core.call import Call
from keeptabs.core.digest import digest
from keeptabs.core.exchange import Request
from keeptabs.core.limits import count


def hashed(call: Call, request: Request, key: bytes) -> Call:
    """The call with the digest of its request; without a key there is none, since what is asked could be guessed.

    Over a websocket what was said before counts, and is not in the request.
    """
    if not key or request.method == "WS":
        return call
    model = f"{call.provider}/{call.request.model or call.model}"
    size = count(request.headers.get("content-length"))
    found = digest(request.body, model, key, size=size, embeds=call.operation == "embeddings")
    return msgspec.structs.replace(call, digest=found)
