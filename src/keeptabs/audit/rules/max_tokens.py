"""A limit on the length of answers that is so far above them that it limits nothing."""

from collections.abc import Iterator

from keeptabs.audit.prices import Prices
from keeptabs.audit.rule import Confidence, Finding, Rule
from keeptabs.audit.said import at_place
from keeptabs.audit.tally import Place, Table, Tally, place_of
from keeptabs.store.record import Record

_LIMIT = "gen_ai.request.max_tokens"
_TIMES = 10  # the longest answer
_LEAST = 4_000  # tokens: a smaller limit does no harm
_FEWEST = 50


class _Lengths:
    def __init__(self) -> None:
        self.all = Tally()
        self.longest, self.limit = 0, 0


class _Watch:
    def __init__(self, prices: Prices) -> None:
        self._places: Table[Place, _Lengths] = Table(_Lengths)

    def see(self, record: Record) -> None:
        limit, usage = record.call.request.settings.get(_LIMIT), record.call.usage
        if not isinstance(limit, int) or usage is None or usage.output is None:
            return
        place = self._places.at(place_of(record))
        place.all.add(record)
        place.longest = max(place.longest, usage.output)
        place.limit = min(place.limit or limit, limit)

    def findings(self) -> Iterator[Finding]:
        for place, lengths in self._places.items():
            if lengths.all.calls < _FEWEST or lengths.limit < max(_LEAST, lengths.longest * _TIMES):
                continue
            room = -(-lengths.longest * 2 // 100) * 100
            yield at_place(
                RULE.id,
                place,
                lengths.all,
                title=f"{place} allows answers of {lengths.limit:,} tokens",
                evidence=f"the longest of {lengths.all.calls:,} answers has {lengths.longest:,} tokens",
                confidence=(
                    Confidence.HIGH,
                    "it costs nothing until an answer runs away, but counts towards limits of tokens a minute",
                ),
                change=(f"Set max_tokens to {room:,}, which is twice the longest.",),
                columns=("allowed", "longest", "calls"),
                rows=((lengths.limit, lengths.longest, lengths.all.calls),),
            )


RULE = Rule(
    id="max_tokens",
    title="max_tokens far above use",
    looks_at="the smallest limit that a place sets, and its longest answer",
    watch=_Watch,
)
