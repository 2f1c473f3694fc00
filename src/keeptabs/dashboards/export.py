"""What a team puts beside its own Grafana: dashboards, provisioning, alert rules, the Collector's configuration.

Provisioning: grafana.com/docs/grafana/latest/administration/provisioning/; checked 2026-11-24.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path

from keeptabs.core.errors import UserError
from keeptabs.dashboards import read, rules
from keeptabs.dashboards.panel import Backend


class Stack(StrEnum):
    """What keeps the telemetry."""

    PROMETHEUS = "prometheus"
    VICTORIA_METRICS = "victoria-metrics"
    CLICKHOUSE = "clickhouse"

    @property
    def backend(self) -> Backend:
        """The language in which it is asked."""
        return Backend.CLICKHOUSE if self is Stack.CLICKHOUSE else Backend.PROMETHEUS


_PROVIDER = """apiVersion: 1
providers:
- name: keeptabs
  folder: keeptabs
  type: file
  options:
    path: /var/lib/grafana/dashboards/keeptabs
"""

# Grafana fills in ${...} from its environment; the uid is the one that the alert rules ask for.
_PROMETHEUS = """apiVersion: 1
datasources:
- name: keeptabs
  type: prometheus
  uid: ${KEEPTABS_PROMETHEUS_UID}
  url: ${KEEPTABS_PROMETHEUS_URL}
"""
_CLICKHOUSE = """apiVersion: 1
datasources:
- name: keeptabs
  type: grafana-clickhouse-datasource
  jsonData:
    host: ${KEEPTABS_CLICKHOUSE_HOST}
    port: 9000
    username: ${KEEPTABS_CLICKHOUSE_USER}
    defaultDatabase: default
  secureJsonData:
    password: ${KEEPTABS_CLICKHOUSE_PASSWORD}
"""
_WHERE = {
    "grafana/dashboards": "to /var/lib/grafana/dashboards/keeptabs, or import each file in Grafana",
    "grafana/provisioning": "to /etc/grafana/provisioning; set the variables that the files name",
    "prometheus": "name keeptabs-rules.yaml under rule_files (Prometheus), or as -rule (vmalert)",
    "clickhouse": "run on the database that the Collector writes to",
    "collector": "the Collector's configuration",
    "runbooks.md": "what to do when an alert fires; publish it, and export again with --runbooks ADDRESS",
}


def files(root: Path, stack: Stack, given: rules.Given) -> dict[str, str]:
    """Everything for a stack: names and contents. ``root`` is the directory ``dashboards``."""
    found = {f"grafana/dashboards/{path.name}": path for path in _dashboards(root, stack)}
    found |= {name: path for name, path in _others(root) if stack is Stack.CLICKHOUSE or not name.startswith("click")}
    made = {name: path.read_text("utf-8") for name, path in found.items()}
    made["grafana/provisioning/dashboards/keeptabs.yaml"] = _PROVIDER
    if stack is Stack.CLICKHOUSE:
        made["grafana/provisioning/datasources/keeptabs.yaml"] = _CLICKHOUSE
    else:
        alerts = read.alerts(root)
        made["grafana/provisioning/datasources/keeptabs.yaml"] = _PROMETHEUS
        made["grafana/provisioning/alerting/keeptabs.yaml"] = rules.grafana(alerts, given)
        made["prometheus/keeptabs-rules.yaml"] = rules.prometheus(alerts, given)
        made["runbooks.md"] = rules.runbooks(alerts)
    return dict(sorted((made | {"README.md": _readme(stack, made)}).items()))


def write(made: Mapping[str, str], directory: Path) -> None:
    """Write them below a directory that is empty or not there yet. Raises UserError."""
    try:
        if directory.exists() and any(directory.iterdir()):
            raise UserError(f"{directory} is not empty: name a directory that is, or that is not there yet")
        for name, text in made.items():
            path = directory / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
    except OSError as error:
        raise UserError(f"{error.filename or directory}: {error.strerror}") from error


def _dashboards(root: Path, stack: Stack) -> list[Path]:
    return sorted((root / "grafana" / stack.backend.value).glob("*.json"))


def _others(root: Path) -> Iterator[tuple[str, Path]]:
    """What is no dashboard and no rule, and is given as it is."""
    for pattern in ("clickhouse/*.sql", "collector/*.yaml"):
        for path in sorted(root.glob(pattern)):
            yield str(path.relative_to(root)), path


def _readme(stack: Stack, made: Mapping[str, str]) -> str:
    there = [f"- `{part}`: {where}" for part, where in _WHERE.items() if any(name.startswith(part) for name in made)]
    return f"# keeptabs on {stack.value}\n\nMade by `keeptabs dashboards export`.\n\n" + "\n".join(there) + "\n"
