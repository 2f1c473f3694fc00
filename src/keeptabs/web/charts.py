"""Charts as SVG, readable without JavaScript. A value of each is a ``<title>``, so that hovering tells it.

Nothing here has a style attribute: the pages' security policy forbids them. Colours are classes c1 to c6.
"""

import json
import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import msgspec
from markupsafe import Markup

FUNCTIONS = ("stacked", "spark", "bar")
_WIDTH, _HEIGHT, _LEFT = 760, 210, 44


class Series(msgspec.Struct, frozen=True):
    """Values of one colour, one for each column of a chart."""

    name: str
    values: Sequence[float]
    href: str | None = None


class Note(msgspec.Struct, frozen=True):
    """What is to be said of one column."""

    column: int
    text: str


class Marks(msgspec.Struct, frozen=True, kw_only=True):
    """What a chart has beside its columns: words on one of them, and where each leads."""

    note: Note | None = None
    hrefs: Sequence[str] = ()


_NONE = Marks()


def bar(share: float, kind: str = "c1") -> Markup:
    """A thin bar that fills a share of its place."""
    width = 100 * min(1.0, max(0.0, share))
    return Markup(
        '<svg class="bar" aria-hidden="true"><rect class="{}" width="{:.1f}%" height="100%" rx="2.5"/></svg>'
    ).format(kind, width)


def spark(values: Sequence[float], width: int = 120, height: int = 30) -> Markup:
    """The course of something, without numbers; nothing for fewer than two values."""
    top = max(values, default=0)
    if len(values) < 2 or top <= 0:
        return Markup()
    points = [
        (n * width / (len(values) - 1), height - 2 - value / top * (height - 6)) for n, value in enumerate(values)
    ]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return Markup(
        '<svg class="spark" width="{w}" height="{h}" viewBox="0 0 {w} {h}" aria-hidden="true">'
        '<polygon points="0,{h} {line} {w},{h}"/><polyline points="{line}"/></svg>'
    ).format(w=width, h=height, line=line)


def stacked(
    columns: Sequence[str],
    series: Sequence[Series],
    label: str,
    unit: str = "$",
    marks: Marks = _NONE,
) -> Markup:
    """Bars of several parts a column, with a scale of round numbers and a legend."""
    sums = [sum(each.values[n] for each in series) for n in range(len(columns))]
    top, step = scale(max(sums, default=0))
    parts = [
        Markup('<svg class="chart" viewBox="0 -14 {} {}" role="{}" aria-label="{}">').format(
            _WIDTH, _HEIGHT + 36, "group" if marks.hrefs else "img", label
        ),
        *(_rule(value, top, unit) for value in steps(top, step)),
        *_columns(columns, series, top, unit, marks.hrefs),
        _noted(marks.note, len(columns), sums, top) if marks.note else Markup(),
        Markup("</svg>"),
        legend([each.name for each in series]),
    ]
    return Markup().join(parts)


def plot(
    times: Sequence[int],
    series: Sequence[Series],
    *,
    unit: str = "",
    stacked: bool = False,
    marks: Marks = _NONE,
) -> str:
    """The data of an interactive chart as JSON, for ``data-plot`` of a figure of the class ``plot``.

    ``times`` are nanoseconds since the epoch. ``unit`` is "$", "%" or a word; a value that is no number is a gap.
    """
    made: dict[str, Any] = {
        "unit": unit,
        "stacked": stacked,
        "times": [time // 10**9 for time in times],
        "series": [{"name": each.name, "values": [_number(value) for value in each.values]} for each in series],
    }
    if marks.note is not None:
        made["note"] = {"column": marks.note.column, "text": marks.note.text}
    if marks.hrefs:
        linked = [n for n in range(len(times)) if any(each.values[n] for each in series)]
        made |= {"hrefs": list(marks.hrefs), "linked": linked}
    return json.dumps(made, separators=(",", ":"))


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None


def legend(names: Sequence[str]) -> Markup:
    """What the colours mean."""
    keys = Markup().join(Markup('<li class="c{}">{}</li>').format(n + 1, name) for n, name in enumerate(names))
    return Markup('<ul class="keys">{}</ul>').format(keys)


def scale(top: float, ticks: int = 4) -> tuple[float, float]:
    """The end of a scale that holds ``top``, and its step: 1, 2, 2.5 or 5 times a power of ten."""
    if top <= 0:
        return 1.0, 1.0
    power = 10.0 ** math.floor(math.log10(top / ticks))
    step = next(size * power for size in (1, 2, 2.5, 5, 10) if size * power * ticks >= top)
    return step * -(-top // step), step


def steps(top: float, step: float) -> list[float]:
    """The values that a scale names."""
    return [n * step for n in range(round(top / step) + 1)]


def _height(value: float, top: float) -> float:
    return _HEIGHT - value / top * (_HEIGHT - 8)


def _rule(value: float, top: float, unit: str) -> Markup:
    y = _height(value, top)
    return Markup('<line x1="{}" x2="{}" y1="{y:.1f}" y2="{y:.1f}"/><text x="0" y="{t:.1f}">{u}{v:,g}</text>').format(
        _LEFT - 6, _WIDTH, y=y, t=y + 4, u=unit, v=value
    )


def _columns(
    columns: Sequence[str], series: Sequence[Series], top: float, unit: str, hrefs: Sequence[str]
) -> list[Markup]:
    width = (_WIDTH - _LEFT) / max(1, len(columns))
    every = max(1, -(-len(columns) // 7))
    made = []
    for n, column in enumerate(columns):
        x, edges = _LEFT + n * width, [0.0]
        for each in series:
            edges.append(edges[-1] + each.values[n])
        rects = [
            Markup('<rect class="c{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" rx="1.5"/>').format(
                k + 1, x, _height(upper, top), width * 0.84, max(0.0, _height(lower, top) - _height(upper, top) - 1)
            )
            for k, (lower, upper) in enumerate(pairwise(edges))
            if upper > lower
        ]
        if rects:
            made.append(_column(Markup().join(rects), _told(column, series, n, unit), hrefs[n] if hrefs else ""))
        if n % every == 0:
            made.append(Markup('<text x="{:.1f}" y="{}">{}</text>').format(x, _HEIGHT + 17, column))
    return made


def _told(column: str, series: Sequence[Series], n: int, unit: str) -> str:
    """A column in words: its sum, and what it is made of."""
    parts = [f"{each.name} {unit}{each.values[n]:,.2f}" for each in series if each.values[n]]
    return f"{column}: {unit}{sum(each.values[n] for each in series):,.2f}\n" + "\n".join(parts)


def _column(rects: Markup, told: str, href: str) -> Markup:
    title = Markup("<title>{}</title>").format(told)
    if href:
        return Markup('<a href="{}">{}{}</a>').format(href, title, rects)
    return Markup("<g>{}{}</g>").format(title, rects)


def _noted(note: Note, count: int, sums: Sequence[float], top: float) -> Markup:
    """The words above a column, on the side where there is room."""
    middle = _LEFT + (note.column + 0.42) * (_WIDTH - _LEFT) / count
    anchor = "start" if middle < _WIDTH / 3 else "end" if middle > _WIDTH * 2 / 3 else "middle"
    y = _height(sums[note.column], top) - 6
    return Markup('<text class="note" x="{:.1f}" y="{:.1f}" text-anchor="{}">{} ↓</text>').format(
        middle, y, anchor, note.text
    )
