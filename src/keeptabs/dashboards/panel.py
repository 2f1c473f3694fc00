"""The values: a panel, a group of panels that is one dashboard, an alert."""

from enum import StrEnum
from typing import Literal

import msgspec


class Backend(StrEnum):
    """What a dashboard asks, as the plugin of its data source is called."""

    PROMETHEUS = "prometheus"
    CLICKHOUSE = "clickhouse"

    @property
    def plugin(self) -> str:
        """The id of Grafana's plugin for it."""
        return "prometheus" if self is Backend.PROMETHEUS else "grafana-clickhouse-datasource"


class Kind(StrEnum):
    """How an answer is shown."""

    STAT = "stat"  # one number over the whole range
    TABLE = "table"  # a number a row over the whole range
    TIMESERIES = "timeseries"


class Panel(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One question and how each backend answers it; an empty query says that a backend cannot.

    ``thresholds`` are the values from which the number is amber and red. ``traceql`` and ``where`` (a condition on
    the view ``keeptabs_calls``) find the traces and calls behind it. ``period`` stands in for the dashboard's range.
    """

    id: str
    title: str
    question: str
    kind: Kind
    unit: str
    promql: str = ""
    sql: str = ""
    legend: str = ""
    traceql: str = ""
    where: str = "1"
    thresholds: tuple[float, ...] = ()
    period: str = ""
    decimals: int | None = None

    def query(self, backend: Backend) -> str:
        """The query in the backend's language, as it was written; empty where it has no answer."""
        return self.promql if backend is Backend.PROMETHEUS else self.sql


class Group(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The panels of one dashboard."""

    id: str
    title: str
    about: str
    panel: tuple[Panel, ...]

    def panels(self, backend: Backend) -> tuple[Panel, ...]:
        """The panels that the backend can answer."""
        return tuple(panel for panel in self.panel if panel.query(backend))


class Alert(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Fires for each series of ``promql`` whose value is above ``above`` for as long as ``lasts`` (``5m``).

    ``$budget`` stands for USD a month, in the query and as the value.
    """

    id: str
    severity: str
    promql: str
    above: float | Literal["$budget"]
    lasts: str
    summary: str
    dashboard: str  # the id of the group that shows it
    runbook: str  # what to do, as a paragraph


class Alerts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The alerts of one file."""

    group: str
    alert: tuple[Alert, ...]
