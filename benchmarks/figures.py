"""Figures: a middle and a spread over rounds, and what is aimed at."""

import statistics
from collections.abc import Sequence
from typing import Any, NamedTuple


class Figure(NamedTuple):
    """The median over the rounds, and half the distance between the quartiles."""

    median: float
    spread: float

    @classmethod
    def of(cls, samples: Sequence[float]) -> "Figure":
        """The figure of one or more samples; of fewer than four, half their range is the spread."""
        if len(samples) < 4:
            return cls(statistics.median(samples), (max(samples) - min(samples)) / 2)
        low, middle, high = statistics.quantiles(samples, n=4, method="inclusive")
        return cls(middle, (high - low) / 2)

    def __format__(self, spec: str) -> str:
        return f"{format(self.median, spec)} ± {self.spread:.{_decimals(spec)}f}"

    def per(self, count: float) -> "Figure":
        """The same for one of ``count``."""
        return Figure(self.median / count, self.spread / count)


def _decimals(spec: str) -> str:
    return spec.rstrip("f").rpartition(".")[2] or "0"


class Aim(NamedTuple):
    """One figure beside what is aimed at: at most ``limit``."""

    name: str
    value: float
    unit: str
    limit: float

    @property
    def met(self) -> bool:
        """True when the figure is within its limit."""
        return self.value <= self.limit

    def told(self) -> dict[str, Any]:
        """The same for JSON."""
        return {**self._asdict(), "met": self.met}


class Section(NamedTuple):
    """One part of the report: a table, its figures for JSON, and the aims that it decides."""

    title: str
    lines: list[str]
    data: Any
    aims: list[Aim]


def table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows as aligned text: the first column to the left, the others to the right."""
    first, *others = (max(map(len, column)) for column in zip(*rows, strict=True))
    return [
        "  ".join((row[0].ljust(first), *(cell.rjust(width) for cell, width in zip(row[1:], others, strict=True))))
        for row in rows
    ]
