"""Everything that is made from the panels and alerts: file names, below ``dashboards``, and what is in them."""

from collections.abc import Iterator
from pathlib import Path

from keeptabs.dashboards import read, rules
from keeptabs.dashboards.grafana import dashboard
from keeptabs.dashboards.panel import Backend

RUNBOOKS = "../docs/runbooks.md"


def dashboards(root: Path, backend: Backend) -> Iterator[tuple[str, str]]:
    """The dashboards of a backend; a group that it has no answer for has none."""
    for group in read.groups(root):
        if group.panels(backend):
            yield f"grafana/{backend.value}/{group.id}.json", dashboard(group, backend)


def everything(root: Path) -> dict[str, str]:
    """What the repository holds: both backends' dashboards, the rules, the runbooks."""
    made = {name: text for backend in Backend for name, text in dashboards(root, backend)}
    alerts, given = read.alerts(root), rules.Given()
    made["alerts/prometheus.yaml"] = rules.prometheus(alerts, given)
    made["alerts/grafana-managed.yaml"] = rules.grafana(alerts, given)
    return made | {RUNBOOKS: rules.runbooks(alerts)}


def stale(root: Path) -> list[str]:
    """The files that are not what the panels and alerts make today, those that are too many among them."""
    made = everything(root)
    there = {str(path.relative_to(root)) for path in (root / "grafana").rglob("*.json")}
    differs = {name for name, text in made.items() if _content(root / name) != text}
    return sorted(differs | (there - set(made)))


def build(root: Path) -> list[str]:
    """Write what is stale anew; its names."""
    changed, made = stale(root), everything(root)
    for name in changed:
        path = root / name
        if name in made:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(made[name], "utf-8")
        else:
            path.unlink()
    return changed


def _content(path: Path) -> str | None:
    return path.read_text("utf-8") if path.is_file() else None
