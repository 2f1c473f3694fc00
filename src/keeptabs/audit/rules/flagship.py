"""A large model where answers are a word or two: labels, numbers, yes or no."""

from collections.abc import Iterator

from keeptabs.audit.families import smallest
from keeptabs.audit.prices import Prices
from keeptabs.audit.rule import Confidence, Finding, Rule
from keeptabs.audit.said import at_place, some_unknown
from keeptabs.audit.tally import Place, Table, Tally, place_of, share
from keeptabs.store.record import Record

_SHORT = 16  # tokens of an answer
_MOSTLY = 0.95  # of the calls of a place
_FEWEST = 50


class _Answers:
    def __init__(self) -> None:
        self.short = 0
        self.smaller = ""
        self.all = Tally()


class _Watch:
    def __init__(self, prices: Prices) -> None:
        self._prices = prices
        self._places: Table[Place, _Answers] = Table(_Answers)

    def see(self, record: Record) -> None:
        call = record.call
        smaller = smallest(call.provider, call.model)
        if smaller is None or call.usage is None or not call.usage.output or not call.outcome.is_answer:
            return
        place = self._places.at(place_of(record))
        place.smaller = smaller
        place.short += call.usage.output - (call.usage.sum("output.reasoning") or 0) <= _SHORT
        place.all.add(record, self._prices.saved_by_model(call, smaller))

    def findings(self) -> Iterator[Finding]:
        for place, answers in self._places.items():
            tally = answers.all
            if tally.calls < _FEWEST or answers.short < tally.calls * _MOSTLY or tally.gain <= 0:
                continue
            yield at_place(
                RULE.id,
                place,
                tally,
                title=f"{place} gives answers of a word or two",
                evidence=f"{share(answers.short, tally.calls)} of {tally.calls:,} answers have at most {_SHORT} tokens"
                f"{some_unknown(tally)}",
                usd=tally.known_gain,
                confidence=(
                    Confidence.MEDIUM,
                    "short answers are mostly labels, which small models give as well: try it",
                ),
                change=(f"Try {answers.smaller} here, with two or three examples in the prompt.",),
                columns=("model", "cost"),
                rows=((place.model, tally.usd), (answers.smaller, tally.usd - tally.gain)),
            )


RULE = Rule(
    id="flagship",
    title="A flagship model for short answers",
    looks_at="tokens of answers, without reasoning, where a family has smaller models",
    watch=_Watch,
)
