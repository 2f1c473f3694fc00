from decimal import Decimal

import pytest

from keeptabs.audit.prices import Prices
from keeptabs.audit.rule import Finding, Rule
from keeptabs.audit.run import audit, rules
from keeptabs.store.record import Record
from keeptabs.testing import month

RULES = {rule.id: rule for rule in rules()}
CALLS = 4_000


@pytest.fixture(scope="session")
def clean() -> list[Record]:
    return list(month.calls(1, 12_000))


def total(findings: list[Finding]) -> Decimal | None:
    """The dollars of findings; None where none is known."""
    known = [each.usd for each in findings if each.usd is not None]
    return sum(known, Decimal(0)) if known else None


def test_every_rule_has_a_planted_case() -> None:
    """A rule that nothing is planted for would never be seen to find anything."""
    assert sorted(RULES) == sorted(month.PLANTS)


@pytest.mark.parametrize("name", month.PLANTS)
def test_a_rule_finds_its_planted_case_with_its_dollars(name: str, prices: Prices) -> None:
    """To the last digit, among the calls of a usual month."""
    findings = RULES[name].find(month.calls(3, CALLS, [name]), prices)
    assert findings
    assert total(findings) == month.PLANTS[name].usd
    assert all(each.rule == name for each in findings)
    for each in findings:
        assert each.change
        assert each.title
        assert each.evidence
        assert each.why
        assert each.traces
        assert each.since >= month.START
        assert all(len(row) == len(each.columns) for row in each.rows)


@pytest.mark.parametrize("name", sorted(RULES))
def test_a_rule_is_silent_about_a_clean_month(name: str, clean: list[Record], prices: Prices) -> None:
    """Nights, weekends, an hour of 429s and an outage are no reason to change anything."""
    assert RULES[name].find(clean, prices) == []


def test_all_rules_watch_one_reading(prices: Prices) -> None:
    """Together they find what each finds alone, in everybody's cases: what is urgent, then the most dollars."""
    records = list(month.calls(5, CALLS, month.PLANTS))
    heard: list[None] = []
    whole = audit(iter(records), rules(), prices, lambda: heard.append(None))
    alone = [each for rule in rules() for each in rule.find(records, prices)]
    least = whole.usd * Decimal("0.0005")
    assert len(heard) == whole.calls == len(records)
    assert sorted(map(repr, whole.findings)) == sorted(
        repr(each) for each in alone if not each.usd or each.usd >= least
    )
    assert {each.rule for each in whole.findings} | set(whole.silent) == set(RULES)
    assert whole.findings[0].rule == "secrets"
    amounts = [each.usd or Decimal(0) for each in whole.findings if not each.urgent]
    assert amounts == sorted(amounts, reverse=True)
    assert whole.usd == sum((record.call.cost.usd or Decimal(0) for record in records), Decimal(0))


def test_what_is_too_small_is_left_out(prices: Prices) -> None:
    """Dollars that no change is worth are no finding; what has no dollars stays."""

    class Watch:
        def see(self, record: Record) -> None: ...

        def findings(self) -> list[Finding]:
            return [finding(each) for each in (None, Decimal("0.000001"), Decimal(1))]

    (seen,) = RULES["unpinned"].find(month.calls(1, 10, ["unpinned"]), prices)

    def finding(usd: Decimal | None) -> Finding:
        return Finding(**{name: getattr(seen, name) for name in Finding.__struct_fields__ if name != "usd"}, usd=usd)

    rule = Rule(id="r", title="t", looks_at="l", watch=lambda prices: Watch())  # type: ignore[arg-type,return-value]
    kept = audit(month.calls(1, 2_000), [rule], prices).findings
    assert [each.usd for each in kept] == [Decimal(1), None]


def test_no_calls_are_no_reason_to_change_anything(prices: Prices) -> None:
    """Every rule is silent, and nothing is divided by nothing."""
    whole = audit([], rules(), prices)
    assert whole.findings == ()
    assert (whole.calls, whole.usd, len(whole.silent)) == (0, Decimal(0), len(RULES))
