"""What a team gets for its stack."""

from __future__ import annotations

import shutil
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
import yaml

from keeptabs.core.errors import UserError
from keeptabs.dashboards import export, read
from keeptabs.dashboards.export import Stack
from keeptabs.dashboards.rules import Given

if TYPE_CHECKING:
    from pathlib import Path

DASHBOARDS = {f"grafana/dashboards/{name}.json" for name in read.ORDER}
PROVISIONING = {"grafana/provisioning/dashboards/keeptabs.yaml", "grafana/provisioning/datasources/keeptabs.yaml"}
ALERTS = {"grafana/provisioning/alerting/keeptabs.yaml", "prometheus/keeptabs-rules.yaml", "runbooks.md"}
STACKS = [
    (Stack.PROMETHEUS, DASHBOARDS | PROVISIONING | ALERTS | {"README.md"}),
    (Stack.VICTORIA_METRICS, DASHBOARDS | PROVISIONING | ALERTS | {"README.md"}),
    (Stack.CLICKHOUSE, DASHBOARDS | PROVISIONING | {"README.md"}),
]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Dashboards and alerts, and nothing else."""
    for part in ("grafana", "alerts", "panels"):
        shutil.copytree(read.data() / part, tmp_path / "dashboards" / part)
    return tmp_path / "dashboards"


@pytest.mark.parametrize(("stack", "names"), STACKS, ids=[stack.value for stack, _ in STACKS])
def test_the_files_of_a_stack(stack: Stack, names: set[str], root: Path) -> None:
    """Dashboards that speak its language, what Grafana is provisioned with, and alerts where it has them."""
    made = export.files(root, stack, Given())
    assert set(made) == names
    speaks = '"type": "grafana-clickhouse-datasource"' if stack is Stack.CLICKHOUSE else '"type": "prometheus"'
    assert all(speaks in text for name, text in made.items() if name in DASHBOARDS)
    assert all(yaml.safe_load(text)["apiVersion"] == 1 for name, text in made.items() if "provisioning" in name)


def test_schemas_go_with_clickhouse_and_the_collector_with_all(root: Path) -> None:
    """What others have put there is given as it is."""
    for name in ("clickhouse/01.sql", "collector/agent.yaml"):
        (root / name).parent.mkdir()
        (root / name).write_text(name, "utf-8")
    assert {"clickhouse/01.sql", "collector/agent.yaml"} <= set(export.files(root, Stack.CLICKHOUSE, Given()))
    made = export.files(root, Stack.PROMETHEUS, Given())
    assert "collector/agent.yaml" in made
    assert "clickhouse/01.sql" not in made


def test_the_readme_names_every_directory(root: Path) -> None:
    """Each file is below a path that says where it goes."""
    made = export.files(root, Stack.PROMETHEUS, Given())
    told = {line.split("`")[1] for line in made["README.md"].splitlines() if line.startswith("- ")}
    assert {name for name in made if not name.startswith(tuple(told))} == {"README.md"}


def test_the_rules_have_the_budget_and_the_address_that_are_given(root: Path) -> None:
    """Both are in the rules of Prometheus and of Grafana."""
    made = export.files(root, Stack.PROMETHEUS, Given(budget=Decimal(77), runbooks="https://wiki.example/r"))
    for name in ALERTS - {"runbooks.md"}:
        assert "/ 77" in made[name]
        assert "https://wiki.example/r#" in made[name]


def test_the_source_that_rules_ask_is_the_one_that_is_provisioned(root: Path) -> None:
    """Both name the same variable."""
    made = export.files(root, Stack.PROMETHEUS, Given())
    [source] = yaml.safe_load(made["grafana/provisioning/datasources/keeptabs.yaml"])["datasources"]
    [group] = yaml.safe_load(made["grafana/provisioning/alerting/keeptabs.yaml"])["groups"]
    assert {rule["data"][0]["datasourceUid"] for rule in group["rules"]} == {source["uid"]}


def test_nothing_is_written_over(tmp_path: Path) -> None:
    """A directory with something in it is left as it is; one that is empty, or not there, is filled."""
    export.write({"a/b.txt": "1"}, tmp_path / "new")
    assert (tmp_path / "new" / "a" / "b.txt").read_text("utf-8") == "1"
    with pytest.raises(UserError, match="is not empty"):
        export.write({"c.txt": "2"}, tmp_path / "new")
    assert not (tmp_path / "new" / "c.txt").exists()


def test_a_directory_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """In one line, with its name."""
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(UserError, match="file"):
        export.write({"a.txt": "1"}, tmp_path / "file" / "below")
