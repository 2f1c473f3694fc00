import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from ledgers import HOUR, filled

from keeptabs.audit.prices import Prices
from keeptabs.audit.run import audit, rules
from keeptabs.pricing.book import Book
from keeptabs.store import auditing
from keeptabs.store.database import reading
from keeptabs.testing.month import PLANTS, START, calls
from keeptabs.web import audited
from keeptabs.web.ask import DAY
from keeptabs.web.audited import EVERY, Audits

NOW = START + 30 * DAY


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger of a month with a case for every rule, which ended before ``NOW``."""
    return filled(tmp_path_factory.mktemp("month") / "ledger.db", list(calls(7, 500, planted=PLANTS)))


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    """Holds audits at their beginning until it is set."""
    event = threading.Event()
    yield event
    event.set()


@pytest.fixture
def held(month: Path, gate: threading.Event) -> Iterator[Audits]:
    """Audits that wait at the gate."""

    def prices() -> Prices:
        gate.wait(30)
        return Prices(Book())

    audits = Audits(month, prices)
    yield audits
    gate.set()
    audits.close()


def test_an_audit_finds_what_the_command_finds(month: Path) -> None:
    """The same calls, by the same rules, and the same dollars."""
    audits = Audits(month, lambda: Prices(Book()))
    audits.want("28d", NOW)
    assert audits.wait()
    found = audits.of("28d")
    assert found is not None
    assert found.found.findings
    with reading(month) as db:
        assert found.found == audit(auditing.records(db, NOW - 28 * DAY, NOW), rules(), Prices(Book()))
    assert (found.days, found.left_out, audits.latest()) == (28, 0, found)


def test_one_audit_goes_on_at_a_time(held: Audits, gate: threading.Event) -> None:
    """Whoever asks meanwhile gets an answer at once, and begins none."""
    held.want("28d", NOW)
    held.want("7d", NOW)
    assert held.running is not None
    assert held.running.days == 28
    assert (held.latest(), held.wait(0)) == (None, False)
    gate.set()
    assert held.wait()
    assert (held.of("28d") is not None, held.of("7d")) == (True, None)


@pytest.mark.parametrize(
    ("later", "again", "is_new"),
    [
        pytest.param(EVERY - HOUR // 60, False, False, id="too early"),
        pytest.param(EVERY, False, True, id="ten minutes later"),
        pytest.param(1, True, True, id="when somebody asks"),
    ],
)
def test_an_audit_is_made_anew_when_it_is_due(
    month: Path, later: int, *, again: bool, is_new: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every ten minutes while somebody looks, or at once for who names the one that is to be replaced."""
    moments = iter(range(NOW, NOW + 10))
    monkeypatch.setattr(audited.time, "time_ns", lambda: next(moments))
    audits = Audits(month, lambda: Prices(Book()))
    audits.want("7d", NOW)
    audits.wait()
    first = audits.of("7d")
    assert first is not None
    for _ in range(2):  # the second time the one that is named is no more
        audits.want("7d", first.made_at + later, replacing=first.made_at if again else None)
        audits.wait()
        monkeypatch.setattr(audited, "EVERY", 2**62)
    assert (audits.of("7d") is not first) == is_new
    assert next(moments) == NOW + 1 + is_new


def test_more_calls_than_one_audit_takes_are_left_out(month: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The newest are looked at, and how many are not is said."""
    monkeypatch.setattr(audited, "MOST", 100)
    audits = Audits(month, lambda: Prices(Book()))
    audits.want("all", NOW)
    audits.wait()
    found = audits.latest()
    assert found is not None
    with reading(month) as db:
        whole = auditing.count(db, NOW - 28 * DAY, NOW)
    assert found.found.calls <= 100
    assert found.found.calls + found.left_out == whole


def test_a_fault_is_told_and_ends_nothing(tmp_path: Path) -> None:
    """A ledger that is gone is said; the next question tries again."""
    audits = Audits(tmp_path / "none.db", lambda: Prices(Book()))
    audits.want("7d", NOW)
    assert audits.wait()
    assert audits.failed is not None
    assert "there is no ledger" in audits.failed
    filled(tmp_path / "none.db", [])
    audits.want("7d", NOW)
    audits.wait()
    assert (audits.failed, audits.latest() is not None) == (None, True)


def test_closing_ends_an_audit_without_a_result(held: Audits, gate: threading.Event) -> None:
    """A server that ends does not wait for the calls that are left."""
    held.want("28d", NOW)
    closing = threading.Thread(target=held.close)
    closing.start()
    gate.set()
    closing.join(30)
    assert (held.running, held.latest()) == (None, None)
    held.want("28d", NOW)
    assert held.running is None
