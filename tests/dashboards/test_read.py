"""Panels and alerts as they are written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from keeptabs.core.errors import UserError
from keeptabs.dashboards import read
from keeptabs.dashboards.panel import Backend

if TYPE_CHECKING:
    from pathlib import Path

PANEL = """
id = "cost"
title = "Cost"
about = "."
[[panel]]
id = "a"
title = "A"
question = "?"
kind = "stat"
unit = "s"
"""


def test_every_panel_and_alert_has_an_id_of_its_own() -> None:
    """Over all files."""
    panels = [panel.id for group in read.groups(read.data()) for panel in group.panel]
    alerts = [alert.id for each in read.alerts(read.data()) for alert in each.alert]
    assert len(set(panels)) == len(panels) > 30
    assert len(set(alerts)) == len(alerts) > 10


def test_every_file_is_read_and_named_after_its_group() -> None:
    """None is forgotten in the order."""
    files = {path.stem for path in (read.data() / "panels").glob("*.toml")}
    assert files == set(read.ORDER) == {group.id for group in read.groups(read.data())}


def test_every_panel_can_be_answered_by_something() -> None:
    """A panel without a query would show nothing."""
    assert not [panel.id for group in read.groups(read.data()) for panel in group.panel if not panel.promql + panel.sql]


def test_the_readme_counts_them() -> None:
    """What it says was checked is as many as there are."""
    readme = (read.data() / "README.md").read_text("utf-8")
    for backend, name in ((Backend.PROMETHEUS, "Prometheus"), (Backend.CLICKHOUSE, "ClickHouse")):
        panels = sum(len(group.panels(backend)) for group in read.groups(read.data()))
        assert f"All {panels} panels for {name} return the known answer" in readme


WRONG = [
    (PANEL.replace('kind = "stat"', 'kind = "pie"'), "Invalid enum value 'pie'"),
    (PANEL.replace('unit = "s"\n', ""), "missing required field `unit`"),
    (PANEL + 'promq = "up"\n', "unknown field `promq`"),
    ("id = [", "cost.toml"),
]


@pytest.mark.parametrize(("text", "message"), WRONG, ids=["kind", "no unit", "a slip", "no TOML"])
def test_a_mistake_in_a_panel_is_told(text: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In which file, and what."""
    monkeypatch.setattr(read, "ORDER", ("cost",))
    (tmp_path / "panels").mkdir()
    (tmp_path / "panels" / "cost.toml").write_text(PANEL, "utf-8")
    assert [panel.id for panel in read.groups(tmp_path)[0].panel] == ["a"]
    (tmp_path / "panels" / "cost.toml").write_text(text, "utf-8")
    with pytest.raises(UserError, match=r"cost\.toml: .+") as error:
        read.groups(tmp_path)
    assert message in str(error.value)
