"""The words of an answer: always the same sentence, as many pieces of it as asked."""

from __future__ import annotations

import re
from itertools import cycle, islice
from typing import NamedTuple

from keeptabs.testing.mock.tokens import count

# The accents, the euro sign and the emoji are there to be cut in the middle.
SENTENCE = "The mock answers: a naïve café costs 3 €, and no network was needed 🙂."
REFUSAL = "I'm sorry, I can't help with that."


def _pieces(text: str) -> tuple[str, ...]:
    """Cut a text before each space, as models' tokens are."""
    return tuple(re.findall(r" ?[^ ]+", text))


PIECES = _pieces(SENTENCE)


class Text(NamedTuple):
    """A text as the pieces it streams in, its tokens, and why it ended."""

    pieces: tuple[str, ...]
    tokens: int
    finish: str

    @property
    def whole(self) -> str:
        """The pieces as one text."""
        return "".join(self.pieces)


def compose(chunks: int | None, limit: int | None, finish: str) -> Text:
    """Write `chunks` pieces (or the one sentence), of at most `limit` tokens.

    `finish` overrides the reason of ending: "stop", or "length" when the limit cut it.
    """
    pieces = PIECES if chunks is None else tuple(islice(cycle(PIECES), chunks))
    tokens = count("".join(pieces))
    if limit is None or tokens <= limit:
        return Text(pieces, tokens, finish or "stop")
    kept = len(pieces) * limit // tokens
    return Text(pieces[:kept], limit, finish or "length")


def refuse() -> Text:
    """Write the refusal."""
    return Text(_pieces(REFUSAL), count(REFUSAL), "stop")
