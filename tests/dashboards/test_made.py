"""The files in the repository are those that the panels and alerts make."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from keeptabs.dashboards import made, read

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The directory, to be changed."""
    (tmp_path / "docs").mkdir()
    shutil.copy(read.data() / made.RUNBOOKS, tmp_path / "docs")
    return shutil.copytree(read.data(), tmp_path / "dashboards")


def test_what_is_committed_is_current() -> None:
    """After a change of a panel or an alert, `keeptabs dashboards build` has to be run."""
    assert made.stale(read.data()) == []


CHANGES = [
    ("grafana/prometheus/cost.json", "{}", "grafana/prometheus/cost.json"),
    ("grafana/prometheus/gone.json", "{}", "grafana/prometheus/gone.json"),
    ("alerts/prometheus.yaml", "", "alerts/prometheus.yaml"),
    ("../docs/runbooks.md", "", "../docs/runbooks.md"),
]


@pytest.mark.parametrize(("name", "text", "stale"), CHANGES)
def test_what_was_changed_by_hand_is_found_and_mended(copy: Path, name: str, text: str, stale: str) -> None:
    """A file that differs is made anew; one that no group makes goes."""
    (copy / name).write_text(text, "utf-8")
    assert made.stale(copy) == [stale]
    assert made.build(copy) == [stale]
    assert made.stale(copy) == []


def test_a_changed_panel_makes_its_dashboards_stale(copy: Path) -> None:
    """On both backends, and no other."""
    file = copy / "panels" / "cost.toml"
    file.write_text(file.read_text("utf-8").replace('title = "Cost"', 'title = "Money"'), "utf-8")
    assert made.stale(copy) == ["grafana/clickhouse/cost.json", "grafana/prometheus/cost.json"]
