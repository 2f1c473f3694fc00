"""Days on which a place in the code spent many times of what it does on others."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from statistics import median

from keeptabs.audit.prices import Prices
from keeptabs.audit.rule import Confidence, Finding, Rule
from keeptabs.audit.said import at_place
from keeptabs.audit.tally import EXACT, Place, Table, Tally, counted, place_of
from keeptabs.store.record import Record

_DAY = 86_400 * 1_000_000_000
_EPOCH = date(1970, 1, 1)
_TIMES = 4  # the median of the days
_FEWEST_DAYS = 7
_FEWEST = 20  # calls of such a day
_MOST_DAYS = 400


class _Days:
    def __init__(self) -> None:
        self.days: dict[int, Tally] = {}

    def at(self, day: int) -> Tally:
        """The calls of a day; past the last that can be told apart they are one."""
        return self.days.setdefault(day if len(self.days) < _MOST_DAYS or day in self.days else -1, Tally())

    @property
    def usual(self) -> Decimal:
        """What a day costs: the median."""
        return median(tally.usd for tally in self.days.values())


class _Watch:
    def __init__(self, prices: Prices) -> None:
        self._places: Table[Place, _Days] = Table(_Days)

    def see(self, record: Record) -> None:
        if record.call.cost.usd:
            self._places.at(place_of(record)).at(record.call.timing.started_at // _DAY).add(record, Decimal(0))

    def findings(self) -> Iterator[Finding]:
        for place, days in self._places.items():
            if len(days.days) >= _FEWEST_DAYS:
                yield from _finding(place, days)


def _finding(place: Place, days: _Days) -> Iterator[Finding]:
    usual = days.usual
    high = {day: tally for day, tally in days.days.items() if tally.usd > usual * _TIMES and tally.calls >= _FEWEST}
    if not high:
        return
    first = high[min(high)]
    above = sum((EXACT.subtract(tally.usd, usual) for tally in high.values()), Decimal(0))
    worst = max(high, key=lambda day: high[day].usd)
    yield at_place(
        RULE.id,
        place,
        first,
        title=f"{place} spent {high[worst].usd / usual:,.0f} times the usual on {_said(worst)}",
        evidence=f"{counted(len(high), 'day')} above {_TIMES} times the median of {len(days.days)} days",
        usd=above,
        confidence=(Confidence.MEDIUM, "what is above the median of the days; there may have been more to do"),
        change=("Look at the traces of that day for a loop or a retry without end, and set a limit on calls a run.",),
        columns=("day", "calls", "spent", "on the median day"),
        rows=tuple((_said(day), tally.calls, tally.usd, usual) for day, tally in sorted(high.items())),
    )


def _said(day: int) -> str:
    return (_EPOCH + timedelta(days=day)).isoformat()


RULE = Rule(
    id="spikes",
    title="A day that cost many times the usual",
    looks_at="what each place spent on each UTC day, against the median of its days",
    watch=_Watch,
)
