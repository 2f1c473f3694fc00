"""Hours put together into the columns of a chart: as many as can be told apart."""

from collections.abc import Mapping, Sequence

from keeptabs.store.rollups import HOUR
from keeptabs.web.ask import DAY, Ask
from keeptabs.web.charts import Series
from keeptabs.web.said import clock, day

OTHER = "other"
_WIDTHS = {"24h": HOUR, "7d": 4 * HOUR}  # all others: a day
_MOST = 60  # columns; where there are more, they are wider


def columns(ask: Ask, first: int) -> list[int]:
    """The starts of the columns of the period that was asked about, up to now; where all is, from ``first`` on."""
    width = _WIDTHS.get(ask.period, DAY)
    start = (ask.part.since or first) // width * width
    while (ask.now - start) // width >= _MOST:
        width *= 2
        start = start // width * width
    return list(range(start, ask.now + 1, width))


def name(start: int, starts: Sequence[int]) -> str:
    """What stands below a column: a day, and the hour where columns are shorter than one."""
    width = starts[1] - starts[0] if len(starts) > 1 else HOUR
    return day(start) if width >= DAY else f"{day(start)} {clock(start)[11:16]}"


def series(hours: Mapping[str, Mapping[int, float]], starts: Sequence[int], most: int = 5) -> list[Series]:
    """Values by hour of each name as series, the largest first; those beyond ``most`` become one, ``other``."""
    ranked = sorted(hours, key=lambda each: (-sum(hours[each].values()), each))
    shown = ranked if len(ranked) <= most + 1 else ranked[:most]
    made = [Series(each, _summed([hours[each]], starts)) for each in shown]
    rest = [hours[each] for each in ranked[len(shown) :]]
    return made + ([Series(OTHER, _summed(rest, starts))] if rest else [])


def _summed(parts: Sequence[Mapping[int, float]], starts: Sequence[int]) -> list[float]:
    width = starts[1] - starts[0] if len(starts) > 1 else 2**62
    sums = [0.0] * len(starts)
    for part in parts:
        for hour, value in part.items():
            place = (hour - starts[0]) // width
            if 0 <= place < len(sums):
                sums[place] += value
    return sums
