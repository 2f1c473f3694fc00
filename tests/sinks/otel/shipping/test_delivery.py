import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from keeptabs.core.errors import UserError
from keeptabs.sinks.otel.semconv import Profile
from keeptabs.sinks.otel.shipping.delivery import Delivery, Patience
from keeptabs.sinks.otel.shipping.receiver import Receiver
from keeptabs.store.record import Record

sys.path.insert(0, str(Path(__file__).parent))
try:
    from otlp_receiver import OtlpReceiver, Reply
finally:
    sys.path.pop(0)

Make = Callable[..., Record]


class Waits:
    """Notes the waits and what is told, and waits for none."""

    def __init__(self, attempts: int | None = 6) -> None:
        self.seconds: list[float] = []
        self.said: list[str] = []
        self.patience = Patience(
            attempts=attempts, sleep=self.seconds.append, jitter=lambda: 0.5, told=self.said.append
        )


@contextmanager
def delivery(receiver: OtlpReceiver, waits: Waits) -> Iterator[Delivery]:
    with closing(Receiver(receiver.url, {})) as made:
        yield Delivery(made, Profile.V1_41, waits.patience)


def test_calls_are_delivered_with_their_own_ids(record: Make) -> None:
    """In their order, with what they are known by, and nothing is said of waiting."""
    records, waits = [record() for _ in range(3)], Waits()
    with OtlpReceiver() as receiver, delivery(receiver, waits) as made:
        assert made.send(records) == 0
        assert receiver.ids == [each.identity.span_id for each in records]
        assert receiver.spans[0]["traceId"] == records[0].identity.trace_id
    assert not waits.seconds
    assert not any(waits.said)


def test_it_waits_as_long_as_it_is_asked_to(record: Make) -> None:
    """Else longer each time; then everything is there once."""
    records, waits = [record() for _ in range(3)], Waits()
    replies = Reply(503), Reply(502), Reply(429, {"retry-after": "9"}), Reply(503)
    with OtlpReceiver(*replies) as receiver, delivery(receiver, waits) as made:
        assert made.send(records) == 0
        assert receiver.ids == [each.identity.span_id for each in records]
    assert waits.seconds == [0.375, 0.75, 9.5, 3.0]
    assert "503" in waits.said[0]
    assert waits.said[-1] == ""


def test_it_gives_up_after_some_attempts(record: Make) -> None:
    """With one line that says where and why; for ever is until the receiver is there."""
    with OtlpReceiver(*[Reply(503)] * 50) as receiver:
        with (
            delivery(receiver, Waits(attempts=3)) as made,
            pytest.raises(UserError, match=r"cannot be reached: .* answered 503"),
        ):
            made.send([record()])
        assert len(receiver.requests) == 3
        with delivery(receiver, waits := Waits(attempts=None)) as made:
            made.send([record()])
        assert len(receiver.spans) == 1
    assert max(waits.seconds) <= 30


def test_an_answer_that_is_lost_makes_it_send_again(record: Make) -> None:
    """So a call may come twice, which its ids tell, and never not at all."""
    call = record()
    with OtlpReceiver(Reply(is_lost=True)) as receiver, delivery(receiver, Waits()) as made:
        made.send([call])
        assert receiver.ids == [call.identity.span_id] * 2


@pytest.mark.parametrize("bad", [{0}, {6}, {2, 3}, {0, 3, 6}], ids=["first", "last", "neighbours", "three"])
def test_a_bad_call_stops_no_other(record: Make, bad: set[int]) -> None:
    """The others arrive, each once and in their order, and those that are refused are counted."""
    first, *records = [record() for _ in range(8)]
    refuses = frozenset(records[n].identity.span_id for n in bad)
    with OtlpReceiver(refuses=refuses) as receiver, delivery(receiver, Waits()) as made:
        made.send([first])
        assert made.send(records) == len(bad)
        wanted = [each.identity.span_id for n, each in enumerate([first, *records]) if n - 1 not in bad]
        assert receiver.ids == wanted


def test_one_that_refuses_everything_is_no_receiver(record: Make) -> None:
    """It stops before all calls of a ledger count as refused."""
    with (
        OtlpReceiver(*[Reply(400)] * 50) as receiver,
        delivery(receiver, Waits()) as made,
        pytest.raises(UserError, match="single call"),
    ):
        made.send([record() for _ in range(4)])


def test_what_a_receiver_rejects_is_counted(record: Make) -> None:
    """Never as more than there was."""
    body = b'{"partialSuccess":{"rejectedSpans":"5"}}'
    with OtlpReceiver(Reply(body=body), Reply(body=body)) as receiver, delivery(receiver, Waits()) as made:
        assert made.send([record() for _ in range(9)]) == 5
        assert made.send([record()]) == 1
        assert made.send([]) == 0
        assert len(receiver.requests) == 2
