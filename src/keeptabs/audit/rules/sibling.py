"""What the next smaller model of the same family would have cost: the price only."""

from collections.abc import Iterator

from keeptabs.audit.families import sibling
from keeptabs.audit.prices import Prices
from keeptabs.audit.rule import Confidence, Finding, Rule
from keeptabs.audit.said import some_unknown
from keeptabs.audit.tally import Table, Tally, counted
from keeptabs.store.record import Record


class _Watch:
    def __init__(self, prices: Prices) -> None:
        self._prices = prices
        self._models: Table[tuple[str, str, str], Tally] = Table(Tally)

    def see(self, record: Record) -> None:
        call = record.call
        smaller = sibling(call.provider, call.model)
        if smaller is not None and call.cost.usd:
            key = (call.provider, call.request.model or call.model, smaller)
            self._models.at(key).add(record, self._prices.saved_by_model(call, smaller))

    def findings(self) -> Iterator[Finding]:
        for (_, model, smaller), tally in self._models.items():
            if tally.known_gain is None or tally.gain <= 0:
                continue
            yield Finding(
                rule=RULE.id,
                title=f"{smaller} does it for less than {model}",
                evidence=f"{counted(tally.calls, 'call')} at the rates of {smaller}{some_unknown(tally)}",
                usd=tally.gain,
                confidence=Confidence.LOW,
                why="price only: it says nothing of how well a model does it, nor of how many tokens it takes",
                change=(f"Try {smaller} on a sample of these calls, and compare the answers before you change.",),
                calls=tally.calls,
                since=tally.first,
                models=(model, smaller),
                traces=tuple(tally.traces),
                columns=("model", "cost"),
                rows=((model, tally.usd), (smaller, tally.usd - tally.gain)),
            )


RULE = Rule(
    id="sibling",
    title="A cheaper model of the same family",
    looks_at="tokens of every call at the rates of the next smaller model, under the same terms",
    watch=_Watch,
)
