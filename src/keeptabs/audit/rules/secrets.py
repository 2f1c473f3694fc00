"""Keys and passwords that were sent in prompts: they are with the provider now, and in its logs."""

from collections import Counter
from collections.abc import Iterator

from keeptabs.audit.prices import Prices
from keeptabs.audit.rule import Confidence, Finding, Rule
from keeptabs.audit.said import at_place
from keeptabs.audit.tally import Place, Table, Tally, counted, place_of
from keeptabs.core.call import IN_PROMPT
from keeptabs.store.record import Record


class _Leaks:
    def __init__(self) -> None:
        self.all = Tally()
        self.kinds: Counter[str] = Counter()


class _Watch:
    def __init__(self, prices: Prices) -> None:
        self._places: Table[Place, _Leaks] = Table(_Leaks)

    def see(self, record: Record) -> None:
        kinds = record.call.facts.get(IN_PROMPT)
        if kinds:
            place = self._places.at(place_of(record))
            place.all.add(record)
            place.kinds.update(kinds)

    def findings(self) -> Iterator[Finding]:
        for place, leaks in self._places.items():
            yield at_place(
                RULE.id,
                place,
                leaks.all,
                title=f"{place} sends keys in prompts",
                evidence=f"{counted(leaks.all.calls, 'call')} with {', '.join(sorted(leaks.kinds))}",
                confidence=(Confidence.HIGH, "they look like keys; a key that leaks costs what is done with it"),
                change=(
                    "Replace these keys now, then find where they come from (keeptabs calls, keeptabs trace).",
                    "Take keys out of texts before they are sent.",
                ),
                urgent=True,
                columns=("kind of key", "calls"),
                rows=tuple(leaks.kinds.most_common()),
            )


RULE = Rule(
    id="secrets",
    title="Keys in prompts",
    looks_at="what the guard noticed in requests, where it is on (guard = observe)",
    watch=_Watch,
)
