"""What panels and rules ask for is what a scrape has."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

import pytest
from fleet import Process, batch
from metric_engines import prometheus
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from keeptabs.dashboards import read
from keeptabs.dashboards.panel import Backend
from keeptabs.dashboards.variables import narrowed
from keeptabs.sinks.otel.semconv import Profile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from keeptabs.store.record import Record

PANELS = [panel for group in read.groups(read.data()) for panel in group.panels(Backend.PROMETHEUS)]
ALERTS = [alert for each in read.alerts(read.data()) for alert in each.alert]
QUERIES = [(each.id, narrowed(each.promql, Backend.PROMETHEUS)) for each in (*PANELS, *ALERTS)]

# Labels that the fleet has none of: those of Prometheus, of the environment, and of the SDK's own overflow.
ELSEWHERE = {"job", "le", "deployment_environment_name", "otel_metric_overflow"}
METRIC = re.compile(r"\b((?:keeptabs|gen_ai_client)_\w+)(?=[{\[)\s])")
SELECTOR = re.compile(r"\{([^}]*)\}")
GROUPED = re.compile(r"by \(([^)]*)\)")


@pytest.fixture
def process(record: Callable[..., Record]) -> Iterator[Process]:
    made = Process(Profile.BOTH)
    made.record([each.call for each in batch(record)], 1)
    yield made
    made.close()


def asked(query: str) -> tuple[set[str], set[str]]:
    """The metrics and the labels of ours that a query names."""
    labels = {name for selector in SELECTOR.findall(query) for name in re.findall(r"(\w+)\s*(?:=~|!=|=)", selector)}
    labels |= {name.strip() for group in GROUPED.findall(query) for name in group.split(",")}
    bare = GROUPED.sub("", SELECTOR.sub("{}", query))
    return set(METRIC.findall(bare)), labels


def test_names_and_labels_are_those_of_a_scrape(process: Process) -> None:
    """Each metric and each label that is asked for is there, spelt as our exporter spells it."""
    samples = [each for family in text_string_to_metric_families(process.scrape()) for each in family.samples]
    names = {sample.name for sample in samples}
    labels = {name for sample in samples for name in sample.labels} | ELSEWHERE
    mentioned = [(of, *asked(query)) for of, query in QUERIES if "otelcol" not in query]
    assert {name for _, metrics, _ in mentioned for name in metrics} >= {
        "keeptabs_cost_USD_total",
        "keeptabs_leaks_total",
    }
    assert [(of, name) for of, metrics, _ in mentioned for name in metrics if name not in names] == []
    assert [(of, name) for of, _, found in mentioned for name in found if name not in labels] == []


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("prometheus") is None, reason="prometheus (Debian's package) is not here")
def test_prometheus_keeps_what_it_scrapes(process: Process, tmp_path: Path) -> None:
    """The series that Prometheus has of a process are those that the process shows."""
    with prometheus("", tmp_path, process.address) as engine:
        kept = engine.scraped()
    own = [each for each in kept if not each["__name__"].startswith(("up", "scrape_"))]
    families = text_string_to_metric_families(process.scrape())
    shown = [each for family in families for each in family.samples if not each.name.endswith("_created")]
    bare = [{name: value for name, value in each.items() if name not in ("instance", "job")} for each in own]
    named = [{"__name__": each.name, **{k: v for k, v in each.labels.items() if v}} for each in shown]
    assert sorted(bare, key=str) == sorted(named, key=str)
