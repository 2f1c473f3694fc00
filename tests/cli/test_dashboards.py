from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Cli = Any


def test_export_writes_a_stack(cli: Cli, tmp_path: Path) -> None:
    """The answer first, then where to read on; every file that is told is there."""
    code, out, _ = cli("dashboards", "export", str(tmp_path / "new"), "--stack", "prometheus", "--budget", "2500")
    assert code == 0
    assert out.splitlines()[0].startswith("  8 dashboards for prometheus")
    assert "/ 2500" in (tmp_path / "new" / "prometheus" / "keeptabs-rules.yaml").read_text("utf-8")
    facts = json.loads(cli("dashboards", "export", str(tmp_path / "json"), "--stack", "clickhouse", "--json")[1])
    assert facts["stack"] == "clickhouse"
    assert facts["files"] == sorted(facts["files"])
    assert all((tmp_path / "json" / name).is_file() for name in facts["files"])


WRONG = [
    (["--stack", "graphite"], "graphite"),
    ([], "--stack"),
    (["--stack", "prometheus", "--budget", "much"], "'much' is no amount of USD"),
    (["--stack", "prometheus", "--budget", "-1"], "'-1' is no amount of USD"),
    (["--stack", "prometheus", "--budget", "nan"], "'nan' is no amount of USD"),
    (["--stack", "prometheus", "--budget", "0"], "'0' is no amount of USD"),
]


@pytest.mark.parametrize(("options", "message"), WRONG)
def test_a_mistake_is_one_line(cli: Cli, tmp_path: Path, options: list[str], message: str) -> None:
    """It says what is wrong, and nothing is written."""
    code, out, err = cli("dashboards", "export", str(tmp_path / "new"), *options)
    assert (code, out) == (2, "")
    assert message in err
    assert not (tmp_path / "new").exists()


def test_the_check_says_what_is_not_current(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """It exits with 0 where all is as it should be, and with 1 and the names where it is not."""
    assert cli("dashboards", "build", "--check")[:2] == (0, "  Every file is what the panels and alerts make.\n")
    from keeptabs.dashboards import made

    monkeypatch.setattr(made, "stale", lambda root: ["grafana/prometheus/cost.json"])
    assert cli("dashboards", "build", "--check")[:2] == (1, "  ! grafana/prometheus/cost.json is not current\n")
    code, out, _ = cli("dashboards", "build", "--check", "--json")
    assert (code, json.loads(out)) == (1, {"stale": ["grafana/prometheus/cost.json"]})


def test_building_names_what_it_wrote(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line for each file, and 0."""
    from keeptabs.dashboards import made

    monkeypatch.setattr(made, "build", lambda root: ["alerts/prometheus.yaml"])
    assert cli("dashboards", "build")[:2] == (0, "  alerts/prometheus.yaml written\n")


def test_what_is_installed_is_not_built(cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Only a checkout has what files are made from and go to."""
    monkeypatch.setattr("keeptabs.dashboards.read.data", lambda: tmp_path / "data")
    code, out, err = cli("dashboards", "build")
    assert (code, out) == (2, "")
    assert "a checkout" in err


def _without(monkeypatch: pytest.MonkeyPatch, package: str, unload: Callable[[str], bool]) -> None:
    for name in [name for name in sys.modules if unload(name)]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, package, None)


def test_without_the_sdk_building_says_what_to_install(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Exporting needs it not."""
    import keeptabs.dashboards

    monkeypatch.delattr(keeptabs.dashboards, "made", raising=False)
    gone = ("keeptabs.dashboards.made", "keeptabs.dashboards.grafana", "keeptabs.dashboards.clickhouse_query")
    _without(monkeypatch, "grafana_foundation_sdk", lambda name: name.startswith(("grafana_foundation_sdk", *gone)))
    code, _, err = cli("dashboards", "build")
    assert code == 2
    assert "pip install 'keeptabs[dashboards]'" in err
    assert cli("dashboards", "export", str(tmp_path / "new"), "--stack", "prometheus")[0] == 0
