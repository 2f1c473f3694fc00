"""What Grafana is given: it cannot be run here, so its rules are checked one by one."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import unquote

import pytest

from keeptabs.dashboards import read
from keeptabs.dashboards.grafana import dashboard
from keeptabs.dashboards.panel import Backend, Group, Kind, Panel
from keeptabs.dashboards.variables import VARIABLES

GROUPS = read.groups(read.data())
MADE = {(backend, group.id): json.loads(dashboard(group, backend)) for backend in Backend for group in GROUPS}
CHOICES = {each.name for each in VARIABLES}
# Grafana's own, and those of every dashboard of ours.
KNOWN = CHOICES | {"datasource", "traces", "quantile", "budget", "__range", "__rate_interval", "__from", "__to"}
MACROS = {"__timeFilter", "__timeInterval", "__conditionalAll", "__interval_s", "__fromTime", "__toTime"}


@pytest.fixture(params=MADE, ids=lambda key: f"{key[0].value} {key[1]}")
def made(request: pytest.FixtureRequest) -> dict[str, Any]:
    return dict(MADE[request.param])


def overlap(a: dict[str, int], b: dict[str, int]) -> bool:
    beside = a["x"] + a["w"] <= b["x"] or b["x"] + b["w"] <= a["x"]
    return not (beside or a["y"] + a["h"] <= b["y"] or b["y"] + b["h"] <= a["y"])


def test_panels_have_ids_and_places_of_their_own(made: dict[str, Any]) -> None:
    """No id is there twice, nothing lies on something else or beyond the 24 columns."""
    panels = made["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels) > 0
    places = [panel["gridPos"] for panel in panels]
    assert all(place["x"] + place["w"] <= 24 for place in places)
    assert not [(a, b) for n, a in enumerate(places) for b in places[n + 1 :] if overlap(a, b)]


def test_overlap_is_seen() -> None:
    """The check above knows panels that overlap, and those that only touch."""
    first = {"x": 0, "y": 0, "w": 12, "h": 8}
    assert overlap(first, {**first, "x": 11})
    assert overlap(first, {**first, "y": 7})
    assert not overlap(first, {**first, "x": 12})
    assert not overlap(first, {**first, "y": 8})


def test_every_panel_says_what_it_shows(made: dict[str, Any]) -> None:
    """A title, a question that it answers, a unit, and one query."""
    for panel in made["panels"]:
        assert panel["title"]
        assert re.search(r"[?.]$", panel["description"]), panel["title"]
        assert panel["fieldConfig"]["defaults"]["unit"]
        assert len(panel["targets"]) == 1


def test_no_data_source_is_fixed(made: dict[str, Any]) -> None:
    """Wherever a data source is named it is the one that is chosen on top."""
    named = re.findall(r'"uid": "([^"]*)"', json.dumps({**made, "uid": None}))
    assert set(named) == {"${datasource}"}


def test_every_variable_is_there(made: dict[str, Any]) -> None:
    """What can be chosen is what was promised, and no query asks for anything else."""
    names = {variable["name"] for variable in made["templating"]["list"]}
    assert names == CHOICES | {"datasource", "traces", "quantile", "budget"}
    texts = [target.get("expr") or target["rawSql"] for panel in made["panels"] for target in panel["targets"]]
    used = {name for text in texts for name in re.findall(r"\$\{?(\w+)", text)}
    assert used <= KNOWN | MACROS


def test_choices_are_narrowed_by_every_panel_of_calls(made: dict[str, Any]) -> None:
    """A query about calls looks at every choice."""
    for panel in made["panels"]:
        for target in panel["targets"]:
            text = target.get("expr") or target["rawSql"]
            if "keeptabs_calls_total" in text and "leaks" not in text and "_OTHER" not in text:
                assert all(f'=~"${name}"' in text for name in CHOICES)
            if "keeptabs_calls" in text and "rawSql" in target:
                assert all(f"${{{name}:singlequote}}" in text for name in CHOICES)


def test_every_panel_leads_to_what_is_behind_it(made: dict[str, Any]) -> None:
    """A link to traces, and in ClickHouse to calls, whose address is JSON that Grafana can read."""
    for panel in made["panels"]:
        titles = [link["title"] for link in panel["links"]]
        assert titles == (["Calls", "Traces"] if "rawSql" in panel["targets"][0] else ["Traces"])
        for link in panel["links"]:
            panes = json.loads(unquote(link["url"].partition("panes=")[2]))
            [query] = panes["keeptabs"]["queries"]
            assert query["datasource"]["uid"] in ("${datasource}", "${traces}")
            assert panes["keeptabs"]["range"] == {"from": "${__from}", "to": "${__to}"}
            assert query.get("query", "{").startswith("{")


def test_dashboards_are_told_apart() -> None:
    """No two have the same id or, on one backend, the same title."""
    assert len({made["uid"] for made in MADE.values()}) == len(MADE)
    assert len({(key[0], made["title"]) for key, made in MADE.items()}) == len(MADE)
    assert all(len(made["uid"]) <= 40 for made in MADE.values())  # Grafana's limit


@pytest.mark.parametrize("backend", Backend)
def test_the_same_panels_give_the_same_bytes(backend: Backend) -> None:
    """Nothing of the moment is in a dashboard."""
    for group in GROUPS:
        assert dashboard(group, backend) == dashboard(group, backend)


KINDS = [(Kind.STAT, True, "time_series"), (Kind.TABLE, True, "table"), (Kind.TIMESERIES, False, None)]


@pytest.mark.parametrize(("kind", "instant", "format_"), KINDS)
def test_a_number_is_asked_once_and_a_series_over_time(kind: Kind, instant: bool, format_: str | None) -> None:
    """What is one number, or one a row, is no series of points."""
    panel = Panel(id="a", title="A", question="?", kind=kind, unit="s", promql="up", thresholds=(1.0, 2.0), decimals=1)
    group = Group(id="g", title="G", about="", panel=(panel,))
    [shown] = json.loads(dashboard(group, Backend.PROMETHEUS))["panels"]
    [target] = shown["targets"]
    assert (target["instant"], target["range"], target.get("format")) == (instant, not instant, format_)
    steps = shown["fieldConfig"]["defaults"]["thresholds"]["steps"]
    assert [(step.get("value"), step["color"]) for step in steps] == [(None, "green"), (1.0, "orange"), (2.0, "red")]
    assert shown["type"] == kind.value


def test_a_period_of_its_own_is_told() -> None:
    """A panel about the month looks at the month, whatever the range of the page."""
    overview = MADE[Backend.PROMETHEUS, "overview"]
    assert {panel["title"]: panel["timeFrom"] for panel in overview["panels"] if "timeFrom" in panel} == {
        "Budget used this month": "now/M"
    }
