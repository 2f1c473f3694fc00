"""Tokens where a provider reports none: estimated from the text that flowed, and marked as an estimate."""

import re

from keeptabs.core.exchange import Request, Response
from keeptabs.core.usage import Bucket, Usage
from keeptabs.core.wire.keep import flow_of

# Texts of a request: every string that is a value, without what is encoded in base64.
_TEXTS = re.compile(rb'[:\[,]\s*"([^"\\\n]*+(?:\\.[^"\\\n]*+)*+)"(?!\s*:)')
_BASE64 = re.compile(rb"[A-Za-z0-9+/=_-]{200,}")

BYTES_A_TOKEN = 4  # of UTF-8, for text in most languages and tokenisers
A_MESSAGE = 3  # tokens around a message of a chat
# The share by which an estimate may be off. Of 112 recorded streams with a usage, most of them short calls of tools,
# two thirds of the answers lie within it or within a dozen tokens, and three fifths of the prompts. What is off by more
# is what is no text: pictures and files in a prompt, prompts that a provider adds, reasoning that is not shown.
BAND = 0.5
BAND_TOKENISED = 0.2  # the same, where a tokeniser has counted a sample


def estimated(request: Request, response: Response, ratio: float | None) -> Usage | None:
    """Usage as far as text tells it; None when no text flowed, so that there is nothing to estimate from.

    ``ratio`` is the bytes of a token as a tokeniser found them in a sample of the text; without it, the usual one.
    """
    flow = response.flow if response.flow is not None else flow_of(response)
    if not flow.size:
        return None
    asked = _BASE64.sub(b"", request.body)
    texts = sum(map(len, _TEXTS.findall(asked)))
    tokens = {Bucket.OUTPUT_TEXT: _tokens(flow.size, ratio)}
    if texts:
        tokens[Bucket.INPUT_TEXT] = _tokens(texts, ratio) + A_MESSAGE * asked.count(b'"role"')
    return Usage(tokens=tokens, estimated=True, band=BAND if ratio is None else BAND_TOKENISED)


def _tokens(size: int, ratio: float | None) -> int:
    return max(round(size / (ratio or BYTES_A_TOKEN)), 1)
