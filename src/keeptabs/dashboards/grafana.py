"""A group of panels as a dashboard of Grafana, by the typed builders of grafana-foundation-sdk 10.1.0."""

from typing import Any

from grafana_foundation_sdk.builders import dashboard as build
from grafana_foundation_sdk.builders.prometheus import Dataquery as PrometheusQuery
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models import dashboard as model
from grafana_foundation_sdk.models.prometheus import PromQueryFormat

from keeptabs.dashboards import links
from keeptabs.dashboards.clickhouse_query import ClickHouseQuery
from keeptabs.dashboards.panel import Backend, Group, Kind, Panel
from keeptabs.dashboards.shapes import OPTIONS, Cell, flow
from keeptabs.dashboards.variables import BUDGET, QUANTILE, QUANTILES, VARIABLES, Variable, narrowed

_GREEN, _AMBER, _RED = "green", "orange", "red"
_CHOICES = "SELECT DISTINCT $column FROM keeptabs_calls WHERE ts > now() - INTERVAL 7 DAY ORDER BY $column"
_RANGE = {Backend.PROMETHEUS: "now-6h", Backend.CLICKHOUSE: "now-24h"}


def dashboard(group: Group, backend: Backend) -> str:
    """The dashboard as JSON, the same bytes for the same group."""
    made = (
        build.Dashboard(f"keeptabs / {group.title}")
        .uid(f"kt-{backend.value}-{group.id}")  # at most 40 characters
        .description(group.about)
        .tags(["keeptabs", f"keeptabs-{backend.value}"])
        .time(_RANGE[backend], "now")
        .timezone("browser")
        .refresh("1m")
        .tooltip(model.DashboardCursorSync.CROSSHAIR)
        .link(_others(backend))
        .editable()
    )
    for variable in _variables(backend):
        made.with_variable(variable)
    panels = group.panels(backend)
    for number, (panel, cell) in enumerate(zip(panels, flow(panels), strict=True), start=1):
        made.with_panel(_panel(panel, backend, number, cell))
    return JSONEncoder(sort_keys=True, indent=2, ensure_ascii=False).encode(made.build()) + "\n"


def _others(backend: Backend) -> build.DashboardLink:
    return (
        build.DashboardLink("keeptabs")
        .type(model.DashboardLinkType.DASHBOARDS)
        .tags([f"keeptabs-{backend.value}"])
        .as_dropdown(True)
        .keep_time(True)
        .include_vars(True)
    )


def _source(backend: Backend) -> model.DataSourceRef:
    return model.DataSourceRef(type_val=backend.plugin, uid="${datasource}")


def _variables(backend: Backend) -> list[Any]:
    chosen = model.VariableOption(selected=True, text=QUANTILE, value=QUANTILE)
    return [
        build.DatasourceVariable("datasource").label("Data source").type(backend.plugin),
        build.DatasourceVariable("traces").label("Traces").type("tempo"),
        *(_choice(variable, backend) for variable in VARIABLES),
        build.CustomVariable("quantile").label("Quantile").values(",".join(QUANTILES)).current(chosen),
        build.TextBoxVariable("budget").label("USD a month").default_value(str(BUDGET)),
    ]


def _choice(variable: Variable, backend: Backend) -> build.QueryVariable:
    if backend is Backend.PROMETHEUS:
        query = f"label_values(keeptabs_calls_total, {variable.label})"
    else:
        query = _CHOICES.replace("$column", variable.column)
    made = build.QueryVariable(variable.name).label(variable.name.capitalize()).datasource(_source(backend))
    made.query(query).multi(True).include_all(True).sort(model.VariableSort.ALPHABETICAL_ASC)
    made.refresh(model.VariableRefresh.ON_TIME_RANGE_CHANGED)
    made.current(model.VariableOption(selected=True, text=["All"], value=["$__all"]))
    # A label that is not there is one that is empty, and only this pattern finds it.
    return made.all_value(".*") if backend is Backend.PROMETHEUS else made


def _panel(panel: Panel, backend: Backend, number: int, cell: Cell) -> build.Panel:
    made = (
        build.Panel()
        .id(number)
        .type(panel.kind.value)
        .title(panel.title)
        .description(panel.question)
        .unit(panel.unit)
        .datasource(_source(backend))
        .grid_pos(model.GridPos(x=cell.x, y=cell.y, w=cell.width, h=cell.height))
        .thresholds(_thresholds(panel))
        .color_scheme(build.FieldColor().mode(_colour(panel)))
        .options(OPTIONS[panel.kind])
        .links(_links(panel, backend))
        .with_target(_target(panel, backend))
    )
    if panel.decimals is not None:
        made.decimals(panel.decimals)
    return made.time_from(panel.period) if panel.period else made


def _colour(panel: Panel) -> model.FieldColorModeId:
    series = panel.kind is Kind.TIMESERIES
    return model.FieldColorModeId.PALETTE_CLASSIC if series else model.FieldColorModeId.THRESHOLDS


def _thresholds(panel: Panel) -> build.ThresholdsConfig:
    steps = [model.Threshold(value=None, color=_GREEN)]
    steps += [
        model.Threshold(value=value, color=colour)
        for value, colour in zip(panel.thresholds, (_AMBER, _RED), strict=False)
    ]
    return build.ThresholdsConfig().mode(model.ThresholdsMode.ABSOLUTE).steps(steps)


def _links(panel: Panel, backend: Backend) -> list[Any]:
    made = [build.DashboardLink("Traces").type(model.DashboardLinkType.LINK).url(links.traces(panel))]
    if backend is Backend.CLICKHOUSE:
        made.insert(0, build.DashboardLink("Calls").type(model.DashboardLinkType.LINK).url(links.calls(panel)))
    return [link.target_blank(True) for link in made]


def _target(panel: Panel, backend: Backend) -> Any:
    query = narrowed(panel.query(backend), backend)
    over_time = panel.kind is Kind.TIMESERIES
    if backend is Backend.CLICKHOUSE:
        return ClickHouseQuery(query, over_time=over_time)
    made = PrometheusQuery().ref_id("A").expr(query).legend_format(panel.legend or "__auto")
    if over_time:
        return made.range().exemplar(True)
    return made.instant().format(PromQueryFormat.TABLE if panel.kind is Kind.TABLE else PromQueryFormat.TIME_SERIES)
