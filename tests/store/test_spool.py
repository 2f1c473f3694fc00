from collections.abc import Callable
from pathlib import Path

import pytest

from keeptabs.store import spool
from keeptabs.store.record import Record

FAULTS = {("store", "disk full"): 2}


def test_what_is_saved_is_read_again(tmp_path: Path, record: Callable[..., Record]) -> None:
    """Records and faults come back as they were."""
    records = [record(), record(usage=None)]
    file = spool.save(tmp_path / "ledger.db", records, FAULTS)
    assert spool.read(file) == (records, FAULTS)


def test_a_torn_line_costs_that_line(tmp_path: Path, record: Callable[..., Record]) -> None:
    """A file that was cut in the middle of a line gives the lines before it."""
    records = [record(), record()]
    file = spool.save(tmp_path / "ledger.db", records, {})
    file.write_bytes(file.read_bytes()[:-20])
    assert spool.read(file) == (records[:1], {})


def test_a_file_is_claimed_once(tmp_path: Path, record: Callable[..., Record]) -> None:
    """Of two processes only one gets a spool file."""
    file = spool.save(tmp_path / "ledger.db", [record()], {})
    assert spool.claim(file) is not None
    assert spool.claim(file) is None
    assert spool.files(tmp_path / "ledger.db") == []


def test_the_temporary_directory_is_the_second_place(
    tmp_path: Path, record: Callable[..., Record], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the ledger's own directory takes nothing, records wait in the temporary one, found by the same ledger."""
    monkeypatch.setattr(spool.tempfile, "gettempdir", lambda: str(tmp_path / "tmp"))
    blocked = tmp_path / "file"
    blocked.write_text("no directory")
    ledger = blocked / "ledger.db"
    file = spool.save(ledger, [record()], {})
    assert (tmp_path / "tmp") in file.parents
    assert spool.files(ledger) == [file]
    assert spool.files(blocked / "other.db") == []


def test_no_place_at_all_is_an_error(
    tmp_path: Path, record: Callable[..., Record], monkeypatch: pytest.MonkeyPatch
) -> None:
    """When nothing can be written anywhere, that is said."""
    blocked = tmp_path / "file"
    blocked.write_text("no directory")
    monkeypatch.setattr(spool.tempfile, "gettempdir", lambda: str(blocked))
    with pytest.raises(OSError, match="file"):
        spool.save(blocked / "ledger.db", [record()], {})
