"""Pictures that are sent at high detail: each is read as many tiles, where one may do.

A picture at low detail takes 85 tokens with models of the gpt-4o family, and other fixed numbers with others
(developers.openai.com/api/docs/guides/images-vision; checked 2026-11-24).
"""

from collections.abc import Iterator

import msgspec

from keeptabs.audit.prices import Prices
from keeptabs.audit.rule import Confidence, Finding, Rule
from keeptabs.audit.said import at_place, some_unknown
from keeptabs.audit.tally import Place, Table, Tally, counted, place_of
from keeptabs.core.call import Call
from keeptabs.core.usage import Bucket
from keeptabs.store.record import Record

_LOW = 85  # tokens of a picture
_BYTES_A_TOKEN = 4  # of text
_FEWEST = 20


class _Pictures:
    def __init__(self) -> None:
        self.detailed = 0
        self.all = Tally()


class _Watch:
    def __init__(self, prices: Prices) -> None:
        self._prices = prices
        self._places: Table[Place, _Pictures] = Table(_Pictures)

    def see(self, record: Record) -> None:
        call = record.call
        if not call.digest.detailed or call.usage is None or not call.outcome.is_answer:
            return
        place = self._places.at(place_of(record))
        place.detailed += call.digest.detailed
        place.all.add(record, self._prices.saved(call, usage=_coarse(call)))

    def findings(self) -> Iterator[Finding]:
        for place, pictures in self._places.items():
            tally = pictures.all
            if tally.calls < _FEWEST:
                continue
            yield at_place(
                RULE.id,
                place,
                tally,
                title=f"{place} sends pictures at high detail",
                evidence=f"{counted(pictures.detailed, 'picture')} in {counted(tally.calls, 'call')}"
                f"{some_unknown(tally)}",
                usd=tally.known_gain,
                confidence=(Confidence.LOW, "tokens of pictures are what is left after four bytes of text a token"),
                change=('Send "detail": "low" where the whole picture matters and small print does not.',),
            )


def _coarse(call: Call) -> object:
    """The usage, had all pictures been read at low detail."""
    tokens = dict(call.usage.tokens) if call.usage else {}
    text, pictures = call.digest.length // _BYTES_A_TOKEN, call.digest.images * _LOW
    held = tokens.get(Bucket.INPUT_TEXT, 0)
    tokens[Bucket.INPUT_TEXT] = min(held, text + pictures)
    if Bucket.INPUT_IMAGE in tokens:
        tokens[Bucket.INPUT_TEXT], tokens[Bucket.INPUT_IMAGE] = held, min(tokens[Bucket.INPUT_IMAGE], pictures)
    return msgspec.structs.replace(call.usage, tokens=tokens) if call.usage else None


RULE = Rule(
    id="image_detail",
    title="Pictures at high detail",
    looks_at="how pictures are asked to be read, and the input tokens of their calls",
    watch=_Watch,
)
