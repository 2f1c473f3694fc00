from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from keeptabs.core.exchange import Timing
from keeptabs.store import auditing
from keeptabs.store.auditing import count, records
from keeptabs.store.database import open_writer, reading
from keeptabs.store.record import Record
from keeptabs.store.writer import Process, Writer

SECOND = 1_000_000_000


def write(path: Path, process: Process, *some: Record) -> None:
    with closing(Writer(path)) as writer:
        for record in some:
            writer.add(record)
        writer.commit({}, process)


def test_calls_come_back_whole_in_the_order_of_time(
    tmp_path: Path, process: Process, record: Callable[..., Record]
) -> None:
    """From the start, without the end; what is in no column of its own follows from the calls."""
    made = [
        record(timing=Timing(started_at=at * SECOND), identity={"attempt": 2, "route": "GET /a"}) for at in (3, 1, 2)
    ]
    write(tmp_path / "ledger.db", process, *made)
    with reading(tmp_path / "ledger.db") as db:
        assert list(records(db, 0, 4 * SECOND)) == [made[1], made[2], made[0]]
        assert list(records(db, 2 * SECOND, 3 * SECOND)) == [made[2]]
        assert (count(db, 0, 4 * SECOND), count(db, 2 * SECOND, 3 * SECOND)) == (3, 1)


@pytest.mark.parametrize("batch", [1, 2, 3, 5])
def test_no_call_is_lost_or_doubled_between_two_batches(
    batch: int, tmp_path: Path, process: Process, record: Callable[..., Record], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where several began at the same time."""
    monkeypatch.setattr(auditing, "BATCH", batch)
    made = [record(timing=Timing(started_at=at * SECOND)) for at in (1, 1, 1, 2, 2)]
    write(tmp_path / "ledger.db", process, *made)
    with reading(tmp_path / "ledger.db") as db:
        assert list(records(db, SECOND, 3 * SECOND)) == made


def test_what_a_newer_version_wrote_is_passed_over(
    tmp_path: Path, process: Process, record: Callable[..., Record]
) -> None:
    """An audit of the others is worth having."""
    path = tmp_path / "ledger.db"
    write(path, process, record(), record())
    with closing(open_writer(path)) as db:
        db.execute("UPDATE calls SET detail = '{}' WHERE id = 1")
    with reading(path) as db:
        assert len(list(records(db, 0, 2_000 * SECOND))) == 1


def test_hashes_are_kept(tmp_path: Path, process: Process, record: Callable[..., Record]) -> None:
    """A call has its digest after the ledger, and one without has an empty one."""
    made = record()
    digest = msgspec.structs.replace(made.call.digest, body="00ff", prefixes=("01",), ends=(5,), parts="u", length=9)
    write(tmp_path / "ledger.db", process, record(digest=digest), made)
    with reading(tmp_path / "ledger.db") as db:
        assert [each.call.digest for each in records(db, 0, 2_000 * SECOND)] == [digest, made.call.digest]


@pytest.mark.parametrize(
    ("most", "since", "left_out"),
    [
        pytest.param(5, 0, 0, id="all"),
        pytest.param(4, 1 * SECOND + 1, 2, id="not half of a moment"),
        pytest.param(3, 1 * SECOND + 1, 2, id="exactly"),
        pytest.param(1, 3 * SECOND + 1, 4, id="the newest"),
    ],
)
def test_the_newest_calls_are_at_most_so_many(
    tmp_path: Path, process: Process, record: Callable[..., Record], most: int, since: int, left_out: int
) -> None:
    """Calls of one moment are in it together, or left out together."""
    made = [record(timing=Timing(started_at=at * SECOND)) for at in (1, 1, 3, 3, 5)]
    write(tmp_path / "ledger.db", process, *made)
    with reading(tmp_path / "ledger.db") as db:
        assert auditing.newest(db, 0, 9 * SECOND, most) == (since, left_out)
