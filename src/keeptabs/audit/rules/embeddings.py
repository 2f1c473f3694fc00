"""Texts that are embedded again: the same text, model and dimensions always make the same vector."""

from collections.abc import Iterator
from decimal import Decimal

from keeptabs.audit.prices import Prices
from keeptabs.audit.rule import Confidence, Finding, Rule
from keeptabs.audit.said import at_place, some_unknown
from keeptabs.audit.tally import Place, Recent, Table, Tally, counted, place_of, share
from keeptabs.store.record import Record

_MOST = 200_000  # texts that are remembered
_FEWEST = 20
_OFTEN = 0.05  # of the texts of a place


class _Texts:
    def __init__(self) -> None:
        self.texts = self.again = 0
        self.repeated = Tally()


class _Watch:
    def __init__(self, prices: Prices) -> None:
        self._known: Recent[str, bool] = Recent(_MOST)
        self._places: Table[Place, _Texts] = Table(_Texts)

    def see(self, record: Record) -> None:
        call, items = record.call, record.call.digest.items
        if not items or not call.outcome.is_answer or call.cached is not None:
            return
        place = self._places.at(place_of(record))
        again = sum(self._known.get(item) is not None for item in items)
        place.texts += len(items)
        if again:
            place.again += again
            usd = call.cost.usd
            # Texts of one call count alike: how many tokens each has is not told.
            place.repeated.add(record, None if usd is None else usd * again / Decimal(call.digest.embedded))
        for item in items:
            self._known.put(item, True)

    def findings(self) -> Iterator[Finding]:
        for place, texts in self._places.items():
            tally = texts.repeated
            if texts.again < _FEWEST or texts.again < texts.texts * _OFTEN:
                continue
            yield at_place(
                RULE.id,
                place,
                tally,
                title=f"{place} embeds texts that it has embedded before",
                evidence=f"{texts.again:,} of {counted(texts.texts, 'text')} ({share(texts.again, texts.texts)})"
                f" were known{some_unknown(tally)}",
                usd=tally.known_gain,
                confidence=(Confidence.HIGH, "same text, model and dimensions; texts of one call count alike"),
                change=("Keep each vector under a hash of its text and model, and ask only for what is new.",),
            )


RULE = Rule(
    id="embeddings",
    title="Embeddings computed again",
    looks_at="hashes of each text that is embedded, with model and dimensions",
    watch=_Watch,
)
