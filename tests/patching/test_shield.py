import logging
import sqlite3

import pytest

from keeptabs.patching.shield import Fault, Shield, describe


@pytest.fixture
def shield() -> Shield:
    return Shield()


def test_a_fault_ends_its_block_and_nothing_else(shield: Shield) -> None:
    """An exception of ours is swallowed where it happens, and the code after the block runs."""
    with shield.stage("parse"):
        raise ValueError("broken")
    assert shield.drain() == {Fault("parse", "ValueError: broken"): 1}


def test_faults_are_counted_by_stage_and_cause(shield: Shield) -> None:
    """Equal faults are one line with a count; another stage or cause is another line."""
    for stage, cause in [("a", "x"), ("a", "x"), ("a", "y"), ("b", "x")]:
        shield.count(stage, cause)
    assert shield.drain() == {Fault("a", "x"): 2, Fault("a", "y"): 1, Fault("b", "x"): 1}


def test_drain_starts_the_counts_anew(shield: Shield) -> None:
    """What was drained is not told a second time."""
    shield.count("a", "x")
    shield.drain()
    assert shield.drain() == {}


def test_a_cause_is_logged_once(shield: Shield, caplog: pytest.LogCaptureFixture) -> None:
    """A fault that happens at every call does not flood the application's log."""
    with caplog.at_level(logging.WARNING, "keeptabs"):
        for _ in range(3):
            shield.count("store", "disk full")
    assert [record.getMessage().split(" (")[0] for record in caplog.records] == ["keeptabs: store: disk full"]


@pytest.mark.parametrize("error", [KeyboardInterrupt(), SystemExit(3), GeneratorExit()])
def test_what_is_no_fault_of_ours_passes(shield: Shield, error: BaseException) -> None:
    """Interrupts and cancellation belong to the application and are never swallowed."""
    with pytest.raises(type(error)), shield.stage("parse"):
        raise error
    assert shield.drain() == {}


def test_tests_see_the_fault(shield: Shield) -> None:
    """With ``raises`` the shield counts and lets the exception through."""
    shield.raises = True
    with pytest.raises(ZeroDivisionError), shield.stage("parse"):
        _ = 1 / 0
    assert len(shield.drain()) == 1


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ValueError("in our words"), "ValueError: in our words"),
        (sqlite3.OperationalError("database is locked"), "OperationalError: database is locked"),
        (type("Foreign", (Exception,), {"__module__": "somewhere"})("a prompt"), "Foreign"),
        (ValueError(), "ValueError"),
    ],
)
def test_a_foreign_message_is_not_repeated(error: Exception, said: str) -> None:
    """Only messages that are ours or the system's are shown: another's may quote content."""
    assert describe(error) == said
