import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from keeptabs.cli import ship
from keeptabs.core.exchange import Timing
from keeptabs.sinks.otel.shipping.delivery import Patience
from keeptabs.store.database import writing
from keeptabs.store.record import Record

sys.path.insert(0, str(Path(__file__).parents[1] / "sinks" / "otel" / "shipping"))
try:
    from otlp_receiver import OtlpReceiver, Reply
finally:
    sys.path.pop(0)

Cli = Callable[..., tuple[int, str, str]]
Make = Callable[..., Record]


@pytest.fixture
def receiver() -> Iterator[OtlpReceiver]:
    with OtlpReceiver() as made:
        yield made


@pytest.fixture(autouse=True)
def _in_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing waits between attempts."""
    monkeypatch.setattr(Patience, "pause", lambda *_: 0.0)


def test_calls_are_sent_and_counted(cli: Cli, fill: Callable[..., Path], record: Make, receiver: OtlpReceiver) -> None:
    """A second time there is nothing to send."""
    records = [record() for _ in range(3)]
    fill(*records)
    assert cli("ship", "--to", receiver.url) == (0, f"  3 calls sent to {receiver.url}/v1/traces\n", "")
    assert receiver.ids == [each.identity.span_id for each in records]
    code, out, _ = cli("ship", "--to", receiver.url, "--json")
    assert (code, json.loads(out)) == (
        0,
        {"to": f"{receiver.url}/v1/traces", "sent": 0, "refused": 0, "expired": 0},
    )


def test_what_was_not_sent_is_said(cli: Cli, fill: Callable[..., Path], record: Make, receiver: OtlpReceiver) -> None:
    """Refused and old ones each with the reason."""
    first, bad = record(), record()
    path = fill(first, bad)
    with writing(path) as db:
        db.execute("UPDATE calls SET started_at = 5 WHERE span_id = ?", (first.identity.span_id,))
    receiver.replies.append(Reply(body=b'{"partialSuccess":{"rejectedSpans":"1"}}'))
    _, out, _ = cli("ship", "--to", receiver.url)
    assert "0 calls sent" in out
    assert "! 1 call refused" in out
    assert "1 call left out, older than 7 days (--days)" in out


def test_the_environment_may_say_where(
    cli: Cli, fill: Callable[..., Path], record: Make, receiver: OtlpReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the variables of OpenTelemetry; where nothing says it, that is a mistake."""
    fill(record())
    code, _, err = cli("ship")
    assert (code, "--to URL" in err) == (2, True)
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.url)
    cli("ship")
    assert len(receiver.spans) == 1


def test_a_receiver_that_stays_away_is_one_line(cli: Cli, fill: Callable[..., Path], record: Make) -> None:
    """Calls wait in the ledger, and the next time they are sent."""
    fill(record())
    with OtlpReceiver(*[Reply(503)] * 6) as receiver:
        code, out, err = cli("ship", "--to", receiver.url)
        assert (code, out) == (2, "")
        assert "calls wait in the ledger" in err
        assert err.count("cannot be reached") == 1
        assert "1 call sent" in cli("ship", "--to", receiver.url)[1]


def test_following_takes_what_comes_later(
    cli: Cli, fill: Callable[..., Path], record: Make, receiver: OtlpReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It looks again and again, through an outage, until it is stopped."""
    later = [record() for _ in range(4)]
    fill(later.pop(0))
    outages = [[], [Reply(503)] * 9, []]

    def pause(_: float) -> None:
        if not later:
            raise KeyboardInterrupt
        receiver.replies += outages.pop(0)
        fill(later.pop(0))

    monkeypatch.setattr(ship, "sleep", pause)
    code, _, err = cli("ship", "--to", receiver.url, "--follow")
    assert code == 130
    assert len(receiver.spans) == len(set(receiver.ids)) == 4
    assert err.count("calls wait") == err.count("it goes on") == 1


def test_an_export_may_be_sent(cli: Cli, fill: Callable[..., Path], record: Make, receiver: OtlpReceiver) -> None:
    """What is chosen, whether it was shipped before or not; a file beside it is a mistake."""
    fill(record(), record(response_model="another", timing=Timing(started_at=1, duration=2)))
    cli("ship", "--to", receiver.url)
    code, out, err = cli("export", "--to", "otlp", receiver.url, "--model", "another")
    assert (code, out) == (0, "")
    assert err == f"keeptabs: 1 call sent to {receiver.url}/v1/traces\n"
    assert len(receiver.spans) == 3
    assert cli("export", "--to", "otlp", receiver.url, "--format", "csv")[0] == 2
