"""Models whose end is announced: on which day, where that is said, and what the vendor names in their place."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

from keeptabs.audit.prices import Prices
from keeptabs.audit.retirements import Retirement, retirement
from keeptabs.audit.rule import Confidence, Finding, Rule
from keeptabs.audit.tally import Table, Tally, counted
from keeptabs.store.record import Record


class _Used:
    def __init__(self) -> None:
        self.all = Tally()
        self.last = 0
        self.sites: dict[str, None] = {}


class _Watch:
    def __init__(self, prices: Prices) -> None:
        self._models: Table[tuple[str, str], _Used] = Table(_Used)

    def see(self, record: Record) -> None:
        call = record.call
        model = call.request.model or call.model
        if retirement(call.provider, model) is None:
            return
        used = self._models.at((call.provider, model))
        used.all.add(record)
        used.last = call.timing.started_at
        if call.site is not None and len(used.sites) < 20:
            used.sites[f"{call.site.file}:{call.site.line}"] = None

    def findings(self) -> Iterator[Finding]:
        for (provider, model), used in self._models.items():
            announced = retirement(provider, model)
            if announced is not None:
                yield _finding(model, announced, used)


def _finding(model: str, announced: Retirement, used: _Used) -> Finding:
    left = (announced.on - _day(used.last)).days
    when = f"in {counted(left, 'day')} from its last call" if left > 0 else "before its last call"
    return Finding(
        rule=RULE.id,
        title=f"{model} shuts down on {announced.on.isoformat()}",
        evidence=f"{counted(used.all.calls, 'call')}; it ends {when}",
        usd=None,
        confidence=Confidence.HIGH,
        why=f"{announced.source}, read {announced.checked.isoformat()}; other hosts of the model may keep it longer",
        change=(f"Move to {announced.instead}." if announced.instead else f"Choose another model: {announced.source}",),
        calls=used.all.calls,
        since=used.all.first,
        models=(model,),
        sites=tuple(used.sites),
        traces=tuple(used.all.traces),
        columns=("called at",),
        rows=tuple((site,) for site in used.sites),
    )


def _day(at: int) -> date:
    return datetime.fromtimestamp(at / 1e9, tz=UTC).date()


RULE = Rule(
    id="shutdown",
    title="A model whose end is announced",
    looks_at="the models that are asked for, against the vendors' announcements",
    watch=_Watch,
)
