"""Tokens where a provider reports none: estimated from the text that flowed, and marked as an estimate."""

from keeptabs.core.exchange import Request, Response
from keeptabs.core.usage import Bucket, Usage
from keeptabs.core.wire.flow import text_of
from keeptabs.core.wire.keep import flow_of

BYTES_A_TOKEN = 4  # of UTF-8, for text in most languages and tokenisers
BAND = 0.5  # the share by which an estimate may be off
BAND_TOKENISED = 0.2  # the same, where a tokeniser has counted a sample


def estimated(request: Request, response: Response, ratio: float | None) -> Usage | None:
    """Usage as far as text tells it; None when no text flowed, so that there is nothing to estimate from.

    ``ratio`` is the bytes of a token as a tokeniser found them in a sample of the text; without it, the usual one.
    """
    flow = response.flow if response.flow is not None else flow_of(response)
    if not flow.size:
        return None
    asked = len(text_of(request.body))
    tokens = {Bucket.OUTPUT_TEXT: _tokens(flow.size, ratio)}
    if asked:
        tokens[Bucket.INPUT_TEXT] = _tokens(asked, ratio)
    return Usage(tokens=tokens, estimated=True, band=BAND if ratio is None else BAND_TOKENISED)


def _tokens(size: int, ratio: float | None) -> int:
    return max(round(size / (ratio or BYTES_A_TOKEN)), 1)
