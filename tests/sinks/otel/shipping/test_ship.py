import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from keeptabs.core.errors import UserError
from keeptabs.core.exchange import Timing
from keeptabs.sinks.otel.semconv import Profile
from keeptabs.sinks.otel.shipping import ship
from keeptabs.sinks.otel.shipping.delivery import Delivery, Patience
from keeptabs.sinks.otel.shipping.receiver import Receiver
from keeptabs.sinks.otel.shipping.ship import Shipper
from keeptabs.store.database import writing
from keeptabs.store.known import append
from keeptabs.store.record import Record
from keeptabs.store.writer import Process

sys.path.insert(0, str(Path(__file__).parent))
try:
    from otlp_receiver import OtlpReceiver, Reply
finally:
    sys.path.pop(0)

Make = Callable[..., Record]
Add = Callable[[int], list[str]]
_DAY = 86_400 * 1_000_000_000


@pytest.fixture
def add(tmp_path: Path, record: Make, process: Process, monkeypatch: pytest.MonkeyPatch) -> Add:
    """Puts calls into the ledger, the first of them the newest; a batch is of two."""
    monkeypatch.setattr(ship, "BATCH", 2)

    def more(count: int) -> list[str]:
        now = time.time_ns()
        records = [record(timing=Timing(started_at=now - n, duration=5)) for n in range(count)]
        append(tmp_path / "ledger.db", records, process)
        return [each.identity.span_id for each in records]

    return more


@contextmanager
def shipper(path: Path, receiver: OtlpReceiver, days: int = 7, attempts: int | None = None) -> Iterator[Shipper]:
    patience = Patience(attempts=attempts, sleep=lambda _: None)
    with closing(Receiver(receiver.url, {})) as made, writing(path / "ledger.db") as db:
        yield Shipper(db, Delivery(made, Profile.V1_41, patience), made.url, days)


def all_of(made: Shipper) -> None:
    while made.batch():
        pass


def test_calls_come_in_the_order_in_which_they_were_kept(tmp_path: Path, add: Add) -> None:
    """Each once, batch after batch, whenever they started."""
    ids = add(5)
    with OtlpReceiver() as receiver, shipper(tmp_path, receiver) as made:
        assert made.waiting() == 5
        all_of(made)
        assert receiver.ids == ids
        assert len(receiver.requests) == 3
        assert (made.shipment.sent, made.waiting()) == (5, 0)


def test_it_goes_on_where_it_was_left(tmp_path: Path, add: Add) -> None:
    """A later process sends only what is new; another destination gets everything."""
    before = add(3)
    with OtlpReceiver() as receiver, OtlpReceiver() as other:
        with shipper(tmp_path, receiver) as made:
            all_of(made)
        after = add(2)
        with shipper(tmp_path, receiver) as made, shipper(tmp_path, other) as elsewhere:
            all_of(made)
            all_of(elsewhere)
        assert receiver.ids == other.ids == before + after


def test_an_outage_loses_nothing(tmp_path: Path, add: Add) -> None:
    """What could not be delivered is not noted as delivered, also by one that gives up."""
    ids = add(5)
    with OtlpReceiver(Reply(), *[Reply(503)] * 4) as receiver:
        with shipper(tmp_path, receiver, attempts=3) as made, pytest.raises(UserError, match="cannot be reached"):
            all_of(made)
        assert receiver.ids == ids[:2]
        with shipper(tmp_path, receiver) as made:
            assert (made.waiting(), made.shipment.sent) == (3, 2)
            all_of(made)
        assert receiver.ids == ids


def test_what_is_too_old_is_left_out_and_counted(tmp_path: Path, add: Add, record: Make, process: Process) -> None:
    """A call of today is sent, one of the day before yesterday is not, where a day is all that is wanted."""
    old = record(timing=Timing(started_at=time.time_ns() - 2 * _DAY, duration=5))
    append(tmp_path / "ledger.db", [old], process)
    ids = add(2)
    with OtlpReceiver() as receiver, shipper(tmp_path, receiver, days=1) as made:
        all_of(made)
        assert receiver.ids == ids
        assert (made.shipment.sent, made.shipment.expired, made.waiting()) == (2, 1, 0)


def test_what_cannot_be_read_is_counted(tmp_path: Path, add: Add) -> None:
    """A call that a newer keeptabs wrote stops no other."""
    ids = add(3)
    with writing(tmp_path / "ledger.db") as db:
        db.execute("UPDATE calls SET detail = '{}' WHERE span_id = ?", (ids[1],))
    with OtlpReceiver() as receiver, shipper(tmp_path, receiver) as made:
        all_of(made)
        assert receiver.ids == [ids[0], ids[2]]
        assert (made.shipment.sent, made.shipment.refused) == (2, 1)


def test_two_at_once_are_noticed(tmp_path: Path, add: Add) -> None:
    """The second of two to one destination stops after its first batch, and the note is that of the other."""
    add(4)
    with OtlpReceiver() as receiver, shipper(tmp_path, receiver) as first, shipper(tmp_path, receiver) as second:
        first.batch()
        with pytest.raises(UserError, match="another process ships"):
            second.batch()
        all_of(first)
        assert first.shipment.sent == 4
