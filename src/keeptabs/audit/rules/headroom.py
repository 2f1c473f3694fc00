"""Rate limits that are nearly used up, again and again: the next peak is refused."""

from collections.abc import Iterator

from keeptabs.audit.prices import Prices
from keeptabs.audit.rule import Confidence, Finding, Rule
from keeptabs.audit.tally import Table, Tally, share
from keeptabs.store.record import Record

_LOW = 0.1  # of a limit that is left
_FEWEST = 20
_OFTEN = 0.01  # of the answers


class _Limit:
    def __init__(self) -> None:
        self.told = 0
        self.low = Tally()
        self.least = 1.0
        self.limit = 0


class _Watch:
    def __init__(self, prices: Prices) -> None:
        self._limits: Table[tuple[str, str | None, str, str], _Limit] = Table(_Limit)

    def see(self, record: Record) -> None:
        call = record.call
        if call.rate_limit is None:
            return
        for kind in ("requests", "tokens"):
            limit = getattr(call.rate_limit, f"limit_{kind}")
            left = getattr(call.rate_limit, f"remaining_{kind}")
            if not limit or left is None:
                continue
            held = self._limits.at((call.provider, call.account.key, call.request.model or call.model, kind))
            held.told += 1
            held.limit = limit
            held.least = min(held.least, max(left, 0) / limit)
            if left < limit * _LOW:
                held.low.add(record)

    def findings(self) -> Iterator[Finding]:
        for (provider, key, model, kind), limit in self._limits.items():
            if limit.low.calls < _FEWEST or limit.low.calls < limit.told * _OFTEN:
                continue
            yield Finding(
                rule=RULE.id,
                title=f"{model} is close to its limit of {kind}",
                evidence=f"{share(limit.low.calls, limit.told)} of {limit.told:,} answers told of less than"
                f" {share(_LOW, 1)} left of {limit.limit:,} {kind}; {share(limit.least, 1)} at the least",
                usd=None,
                confidence=Confidence.HIGH,
                why="told by the provider's headers; what a refused call costs is not known",
                change=(
                    "Ask for a higher limit, spread the calls out, or use another key or region for a part of them.",
                ),
                calls=limit.low.calls,
                since=limit.low.first,
                models=(model,),
                traces=tuple(limit.low.traces),
                columns=("provider", "key", "limit"),
                rows=((provider, key, limit.limit),),
            )


RULE = Rule(
    id="headroom",
    title="Rate limits nearly used up",
    looks_at="what answers tell of limits, by key and model",
    watch=_Watch,
)
