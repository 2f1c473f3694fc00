import csv
import io
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from keeptabs.cli import _export_formats
from keeptabs.core.cost import Cost, CostStatus
from keeptabs.store import exports
from keeptabs.store.record import Record

Cli = Callable[..., tuple[int, str, str]]
Fill = Callable[..., Path]
Make = Callable[..., Record]


@pytest.fixture
def some(fill: Fill, record: Make, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Five calls of two services, written in pairs."""
    monkeypatch.setattr(exports, "BATCH", 2)
    unpriced = Cost(status=CostStatus.UNPRICED)
    ids = {"parent_id": "c" * 16, "parent_name": "root", "attempt": 2, "route": "/ask"}
    return fill(
        record(tags={"feature": "search", "user": "ada, née B\n"}),
        record(identity=ids, streamed=True),
        record(cost=unpriced, site=None, response_model="other"),
        record(usage=None, deferred=True, response_id="batch_1"),
        record(cached="local", cost=Cost(usd=Decimal(0), saved=Decimal("0.002"), status=CostStatus.PRICED)),
    )


def rows(path: Path) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as db:
        found = db.execute("SELECT * FROM calls ORDER BY started_at, id").fetchall()
    return [line[1:] for line in found]


def test_what_was_exported_comes_back_to_the_byte(cli: Cli, some: Path, tmp_path: Path) -> None:
    """Every column of every call, each once however often it is imported; rollups too."""
    out, other = tmp_path / "calls.jsonl", tmp_path / "other.db"
    assert cli("export", "--out", str(out))[0] == 0
    for known in (0, 5):
        code, said, _ = cli("import", str(out), "--store", str(other))
        assert code == 0
        assert (f"{known} in the ledger already" in said) is bool(known)
    assert rows(other) == rows(some)
    assert cli("store", "check", "--store", str(other))[0] == 0


def test_calls_that_share_a_span_are_two(cli: Cli, fill: Fill, record: Make, tmp_path: Path) -> None:
    """The attempts below the span of an SDK-level instrumentation have no spans of their own."""
    ids = {"trace_id": "a" * 32, "span_id": "b" * 16}
    path = fill(record(identity=ids), record(identity={**ids, "attempt": 2}))
    cli("export", "--out", str(tmp_path / "x.jsonl"))
    cli("import", str(tmp_path / "x.jsonl"), str(tmp_path / "x.jsonl"), "--store", str(tmp_path / "other.db"))
    assert rows(tmp_path / "other.db") == rows(path)


def test_what_was_pruned_does_not_come_back_twice(cli: Cli, some: Path, tmp_path: Path) -> None:
    """Its sums are still there: the calls are left out, and that is said."""
    cli("export", "--out", str(tmp_path / "x.jsonl"))
    cli("store", "prune", "--keep", "0", "--yes")
    code, said, _ = cli("import", str(tmp_path / "x.jsonl"))
    assert (code, rows(some)) == (0, [])
    assert "5 from hours that were pruned: left out" in said
    assert json.loads(cli("report", "--json")[1])["totals"]["calls"] == 5


def test_a_torn_line_is_told_and_passed_over(cli: Cli, some: Path, tmp_path: Path) -> None:
    """What came before it and after it holds."""
    lines = cli_lines(cli)
    out = tmp_path / "torn.jsonl"
    out.write_bytes(b"".join([lines[0], lines[1][:40] + b"\n", *lines[2:]]))
    code, _, err = cli("import", str(out), "--store", str(tmp_path / "other.db"))
    assert (code, len(rows(tmp_path / "other.db"))) == (0, 4)
    assert "1 damaged entry was passed over; entry 1: it is torn" in err


def cli_lines(cli: Cli) -> list[bytes]:
    """The lines that are exported to standard output."""
    code, out, _ = cli("export")
    assert code == 0
    return [line.encode() + b"\n" for line in out.splitlines()]


def test_a_table_has_times_durations_and_money_as_people_write_them(cli: Cli, some: Path) -> None:
    """ISO 8601 in UTC, seconds, exact USD, nothing where nothing is known; text keeps its commas and line ends."""
    found = list(csv.DictReader(io.StringIO(cli("export", "--format", "csv")[1], newline="")))
    assert [line["cost_usd"] for line in found] == ["0.000300000", "0.000300000", "", "0.000300000", "0.000000000"]
    assert found[4]["saved_usd"] == "0.002000000"
    assert json.loads(found[0]["tags"])["user"] == "ada, née B\n"
    assert found[0]["started_at"].endswith("Z")
    assert (found[0]["duration_seconds"], found[2]["site_file"]) == ("1.000000000", "")
    assert "detail" not in found[0]


def test_spans_are_what_they_were(cli: Cli, some: Path) -> None:
    """One request a line; ids, parents, times, status and attributes under our names, for each service."""
    requests = [json.loads(line) for line in cli("export", "--format", "otlp-json")[1].splitlines()]
    spans = [span for each in requests for part in each["resourceSpans"] for span in part["scopeSpans"][0]["spans"]]
    named = {each["key"]: each["value"] for each in spans[1]["attributes"]}
    assert len(requests) == 3
    assert len(spans) == 5
    assert (spans[1]["parentSpanId"], named["http.request.resend_count"]) == ("c" * 16, {"intValue": "1"})
    assert named["keeptabs.cost.usd"] == {"doubleValue": 0.0003}
    assert named["keeptabs.http.route"] == {"stringValue": "/ask"}


def test_a_parquet_file_has_all_columns_with_their_types(cli: Cli, some: Path, tmp_path: Path) -> None:
    """Money as decimals, times in nanoseconds, unknown as null; the name of the file says the format."""
    parquet = pytest.importorskip("pyarrow.parquet")
    out = tmp_path / "calls.parquet"
    assert cli("export", "--out", str(out))[0] == 0
    table = parquet.read_table(out)
    assert table.column("cost").to_pylist() == [Decimal("0.0003")] * 2 + [None, Decimal("0.0003"), Decimal(0)]
    assert table.column("streamed").to_pylist() == [False, True, False, False, False]
    assert table.column("started_at").cast("int64").to_pylist() == [line[0] for line in rows(some)]
    assert table.column("detail").to_pylist()[0].startswith("{")


def test_without_pyarrow_one_line_says_what_to_install(
    cli: Cli, some: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And no file is left."""

    def missing(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(_export_formats, "import_module", missing)
    code, _, err = cli("export", "--out", str(tmp_path / "x.parquet"))
    assert (code, list(tmp_path.glob("x.*"))) == (2, [])
    assert "pip install 'keeptabs[parquet]'" in err


@pytest.mark.parametrize(
    ("given", "count"),
    [
        ([], 5),
        (["--model", "other"], 1),
        (["--provider", "anthropic"], 0),
        (["--until", "2020-01-01"], 0),
        (["--since", "1h"], 5),
        (["--since", "1h", "--model", "gpt-4o"], 0),
    ],
    ids=str,
)
def test_only_what_is_wanted_is_written(cli: Cli, some: Path, given: list[str], count: int) -> None:
    """By time, by model, by provider; the oldest first."""
    code, out, _ = cli("export", *given)
    times = [json.loads(line)["call"]["timing"]["started_at"] for line in out.splitlines()]
    assert (code, len(times)) == (0, count)
    assert times == sorted(times)


def test_a_file_that_is_there_stays(cli: Cli, some: Path, tmp_path: Path) -> None:
    """It could be the only copy."""
    out = tmp_path / "calls.csv"
    out.write_text("mine")
    code, _, err = cli("export", "--out", str(out))
    assert (code, out.read_text()) == (2, "mine")
    assert "is there already" in err


def test_a_place_that_takes_no_file_is_told(cli: Cli, some: Path, tmp_path: Path) -> None:
    """In one line."""
    code, _, err = cli("export", "--out", str(tmp_path / "none" / "calls.csv"))
    assert code == 2
    assert "no such file or directory" in err


def test_calls_of_a_newer_version_are_no_spans(cli: Cli, some: Path) -> None:
    """They are counted, and the others are written."""
    with closing(sqlite3.connect(some)) as db:
        db.execute("UPDATE calls SET detail = replace(detail, '\"ok\"', '\"a new kind\"') WHERE id = 3")
        db.commit()
    code, out, err = cli("export", "--format", "otlp-json")
    assert (code, out.count('"spanId"')) == (0, 4)
    assert "1 more cannot be read" in err
