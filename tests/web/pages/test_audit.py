import time
from collections.abc import Callable, Sequence
from decimal import Decimal

import pytest
from ledgers import NOW, filled, made
from starlette.testclient import TestClient

from keeptabs.audit.prices import Prices
from keeptabs.audit.rule import Confidence
from keeptabs.audit.run import rules
from keeptabs.core.cost import Cost, CostStatus
from keeptabs.core.errors import UserError
from keeptabs.core.exchange import Timing
from keeptabs.pricing.book import Book
from keeptabs.store.database import reading
from keeptabs.store.record import Record
from keeptabs.testing.month import PLANTS, calls
from keeptabs.web.ask import DAY, Ask
from keeptabs.web.audited import Audits, Progress
from keeptabs.web.page import State
from keeptabs.web.pages.audit import PAGE, View, view


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> State:
    """A server of a planted month, whose audit has ended."""
    start = (NOW // DAY - 29) * DAY
    records = [each for each in calls(7, 500, planted=PLANTS, start=start) if each.call.timing.started_at < NOW]
    file = filled(tmp_path_factory.mktemp("month") / "ledger.db", records)
    audits = Audits(file, lambda: Prices(Book()))
    audits.want("28d", NOW)
    audits.wait()
    return State(file=file, audits=audits)


def seen(state: State, **rest: str) -> View:
    """The page a second after the audit."""
    last = state.audits.latest()
    assert last is not None
    with reading(state.file) as db:
        return view(db, Ask(path="/audit", now=last.made_at, rest=rest), state)


def test_two_findings_of_each_rule_are_shown(state: State) -> None:
    """The rest is a link away, and rules that found nothing are named: each rule stands in one place."""
    found, last = seen(state), state.audits.latest()
    assert last is not None
    of_rule = {rule.id: [each for each in last.found.findings if each.rule == rule.id] for rule in rules()}
    shown = [line.finding for line in found.lines]
    assert len(shown) == sum(min(2, len(some)) for some in of_rule.values())
    assert {each.rule.id: each.findings for each in found.more} == {
        rule: len(some) for rule, some in of_rule.items() if len(some) > 2
    }
    assert {each.rule.id for each in found.silent} == set(last.found.silent)
    assert found.rules == len(of_rule)


def test_dollars_are_shares_of_what_was_spent(state: State) -> None:
    """The largest saving, and the largest that is more than a guess."""
    found = seen(state)
    assert found.audited is not None
    amounts = [line.finding.usd for line in found.lines if line.finding.usd]
    assert found.largest[0].finding.usd == max(amounts)
    assert found.largest[0].share == pytest.approx(float(max(amounts) / found.audited.found.usd))
    surer = [each.finding.usd or Decimal(0) for each in found.lines if each.finding.confidence is not Confidence.LOW]
    assert found.largest[-1].finding.usd == max(surer)


@pytest.mark.parametrize("rule", [rule.id for rule in rules()])
def test_one_rule_is_shown_in_full(state: State, rule: str) -> None:
    """All its findings with their evidence, and traces to look at."""
    found = seen(state, rule=rule)
    assert found.rule is not None
    assert found.rule.id == rule
    assert {line.finding.rule for line in found.lines} <= {rule}
    for line in found.lines:
        assert [len(row) for row in line.rows] == [len(line.finding.columns)] * len(line.rows)
        assert line.traces == tuple(f"/traces/{trace}" for trace in line.finding.traces)


def test_an_unknown_rule_is_a_mistake(state: State) -> None:
    """The message names the rules that there are."""
    with pytest.raises(UserError, match="no 'nonsense'; there are abandoned"):
        seen(state, rule="nonsense")


def test_the_badge_counts_the_findings(state: State) -> None:
    """It stands beside the page's title on every page."""
    last = state.audits.latest()
    assert last is not None
    assert PAGE.badge is not None
    with reading(state.file) as db:
        assert PAGE.badge(db, Ask(path="/", now=NOW), state) == str(len(last.found.findings))


def test_the_page_says_how_far_an_audit_is(
    visit: Callable[[Sequence[Record]], TestClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It does not wait for the end, and asks to come back."""

    def begin(self: Audits, period: str, now: int, *, replacing: int | None = None) -> None:
        self.running = Progress(days=28, seen=10, of=4_000)

    monkeypatch.setattr(Audits, "want", begin)
    page = visit([]).get("/audit").text
    assert "10 of 4,000 calls" in page
    assert 'http-equiv="refresh"' in page


def test_the_page_shows_findings_when_it_has_ended(
    visit: Callable[[Sequence[Record]], TestClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each with its evidence, confidence and change; that filters do not narrow an audit is said."""
    begin = Audits.want

    def at_once(self: Audits, period: str, now: int, *, replacing: int | None = None) -> None:
        begin(self, period, now, replacing=replacing)
        self.wait()

    monkeypatch.setattr(Audits, "want", at_once)
    gap = Cost(status=CostStatus.UNPRICED, why="no price for mine at openai")
    at = Timing(started_at=time.time_ns() - DAY, duration=0)
    page = visit([made(1, cost=gap, timing=at, response_model="mine")]).get("/audit?model=mine").text
    for said in (
        "What mine at openai costs is not known",
        "Confidence: high",
        "→ ",
        "the filters do not narrow it",
    ):
        assert said in page
    assert 'http-equiv="refresh"' not in page
