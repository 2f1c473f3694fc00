"""All rules over one reading of the ledger."""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

import msgspec

import keeptabs.audit.rules
from keeptabs.audit.prices import Prices
from keeptabs.audit.rule import Finding, Rule
from keeptabs.audit.tally import EXACT
from keeptabs.core.discover import constants
from keeptabs.store.record import Record

_LEAST = Decimal("0.0005")  # of what was spent: what would save less is not worth a change


class Audit(msgspec.Struct, frozen=True, kw_only=True):
    """What was found, what is urgent first, then the most dollars; ``silent`` are ids of rules that found nothing."""

    calls: int
    usd: Decimal
    unpriced: int
    hashed: int  # calls with hashes of what they asked
    findings: tuple[Finding, ...]
    silent: tuple[str, ...]


def rules() -> list[Rule]:
    """All rules, by the names of their files."""
    return constants(keeptabs.audit.rules, "RULE", Rule)


def audit(
    records: Iterable[Record], chosen: Sequence[Rule], prices: Prices, seen: Callable[[], None] | None = None
) -> Audit:
    """What the chosen rules say of the calls, which come in the order of time; ``seen`` hears of each.

    Findings of less than half a thousandth of what was spent are left out.
    """
    watches = [(rule, rule.watch(prices)) for rule in chosen]
    calls = unpriced = hashed = 0
    usd = Decimal(0)
    for record in records:
        calls += 1
        hashed += bool(record.call.digest.body)
        if record.call.cost.usd is None:
            unpriced += record.call.outcome.is_answer
        else:
            usd = EXACT.add(usd, record.call.cost.usd)
        for _, watch in watches:
            watch.see(record)
        if seen is not None:
            seen()
    found = {rule.id: [each for each in watch.findings() if _matters(each, usd)] for rule, watch in watches}
    return Audit(
        calls=calls,
        usd=usd,
        unpriced=unpriced,
        hashed=hashed,
        findings=tuple(sorted((each for some in found.values() for each in some), key=_rank)),
        silent=tuple(rule for rule, some in found.items() if not some),
    )


def _matters(finding: Finding, spent: Decimal) -> bool:
    return not finding.usd or finding.usd >= spent * _LEAST


def _rank(finding: Finding) -> tuple[bool, Decimal, int]:
    return not finding.urgent, -(finding.usd or Decimal(0)), -finding.calls
