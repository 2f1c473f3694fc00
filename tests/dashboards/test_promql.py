"""Every panel's PromQL on real engines, over calls whose answers are known."""

from __future__ import annotations

import re
import shutil
import time
from typing import TYPE_CHECKING, Any

import pytest
from answers import BUDGET, QUANTILE, answers, everything, total, usd
from fleet import BATCHES, Process, batch, samples
from metric_engines import Engine, prometheus, victoria_metrics

from keeptabs.dashboards import read
from keeptabs.dashboards.panel import Backend, Panel
from keeptabs.dashboards.variables import VARIABLES, narrowed
from keeptabs.sinks.otel.semconv import Profile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from keeptabs.core.call import Call
    from keeptabs.store.record import Record

pytestmark = pytest.mark.slow

PANELS = [panel for group in read.groups(read.data()) for panel in group.panels(Backend.PROMETHEUS)]
COLLECTOR = {"collector-failed", "collector-queue", "collector-refused"}  # of metrics that are not ours
ENGINES = {"prometheus": "promtool", "victoria-metrics": "victoria-metrics"}

AT = int(time.time()) // 300 * 300 - 300  # a whole five minutes, lately


def collector() -> Iterator[str]:
    """Metrics of a Collector that loses six spans a minute, refuses three and has half a queue."""
    for minute in range(61):
        at = AT - (60 - minute) * 60
        out, into = 'job="collector",exporter="clickhouse"', 'job="collector",receiver="otlp"'
        yield f"otelcol_exporter_send_failed_spans{{{out}}} {6 * minute} {at}\n"
        yield f"otelcol_exporter_queue_size{{{out}}} 500 {at}\n"
        yield f"otelcol_exporter_queue_capacity{{{out}}} 1000 {at}\n"
        yield f"otelcol_receiver_refused_spans_total{{{into}}} {3 * minute} {at}\n"


OF_COLLECTOR = {
    "collector-failed": {("clickhouse", "spans"): 6.0},
    "collector-queue": {("clickhouse",): 0.5},
    "collector-refused": {("otlp", "spans"): 3.0},
}


def filled(panel: Panel, **chosen: str) -> str:
    """The query as Grafana asks it: half an hour, with everything chosen that is not said."""
    query = narrowed(panel.promql, Backend.PROMETHEUS)
    said = {each.name: chosen.get(each.name, ".*") for each in VARIABLES}
    said |= {"__range": "30m", "__rate_interval": "5m", "quantile": str(QUANTILE), "budget": str(BUDGET)}
    return re.sub(r"\$(\w+)", lambda found: said[found[1]], query)


def told(result: list[dict[str, Any]], panel: Panel) -> dict[tuple[str, ...], float]:
    """The answer, by the labels that the panel tells apart."""
    by = re.search(r"by \(([^)]*)\)", panel.promql)
    labels = [name.strip() for name in by[1].split(",") if name.strip() != "le"] if by else []
    return {tuple(each["metric"].get(name, "") for name in labels): float(each["value"][1]) for each in result}


@pytest.fixture(scope="module", params=["1.41", "latest", "both"])
def profile(request: pytest.FixtureRequest) -> Profile:
    return Profile(request.param)


@pytest.fixture
def calls(record: Callable[..., Record]) -> list[Call]:
    return [each.call for each in batch(record)]


@pytest.fixture(params=ENGINES)
def engine(
    request: pytest.FixtureRequest, profile: Profile, calls: list[Call], tmp_path: Path
) -> Iterator[tuple[Engine, Process]]:
    if shutil.which(ENGINES[request.param]) is None:
        pytest.skip(f"{request.param} (Debian's package) is not here")
    process = Process(profile)
    try:
        past = "".join(samples(process, calls, AT)) + "".join(collector())
        started = (
            prometheus(past, tmp_path, process.address)
            if request.param == "prometheus"
            else victoria_metrics(past, tmp_path)
        )
        with started as made:
            yield made, process
    finally:
        process.close()


def others(panel: Panel) -> list[str]:
    """The choices that a panel looks at."""
    return [each.name for each in VARIABLES if f"${each.name}" in narrowed(panel.promql, Backend.PROMETHEUS)]


def test_every_panel_gives_the_known_answer(engine: tuple[Engine, Process], calls: list[Call]) -> None:
    """Each query returns what counting the calls gives, whatever generation of names is emitted, on both engines."""
    known = answers(calls, AT, exact=False) | OF_COLLECTOR
    wrong = {}
    for panel in PANELS:
        found = told(engine[0].ask(filled(panel), AT), panel)
        if found != pytest.approx(known[panel.id], rel=1e-6):
            wrong[panel.id] = (found, known[panel.id])
    assert not wrong


@pytest.mark.parametrize("profile", [Profile.V1_41])
@pytest.mark.parametrize("engine", ["prometheus"], indirect=True)
def test_what_is_not_chosen_is_not_counted(engine: tuple[Engine, Process], calls: list[Call]) -> None:
    """With another value chosen, a panel has no number but a 0; with one model chosen, only that one's money."""
    for panel in PANELS:
        for choice in others(panel):
            found = engine[0].ask(filled(panel, **{choice: "other"}), AT)
            assert all(float(each["value"][1]) == 0 for each in found), (panel.id, choice)
    spend = next(panel for panel in PANELS if panel.id == "spend")
    [sample] = engine[0].ask(filled(spend, model="claude"), AT)
    known = total([call for call in calls if call.request.model == "claude"], usd, everything, BATCHES)
    assert float(sample["value"][1]) == pytest.approx(known[()])
