"""What is in danger or went wrong."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from keeptabs.core.cost import Cost, CostStatus
from keeptabs.core.exchange import Timing
from keeptabs.core.outcome import Outcome, OutcomeKind
from keeptabs.store import health
from keeptabs.store.database import reading
from keeptabs.store.record import Record
from keeptabs.store.writer import Process, Writer

Make = Callable[..., Record]
SECOND = 1_000_000_000
LIMITED = Outcome(kind=OutcomeKind.RATE_LIMITED, status=429, error_type="rate_limit_exceeded")
NOT_KNOWN = Cost(status=CostStatus.NO_USAGE)


@pytest.fixture
def keep(tmp_path: Path, process: Process) -> Callable[..., Path]:
    """Writes records, and hosts that were sighted, to a ledger."""

    def write(*records: Record, hosts: tuple[tuple[str, str], ...] = ()) -> Path:
        path = tmp_path / "ledger.db"
        with closing(Writer(path)) as writer:
            for record in records:
                writer.add(record)
            for host in hosts:
                writer.sighted(*host)
            writer.commit({}, process)
        return path

    return write


def attempt(record: Make, number: int, operation: str, *, failed: bool, trace: str = "t") -> Record:
    """One of the attempts of an operation, which took a second each."""
    fields = {"outcome": LIMITED, "cost": NOT_KNOWN} if failed else {}
    identity = {"attempt": number, "operation_id": operation, "trace_id": trace}
    return record(identity, timing=Timing(started_at=number * SECOND, duration=SECOND), **fields)


def test_only_failed_attempts_that_were_repeated_are_lost(keep: Callable[..., Path], record: Make) -> None:
    """The last attempt of an operation is its result, whatever became of it; traces may differ."""
    path = keep(
        attempt(record, 1, "a", failed=True),
        attempt(record, 2, "a", failed=True, trace="u"),
        attempt(record, 3, "a", failed=False, trace="v"),
        attempt(record, 1, "b", failed=True),
        attempt(record, 1, "c", failed=False),
        attempt(record, 2, "c", failed=False),
    )
    with reading(path) as db:
        assert health.lost(db, 0) == health.Lost(attempts=2, time=2 * SECOND, cost=0, unpriced=0)
        assert health.lost(db, 2 * SECOND) == health.Lost(attempts=1, time=SECOND, cost=0, unpriced=0)


def test_limits_come_in_the_order_in_which_they_were_told(keep: Callable[..., Path], record: Make) -> None:
    """By the time of the answer, under the name that was asked for."""
    path = keep(
        record(timing=Timing(started_at=1, duration=9)),
        record(timing=Timing(started_at=2, duration=1)),
        record(timing=Timing(started_at=5), rate_limit=None),
    )
    with reading(path) as db:
        found = health.limits(db, 0)
    assert [line.at for line in found] == [3, 10]
    assert {(line.model, line.remaining_requests, line.limit_tokens) for line in found} == {("gpt-4o", 9, None)}


def test_a_host_of_which_there_are_calls_was_recorded(keep: Callable[..., Path], record: Make) -> None:
    """Only hosts without any call are told of."""
    path = keep(record(server="api.openai.com"), hosts=(("api.openai.com", "grpc"), ("api.x.ai", "grpc")))
    with reading(path) as db:
        assert [(line.host, line.via, line.count) for line in health.unrecorded(db)] == [("api.x.ai", "grpc", 1)]
