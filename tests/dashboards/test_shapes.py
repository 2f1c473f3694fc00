"""Where panels stand."""

from __future__ import annotations

import pytest

from keeptabs.dashboards.panel import Kind, Panel
from keeptabs.dashboards.shapes import flow

S, T = Kind.STAT, Kind.TIMESERIES
ROWS = [
    ([S, S], [(0, 0), (4, 0)]),
    ([S] * 7, [(0, 0), (4, 0), (8, 0), (12, 0), (16, 0), (20, 0), (0, 4)]),
    ([T, S, T], [(0, 0), (12, 0), (0, 8)]),
    ([], []),
]


@pytest.mark.parametrize(("kinds", "places"), ROWS)
def test_panels_flow(kinds: list[Kind], places: list[tuple[int, int]]) -> None:
    """From left to right, and below the highest of the row when it is full."""
    panels = [Panel(id="p", title="P", question="?", kind=kind, unit="s") for kind in kinds]
    assert [(cell.x, cell.y) for cell in flow(panels)] == places
