"""Reasoning that is most of what is paid for, where the answers themselves are short."""

from collections.abc import Iterator
from decimal import Decimal

from keeptabs.audit.prices import Prices
from keeptabs.audit.rule import Confidence, Finding, Rule
from keeptabs.audit.said import at_place
from keeptabs.audit.tally import Place, Table, Tally, place_of, share
from keeptabs.core.call import Call
from keeptabs.store.record import Record

_REASONING = "output.reasoning"
_LEVEL = "gen_ai.request.reasoning.level"
_MOSTLY = 0.8  # of the output
_SHORT = 200  # tokens that an answer has on the average
_FEWEST = 50
_LOWER = frozenset({"none", "minimal", "low"})


class _Thoughts:
    def __init__(self) -> None:
        self.all = Tally()
        self.reasoning = self.output = 0
        self.level = ""


class _Watch:
    def __init__(self, prices: Prices) -> None:
        self._places: Table[Place, _Thoughts] = Table(_Thoughts)

    def see(self, record: Record) -> None:
        call = record.call
        level = str(call.request.settings.get(_LEVEL) or "")
        thought = call.usage.sum(_REASONING) if call.usage else None
        if thought is None or level in _LOWER:
            return
        place = self._places.at(place_of(record))
        place.reasoning += thought
        place.output += (call.usage.output if call.usage else 0) or 0
        place.level = level or place.level
        place.all.add(record, _cost(call))

    def findings(self) -> Iterator[Finding]:
        for place, thoughts in self._places.items():
            tally = thoughts.all
            visible = thoughts.output - thoughts.reasoning
            if tally.calls < _FEWEST or visible > tally.calls * _SHORT:
                continue
            if thoughts.reasoning < thoughts.output * _MOSTLY:
                continue
            level = f"reasoning effort {thoughts.level}" if thoughts.level else "the model's own reasoning effort"
            yield at_place(
                RULE.id,
                place,
                tally,
                title=f"{place} pays mostly for reasoning",
                evidence=f"{share(thoughts.reasoning, thoughts.output)} of the output is reasoning, at {level};"
                f" answers have {visible // tally.calls:,} tokens on the average",
                usd=tally.known_gain,
                confidence=(Confidence.LOW, "all that reasoning cost; a lower effort saves a part of it"),
                change=("Try reasoning effort low or minimal here, and compare the answers.",),
            )


def _cost(call: Call) -> Decimal | None:
    """What the reasoning of a call was billed."""
    lines = [line.amount for line in call.cost.lines if line.unit == _REASONING]
    return sum(lines, Decimal(0)) if lines else None


RULE = Rule(
    id="reasoning",
    title="More reasoning than answer",
    looks_at="reasoning as a share of the output, by place and effort",
    watch=_Watch,
)
