"""Charts as SVG, readable without JavaScript. A value of each is a ``<title>``, so that hovering tells it.

Nothing here has a style attribute: the pages' security policy forbids them. Colours are classes c1 to c6.
"""

import math
from collections.abc import Sequence
from itertools import pairwise

import msgspec
from markupsafe import Markup

FUNCTIONS = ("stacked", "spark", "bar")
_WIDTH, _HEIGHT, _LEFT = 760, 210, 44


class Series(msgspec.Struct, frozen=True):
    """Values of one colour, one for each column of a chart."""

    name: str
    values: Sequence[float]
    href: str | None = None


def bar(share: float, kind: str = "c1") -> Markup:
    """A thin bar that fills a share of its place."""
    width = 100 * min(1.0, max(0.0, share))
    return Markup('<svg class="bar" aria-hidden="true"><rect class="{}" width="{:.1f}%" height="100%"/></svg>').format(
        kind, width
    )


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


def stacked(columns: Sequence[str], series: Sequence[Series], label: str, unit: str = "$") -> Markup:
    """Bars of several parts a column, with a scale of round numbers and a legend."""
    sums = [sum(each.values[n] for each in series) for n in range(len(columns))]
    top, step = scale(max(sums, default=0))
    parts = [
        Markup('<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">').format(
            _WIDTH, _HEIGHT + 22, label
        ),
        *(_rule(value, top, unit) for value in steps(top, step)),
        *_columns(columns, series, sums, top, unit),
        Markup("</svg>"),
        legend([each.name for each in series]),
    ]
    return Markup().join(parts)


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
    columns: Sequence[str], series: Sequence[Series], sums: Sequence[float], top: float, unit: str
) -> list[Markup]:
    width = (_WIDTH - _LEFT) / max(1, len(columns))
    every = max(1, -(-len(columns) // 7))
    made = []
    for n, column in enumerate(columns):
        x, edges = _LEFT + n * width, [0.0]
        for each in series:
            edges.append(edges[-1] + each.values[n])
        rects = [
            Markup('<rect class="c{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"/>').format(
                k + 1, x, _height(upper, top), width * 0.84, max(0.0, _height(lower, top) - _height(upper, top) - 1)
            )
            for k, (lower, upper) in enumerate(pairwise(edges))
            if upper > lower
        ]
        title = Markup("<title>{} · {}{:,.2f}</title>").format(column, unit, sums[n])
        made.append(Markup("<g>{}{}</g>").format(title, Markup().join(rects)))
        if n % every == 0:
            made.append(Markup('<text x="{:.1f}" y="{}">{}</text>').format(x, _HEIGHT + 17, column))
    return made
