"""``keeptabs import`` of spans as OTLP in JSON."""

import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from keeptabs.store.database import reading
from keeptabs.store.record import Columns, Record
from keeptabs.store.writer import Process, Writer

Make = Callable[..., Record]
Cli = Callable[..., tuple[int, str, str]]
UNTOLD = {"detail", "source", "parent_name", "settles"}  # of what a column holds, and no span says


@pytest.fixture
def exported(cli: Cli, fill: Callable[..., Path], record: Make, tmp_path: Path) -> Path:
    """The spans of a ledger's calls in a file."""
    ids = {"trace_id": "a" * 32, "span_id": "b" * 16}
    fill(record(tags={"feature": "search"}), record(identity={**ids, "attempt": 2}), record(identity=ids, usage=None))
    cli("export", "--format", "otlp-json", "--out", str(tmp_path / "spans.jsonl"))
    return tmp_path / "spans.jsonl"


def columns(path: Path) -> list[dict[str, Any]]:
    names = [name for name in Columns.__struct_fields__ if name not in UNTOLD]
    with reading(path) as db:
        lines = db.execute(f"SELECT {', '.join(names)} FROM calls ORDER BY span_id, attempt").fetchall()
    return [dict(zip(names, line, strict=True)) for line in lines]


def test_what_goes_out_as_spans_comes_back_as_calls(cli: Cli, exported: Path, tmp_path: Path) -> None:
    """Every column that a span can tell is what it was, and a second time adds nothing."""
    other = tmp_path / "other.db"
    code, said, _ = cli("import", str(exported), str(exported), "--store", str(other))
    assert code == 0
    assert "3 calls in 1 file" in said
    assert columns(other) == columns(exported.parent / "ledger.db")
    assert "3 in the ledger already" in cli("import", str(exported), "--store", str(other))[1]


def test_what_the_ledger_saw_itself_stays(cli: Cli, exported: Path) -> None:
    """Its own calls know more than their spans."""
    assert "3 in the ledger already" in cli("import", str(exported))[1]
    with reading(exported.parent / "ledger.db") as db:
        assert db.execute("SELECT source, count(*) FROM calls GROUP BY source").fetchall() == [("tap", 3)]


def test_a_call_that_is_known_by_other_ids_is_not_new(cli: Cli, record: Make, process: Process, tmp_path: Path) -> None:
    """The span of an SDK around a call of the ledger; spans that are no calls are passed over, and so is damage."""
    ledger, spans = tmp_path / "known.db", tmp_path / "spans.jsonl"
    made = record({"trace_id": "a" * 32, "parent_id": "b" * 16})
    with closing(Writer(ledger)) as writer:
        writer.add(made)
        writer.commit({}, process)
    said = {"gen_ai.operation.name": "chat", "gen_ai.response.model": "m"}
    spans.write_bytes(_line(said) + _line({}) + b"torn\n")
    code, out, err = cli("import", str(spans), "--store", str(ledger))
    assert code == 0
    assert "1 in the ledger already" in out
    assert "1 other entry was passed over" in out
    assert "1 damaged entry was passed over; entry 2: this is no OTLP in JSON" in err
    with reading(ledger) as db:
        assert db.execute("SELECT source FROM calls").fetchall() == [("tap",)]


def _line(attributes: dict[str, str]) -> bytes:
    span = {
        "traceId": "a" * 32,
        "spanId": "b" * 16,
        "startTimeUnixNano": "1000000000000",
        "endTimeUnixNano": "1003000000000",
        "attributes": [{"key": name, "value": {"stringValue": value}} for name, value in attributes.items()],
    }
    made = {"resourceSpans": [{"scopeSpans": [{"spans": [span]}]}]}
    return json.dumps(made, separators=(",", ":")).encode() + b"\n"
