"""What was spent over time, by model: the columns of a chart, and the one that stands out."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from statistics import median

import msgspec

from keeptabs.store import overview
from keeptabs.store.database import Connection
from keeptabs.store.rollups import HOUR
from keeptabs.web.ask import DAY, Ask
from keeptabs.web.charts import Marks, Note, Series, plot
from keeptabs.web.said import money

_MODELS = 5  # with a colour of their own; all others are one
_MOST_COLUMNS = 92
_STEPS = {"an hour": HOUR, "a day": DAY, "a week": 7 * DAY, "four weeks": 28 * DAY}
_OTHER = "other"
_FEW = 7  # columns, of which none can stand out
_OUTSTANDING = 1.5  # times the median


class Course(msgspec.Struct, frozen=True, kw_only=True):
    """Spend over time in USD: ``times`` are the columns' starts, ``totals`` their sums in nano-USD."""

    step: str
    times: tuple[int, ...]
    columns: tuple[str, ...]
    series: tuple[Series, ...]
    totals: tuple[int, ...]
    marks: Marks  # its columns lead to their calls where they are days
    plot: str  # the same as JSON, for the script


def course(db: Connection, ask: Ask, first: int | None) -> Course:
    """The spend of a page's part; ``first`` is its first hour with a call."""
    since = max(ask.part.since, first or 0)
    name, step = next(
        (each for each in _STEPS.items() if (ask.now - since) // each[1] < _MOST_COLUMNS and _fits(ask, each[1])),
        ("four weeks", 28 * DAY),
    )
    start = (ask.part.since or since) // step * step
    times = tuple(range(start, ask.now + 1, step)) if first is not None else ()
    by_model: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for cell in overview.by_time(db, ask.part, step):
        by_model[cell.model][cell.column] += cell.cost
    hrefs = tuple(ask.url("/calls", day=_day(time)) for time in times) if step == DAY else ()
    return _course(name, times, hrefs, grouped(by_model, times))


def _fits(ask: Ask, step: int) -> bool:
    """Hours are for a day alone: those of a week say nothing that a person can see."""
    return step > HOUR or ask.period == "24h"


def grouped(by_model: Mapping[str, Mapping[int, int]], times: Sequence[int]) -> dict[str, list[int]]:
    """The dearest models, the dearest first, and all others as one."""
    ranked = sorted(by_model, key=lambda model: (-sum(by_model[model].values()), model))
    one_more = len(ranked) == _MODELS + 1  # a group of one is no group
    own = ranked if one_more else ranked[:_MODELS]
    found = {model: [by_model[model].get(time, 0) for time in times] for model in own}
    if rest := ranked[len(own) :]:
        name = _OTHER if _OTHER not in found else "all other"
        found[name] = [sum(by_model[model].get(time, 0) for model in rest) for time in times]
    return found


def _course(name: str, times: tuple[int, ...], hrefs: tuple[str, ...], found: Mapping[str, Sequence[int]]) -> Course:
    columns = tuple(_column(time, name) for time in times)
    totals = tuple(sum(values[n] for values in found.values()) for n in range(len(times)))
    series = tuple(Series(model, [value / 1e9 for value in values]) for model, values in found.items())
    marks = Marks(note=outstanding(columns, totals, found), hrefs=hrefs)
    return Course(
        step=name,
        times=times,
        columns=columns,
        series=series,
        totals=totals,
        marks=marks,
        plot=plot(times, series, unit="$", stacked=True, marks=marks),
    )


def outstanding(columns: Sequence[str], totals: Sequence[int], found: Mapping[str, Sequence[int]]) -> Note | None:
    """The column that is far above the others, and the model that is the most of it."""
    if len(totals) < _FEW:
        return None
    top = max(range(len(totals)), key=totals.__getitem__)
    if totals[top] <= _OUTSTANDING * median(totals) or not totals[top]:
        return None
    above = {model: values[top] - round(median(values)) for model, values in found.items()}
    model = max(above, key=lambda each: above[each])
    return Note(top, f"{columns[top]}: {model}, {money(above[model])} above its usual")


def _column(time: int, step: str) -> str:
    return datetime.fromtimestamp(time / 1e9, tz=UTC).strftime("%H:%M" if step == "an hour" else "%b %-d")


def _day(time: int) -> str:
    return datetime.fromtimestamp(time / 1e9, tz=UTC).strftime("%Y-%m-%d")
