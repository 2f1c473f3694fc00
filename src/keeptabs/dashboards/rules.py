"""Alerts as Prometheus reads them (VictoriaMetrics' vmalert too), as Grafana manages them, and as runbooks.

Sources: prometheus.io/docs/prometheus/latest/configuration/alerting_rules/ and grafana.com/docs/grafana/latest/
alerting/set-up/provision-alerting-resources/file-provisioning/; checked 2026-11-24.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import msgspec
import yaml

from keeptabs.dashboards.panel import Alert, Alerts
from keeptabs.dashboards.variables import BUDGET

RUNBOOKS = "runbooks.md"  # beside what is exported; an address of yours where --runbooks says one
_HEAD = "# Made by `keeptabs dashboards build` from alerts/*.toml; do not edit.\n"
_SOURCE = "${KEEPTABS_PROMETHEUS_UID}"  # Grafana fills it in from its environment


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """What rules are made for: a budget in USD a month, and where the runbooks can be read."""

    budget: Decimal = Decimal(BUDGET)
    runbooks: str = RUNBOOKS


class _Dumper(yaml.SafeDumper):
    """YAML in which long texts stand as blocks, so that a person can read the queries."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _text)


def prometheus(files: Iterable[Alerts], given: Given) -> str:
    """The rules in the format of Prometheus."""
    groups = [{"name": each.group, "rules": [_rule(alert, given) for alert in each.alert]} for each in files]
    return _dump({"groups": groups})


def grafana(files: Iterable[Alerts], given: Given) -> str:
    """The rules as a file that Grafana is provisioned with."""
    groups = [
        {
            "orgId": 1,
            "name": each.group,
            "folder": "keeptabs",
            "interval": "1m",
            "rules": [_managed(alert, given) for alert in each.alert],
        }
        for each in files
    ]
    return _dump({"apiVersion": 1, "groups": groups})


def runbooks(files: Iterable[Alerts]) -> str:
    """What to do for each alert, as a page."""
    parts = [
        "# What to do when an alert fires\n\nMade by `keeptabs dashboards build` from `dashboards/alerts/*.toml`.\n"
    ]
    parts += [f"## {alert.id}\n\n{alert.runbook}\n" for each in files for alert in each.alert]
    return "\n".join(parts)


def _rule(alert: Alert, given: Given) -> dict[str, Any]:
    return {
        "alert": alert.id,
        "expr": f"(\n{_query(alert, given)}\n) > {_above(alert, given)}\n",
        "for": alert.lasts,
        "labels": {"severity": alert.severity},
        "annotations": _annotations(alert, given),
    }


def _query(alert: Alert, given: Given) -> str:
    return alert.promql.strip().replace("$budget", str(given.budget))


def _above(alert: Alert, given: Given) -> str:
    return str(given.budget) if alert.above == "$budget" else str(alert.above)


def _annotations(alert: Alert, given: Given) -> dict[str, str]:
    return {
        "summary": alert.summary,
        "runbook_url": f"{given.runbooks}#{alert.id.lower()}",
        "dashboard": f"kt-prometheus-{alert.dashboard}",
    }


def _managed(alert: Alert, given: Given) -> dict[str, Any]:
    annotations = _annotations(alert, given)
    # Grafana fills in variables of the environment in such files, and knows the value by the query's letter.
    annotations["summary"] = alert.summary.replace("$value", "$values.A.Value").replace("$", "$$")
    return {
        "uid": alert.id.lower(),
        "title": alert.id,
        "condition": "B",
        "data": [_asked(_query(alert, given)), _threshold(float(_above(alert, given)))],
        "noDataState": "OK",
        "execErrState": "Error",
        "for": alert.lasts,
        "labels": {"severity": alert.severity},
        "annotations": annotations,
    }


def _asked(query: str) -> dict[str, Any]:
    model = {"refId": "A", "expr": query, "instant": True, "range": False}
    return {"refId": "A", "relativeTimeRange": {"from": 600, "to": 0}, "datasourceUid": _SOURCE, "model": model}


def _threshold(above: float) -> dict[str, Any]:
    condition = {"evaluator": {"type": "gt", "params": [above]}}
    model = {"refId": "B", "type": "threshold", "expression": "A", "conditions": [condition]}
    return {"refId": "B", "datasourceUid": "__expr__", "model": model}


def _dump(value: dict[str, Any]) -> str:
    return _HEAD + yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=4096)
