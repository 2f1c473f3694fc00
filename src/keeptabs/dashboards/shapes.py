"""Where panels stand on Grafana's grid of 24 columns, and how each kind is drawn."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from keeptabs.dashboards.panel import Kind, Panel

_COLUMNS = 24
_SIZES: Mapping[Kind, tuple[int, int]] = {Kind.STAT: (4, 4), Kind.TABLE: (12, 8), Kind.TIMESERIES: (12, 8)}

OPTIONS: Mapping[Kind, dict[str, Any]] = {
    Kind.STAT: {
        "colorMode": "value",
        "graphMode": "none",
        "reduceOptions": {"calcs": ["lastNotNull"], "values": False},
    },
    Kind.TABLE: {"showHeader": True, "cellHeight": "sm"},
    Kind.TIMESERIES: {
        "legend": {"displayMode": "table", "placement": "bottom", "showLegend": True, "calcs": ["lastNotNull", "max"]},
        "tooltip": {"mode": "multi", "sort": "desc"},
    },
}


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """A place on the grid."""

    x: int
    y: int
    width: int
    height: int


def flow(panels: Iterable[Panel]) -> Iterator[Cell]:
    """A place for each panel, from left to right; a row is as high as the highest in it."""
    x = y = row = 0
    for panel in panels:
        width, height = _SIZES[panel.kind]
        if x + width > _COLUMNS:
            x, y, row = 0, y + row, 0
        yield Cell(x=x, y=y, width=width, height=height)
        x, row = x + width, max(row, height)
