"""Calls whose cost is not known: every sum lacks them."""

from collections.abc import Iterator

from keeptabs.audit.prices import Prices
from keeptabs.audit.rule import Confidence, Finding, Rule
from keeptabs.audit.tally import Table, Tally, counted
from keeptabs.core.cost import CostStatus
from keeptabs.store.record import Record

_GAPS = frozenset({CostStatus.UNPRICED, CostStatus.PARTIAL})


class _Gap:
    def __init__(self) -> None:
        self.all = Tally()
        self.tokens = 0
        self.why = ""


class _Watch:
    def __init__(self, prices: Prices) -> None:
        self._models: Table[tuple[str, str], _Gap] = Table(_Gap)

    def see(self, record: Record) -> None:
        call = record.call
        if call.cost.status not in _GAPS:
            return
        gap = self._models.at((call.provider, call.model))
        gap.all.add(record)
        gap.why = call.cost.why
        gap.tokens += ((call.usage.input or 0) + (call.usage.output or 0)) if call.usage else 0

    def findings(self) -> Iterator[Finding]:
        for (provider, model), gap in self._models.items():
            yield Finding(
                rule=RULE.id,
                title=f"What {model} at {provider} costs is not known",
                evidence=f"{counted(gap.all.calls, 'call')} with {gap.tokens:,} tokens: {gap.why}",
                usd=None,
                confidence=Confidence.HIGH,
                why="there is no price to work with",
                change=(
                    "keeptabs prices pull; or a price file of your own (keeptabs prices check), then keeptabs reprice.",
                ),
                calls=gap.all.calls,
                since=gap.all.first,
                models=(model,),
                traces=tuple(gap.all.traces),
            )


RULE = Rule(
    id="unpriced",
    title="Models without a price",
    looks_at="calls of which some or all of the cost is missing",
    watch=_Watch,
)
