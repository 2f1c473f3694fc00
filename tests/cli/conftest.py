import sys
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from keeptabs.cli import main
from keeptabs.store.record import Record
from keeptabs.store.writer import Process, Writer

Cli = Callable[..., tuple[int, str, str]]
Fill = Callable[..., Path]


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    """The command line as a person types it: exit code, standard output, standard error."""

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["keeptabs", *arguments])
        code = 0
        try:
            main()
        except SystemExit as done:
            code = int(done.code or 0)
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return run


@pytest.fixture
def fill(tmp_path: Path, process: Process, monkeypatch: pytest.MonkeyPatch) -> Fill:
    """Puts records into the ledger that is configured, as calls of the last minutes, and names it."""
    path = tmp_path / "ledger.db"
    monkeypatch.setenv("KEEPTABS_STORE", str(path))

    def write(*records: Record, faults: dict[tuple[str, str], int] | None = None) -> Path:
        writer, now = Writer(path), time.time_ns()
        for number, record in enumerate(records):
            timing = msgspec.structs.replace(
                record.call.timing, started_at=now - (len(records) - number) * 5_000_000_000
            )
            call = msgspec.structs.replace(record.call, timing=timing)
            writer.add(msgspec.structs.replace(record, call=call))
        writer.commit(faults or {}, process)
        writer.close()
        return path

    return write
