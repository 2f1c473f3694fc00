import json
from collections.abc import Callable
from pathlib import Path

import pytest

from keeptabs.cli import _report_file
from keeptabs.cli._report_file import period
from keeptabs.core.errors import UserError
from keeptabs.store.record import Record

Cli = Callable[..., tuple[int, str, str]]
Fill = Callable[..., Path]
Make = Callable[..., Record]

HOUR = 3_600_000_000_000
NOW = 500_000 * HOUR


def test_a_file_is_written_and_named(cli: Cli, fill: Fill, record: Make, tmp_path: Path) -> None:
    """Its path and size are said, and the report is in it."""
    fill(record(), record())
    file = tmp_path / "report.html"
    code, out, _ = cli("report", "--html", str(file))
    assert code == 0
    assert str(file) in out.replace("\n", "")
    assert "kB" in out
    assert "$0.0006" in file.read_text("utf-8")


def test_json_says_the_same(cli: Cli, fill: Fill, record: Make, tmp_path: Path) -> None:
    """Path, size and period, as one line."""
    fill(record())
    file = tmp_path / "report.html"
    _, out, _ = cli("report", "--html", str(file), "--since", "7d", "--json")
    assert json.loads(out) == {"path": str(file), "bytes": file.stat().st_size, "period": "7d"}


@pytest.mark.parametrize(
    ("since", "name"),
    [
        pytest.param(0, "all", id="all"),
        pytest.param(NOW - 24 * HOUR, "24h", id="a day"),
        pytest.param(NOW - 28 * 24 * HOUR - 1, "28d", id="four weeks, a moment ago"),
        pytest.param(NOW - 3 * 24 * HOUR, None, id="three days"),
    ],
)
def test_periods_are_those_of_the_pages(since: int, name: str | None) -> None:
    """Another one is a mistake, since the pages would show something else."""
    if name is None:
        with pytest.raises(UserError, match="24h, 7d, 28d, all"):
            period(since, NOW)
    else:
        assert period(since, NOW) == name


def test_what_is_missing_is_named(cli: Cli, fill: Fill, record: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the extra the command says how to get it."""
    fill(record())
    monkeypatch.setattr(_report_file, "find_spec", lambda _: None)
    code, _, err = cli("report", "--html", "report.html")
    assert code == 2
    assert "keeptabs[ui]" in err
