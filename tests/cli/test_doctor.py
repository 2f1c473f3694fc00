import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from keeptabs.core.cost import Cost, CostStatus
from keeptabs.store import spool
from keeptabs.store.record import Record
from keeptabs.store.writer import Process, Writer

Cli = Callable[..., tuple[int, str, str]]
Fill = Callable[..., Path]
Make = Callable[..., Record]


def test_all_is_well(cli: Cli, fill: Fill, record: Make) -> None:
    """A healthy ledger is exit 0: where it is, what wrote to it, which clients are recorded."""
    path = fill(record())
    code, out, _ = cli("doctor")
    assert code == 0
    assert str(path) in out
    assert "1 calls" in out
    assert "httpx 0.28" in out
    assert "app.py" in out
    assert "No faults. What was seen was kept." in out


def test_no_ledger_yet_is_no_fault(cli: Cli, tmp_path: Path) -> None:
    """Before the first call there is nothing to complain of."""
    code, out, _ = cli("doctor", "--store", str(tmp_path / "new.db"))
    assert code == 0
    assert "not there yet" in out


def test_faults_are_counted_by_stage_and_cause(cli: Cli, fill: Fill, record: Make) -> None:
    """What went wrong inside keeptabs is exit 1, with how often."""
    fill(record(), faults={("wire", "an event is not JSON"): 3})
    code, out, _ = cli("doctor")
    assert code == 1
    assert ["wire", "an", "event", "is", "not", "JSON", "3"] == next(
        line.split()[:-1] for line in out.splitlines() if "wire" in line
    )


def test_a_damaged_ledger_is_named_with_its_copy(cli: Cli, fill: Fill, record: Make) -> None:
    """A file that was set aside is pointed at."""
    path = fill(record())
    kept = path.with_name("ledger.db.damaged-20260101-000000-7")
    kept.write_bytes(b"x")
    kept.with_name(kept.name + "-wal").write_bytes(b"x")
    code, out, _ = cli("doctor")
    assert code == 1
    assert out.count("damaged-") == 1


def test_waiting_calls_are_told(cli: Cli, fill: Fill, record: Make) -> None:
    """Calls in a spool are counted, and so are the faults that are told there."""
    path = fill(record())
    spool.save(path, [record(), record()], {("store", "disk full"): 1})
    code, out, _ = cli("doctor")
    assert code == 1
    assert "2 calls wait in a spool" in out
    assert "disk full" in out


def test_a_file_that_is_no_ledger(cli: Cli, tmp_path: Path) -> None:
    """A store that cannot be read is the finding, not a crash."""
    path = tmp_path / "ledger.db"
    path.write_text("not a database, only text" * 100)
    code, out, _ = cli("doctor", "--store", str(path))
    assert code == 1
    assert "cannot be read as a ledger" in out


def test_what_has_no_price_is_listed_with_the_reason(cli: Cli, fill: Fill, record: Make) -> None:
    """Models whose cost is not known are named, with why; that alone is no fault."""
    fill(record(response_model="mine", cost=Cost(status=CostStatus.UNPRICED, why="no price for mine at openai")))
    code, out, _ = cli("doctor")
    assert code == 0
    assert "no price for mine at openai" in out


@pytest.mark.parametrize("endpoint", [None, "http://127.0.0.1:4318"])
def test_json_has_the_same_facts(
    cli: Cli, fill: Fill, record: Make, monkeypatch: pytest.MonkeyPatch, endpoint: str | None
) -> None:
    """One object: the ledger, the clients, and where spans would be exported."""
    if endpoint:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint)
    fill(record(), faults={("wire", "gap"): 2})
    found = json.loads(cli("doctor", "--json")[1])
    assert (found["ledger"]["calls"], found["ledger"]["faults"][0]["count"]) == (1, 2)
    assert found["clients"]["httpx2"]
    assert found["otlp"] == ("otlp_proto_http" if endpoint else None)


@pytest.mark.parametrize(
    ("host", "via", "code", "said"),
    [
        ("api.x.ai", "grpc", 1, "api.x.ai was reached through grpc, and no call to it was recorded: gRPC cannot be"),
        ("api.x.ai", "httpx/httpcore", 0, "is no path that keeptabs knows"),
        ("api.openai.com", "grpc", 0, "No faults. What was seen was kept."),
    ],
    ids=["cannot be recorded", "was recorded, but was no LLM call", "has calls"],
)
def test_a_host_without_calls_is_named_with_what_to_do(
    cli: Cli, fill: Fill, record: Make, process: Process, host: str, via: str, code: int, said: str
) -> None:
    """Only what cannot be recorded is something to attend to."""
    with closing(Writer(fill(record(server="api.openai.com")))) as writer:
        writer.sighted(host, via)
        writer.commit({}, process)
    found, out, _ = cli("doctor")
    assert found == code
    assert said in " ".join(out.split())
