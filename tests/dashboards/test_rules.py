"""Alert rules, on the engine that they are written for."""

from __future__ import annotations

import re
import shutil
import subprocess
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from alert_cases import CASES, Case

from keeptabs.dashboards import read, rules
from keeptabs.dashboards.panel import Alerts
from keeptabs.dashboards.rules import Given

if TYPE_CHECKING:
    from pathlib import Path

FILES = read.alerts(read.data())
ALERTS = [alert for each in FILES for alert in each.alert]

needs_promtool = pytest.mark.skipif(
    shutil.which("promtool") is None, reason="promtool (Debian: prometheus) is not here"
)


def promtool(*arguments: str) -> str:
    done = subprocess.run(["promtool", *arguments], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def as_test(case: Case) -> dict[str, Any]:
    severity = next(alert.severity for alert in ALERTS if alert.id == case.alert)
    own = {"__name__": "ALERTS", "alertname": case.alert, "alertstate": "firing", "severity": severity}
    wanted = [own | labels for labels in case.fires]
    samples = [{"labels": _labelled(labels), "value": 1} for labels in wanted]
    asked = f'ALERTS{{alertname="{case.alert}",alertstate="firing"}}'
    return {
        "interval": "1m",
        "input_series": [{"series": name, "values": values} for name, values in case.series.items()],
        "promql_expr_test": [{"expr": asked, "eval_time": case.at, "exp_samples": samples}],
    }


def _labelled(labels: dict[str, str]) -> str:
    said = ",".join(f'{name}="{value}"' for name, value in labels.items() if name != "__name__")
    return f"{labels['__name__']}{{{said}}}"


@needs_promtool
@pytest.mark.parametrize("case", CASES, ids=[f"{case.alert}: {case.name}" for case in CASES])
def test_an_alert_fires_and_is_silent(case: Case, tmp_path: Path) -> None:
    """What it is for makes it fire, with its labels, and what comes near does not."""
    alone = [alert for alert in ALERTS if alert.id == case.alert]
    (tmp_path / "rules.yaml").write_text(rules.prometheus([Alerts(group="one", alert=tuple(alone))], Given()), "utf-8")
    file = tmp_path / "test.yaml"
    file.write_text(yaml.safe_dump({"rule_files": ["rules.yaml"], "tests": [as_test(case)]}), "utf-8")
    assert "SUCCESS" in promtool("test", "rules", str(file))


def test_every_alert_is_seen_both_ways() -> None:
    """No alert is without a case in which it fires, nor without one in which it is silent."""
    named = {alert.id for alert in ALERTS}
    assert {case.alert for case in CASES if case.fires} == named
    assert {case.alert for case in CASES if not case.fires} == named


@needs_promtool
def test_prometheus_takes_the_rules(tmp_path: Path) -> None:
    """Every expression and every template can be read."""
    file = tmp_path / "rules.yaml"
    file.write_text(rules.prometheus(FILES, Given()), "utf-8")
    assert f"{len(ALERTS)} rules found" in promtool("check", "rules", str(file))


@pytest.mark.skipif(shutil.which("vmalert") is None, reason="vmalert (Debian: victoria-metrics) is not here")
def test_victoria_metrics_takes_the_rules(tmp_path: Path) -> None:
    """The same file is read by vmalert, and one with a slip is not."""
    text = rules.prometheus(FILES, Given())
    for name, content, code in (("good.yaml", text, 0), ("bad.yaml", text.replace("sum(rate", "sum((rate", 1), 1)):
        (tmp_path / name).write_text(content, "utf-8")
        command = ["vmalert", "-dryRun", f"-rule={tmp_path / name}"]
        assert min(subprocess.run(command, capture_output=True, timeout=60, check=False).returncode, 1) == code


@pytest.mark.parametrize("make", [rules.prometheus, rules.grafana], ids=["prometheus", "grafana"])
def test_the_budget_is_the_one_that_is_given(make: Any) -> None:
    """A budget of one's own is in every rule about money, and no placeholder is left."""
    text = make(FILES, Given(budget=Decimal(2500)))
    assert "$budget" not in text
    assert "/ 2500" in text
    assert not re.search(r"\b1000\b", text)


def managed() -> list[dict[str, Any]]:
    [group] = yaml.safe_load(rules.grafana(FILES, Given()))["groups"]
    return list(group["rules"])


def test_grafana_manages_the_same_rules() -> None:
    """Each rule asks the same question, and fires above the same value."""
    by_title = {rule["title"]: rule for rule in managed()}
    assert set(by_title) == {alert.id for alert in ALERTS}
    for alert in ALERTS:
        asked, threshold = by_title[alert.id]["data"]
        assert asked["model"]["expr"] == alert.promql.strip().replace("$budget", "1000")
        [condition] = threshold["model"]["conditions"]
        above = 1000.0 if alert.above == "$budget" else alert.above
        assert condition["evaluator"] == {"type": "gt", "params": [above]}


def test_grafana_is_told_no_source_and_loses_no_label() -> None:
    """The data source comes from the environment; what is a template of labels is none of the environment."""
    for rule in managed():
        assert rule["data"][0]["datasourceUid"] == "${KEEPTABS_PROMETHEUS_UID}"
        assert not re.search(r"(?<!\$)\$(labels|values)", rule["annotations"]["summary"])
        assert len(rule["uid"]) <= 40


def test_every_alert_has_a_runbook() -> None:
    """The annotation leads to a heading of the page, below which there is something to do."""
    page = rules.runbooks(FILES)
    headings = {heading.lower() for heading in re.findall(r"^## (\w+)$", page, re.MULTILINE)}
    [group] = yaml.safe_load(rules.prometheus(FILES, Given(runbooks="https://wiki.example/r")))["groups"]
    for rule in group["rules"]:
        address, _, anchor = rule["annotations"]["runbook_url"].partition("#")
        assert address == "https://wiki.example/r"
        assert anchor in headings
    assert all(len(alert.runbook) > 100 for alert in ALERTS)


def test_every_alert_leads_to_a_dashboard() -> None:
    """It names a group of panels that there is."""
    assert {alert.dashboard for alert in ALERTS} <= set(read.ORDER)
