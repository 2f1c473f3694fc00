import sys
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keeptabs.reconcile.causes import explain, totals
from keeptabs.reconcile.gap import EXACT, Cause, Gap, total
from keeptabs.reconcile.sides import lay_out
from keeptabs.reconcile.statement import Charged, Kind, Used
from keeptabs.store.spending import Spent

sys.path.insert(0, str(Path(__file__).parent))
try:
    from bill_rows import MONDAY, RATES, TUESDAY, charged, find, spent, statement, used
finally:
    sys.path.pop(0)


def gaps(rows: list[Charged], lines: list[Spent], told: list[Used] | None = None) -> list[Gap]:
    """What all places differ by."""
    layout = lay_out(statement(*rows, used=None if told is None else tuple(told)), lines)
    return [explain(place, sides, find) for place, sides in sorted(layout.places.items())]


def parts(rows: list[Charged], lines: list[Spent], told: list[Used] | None = None) -> Mapping[Cause, Decimal]:
    """The causes that have a part in the gap of all places."""
    return {cause: usd for cause, usd in totals(gaps(rows, lines, told)).items() if usd}


IN = "input.text"  # $0.002 each
ONE = spent({IN: 100})  # $0.20
SILENT = Spent(day=MONDAY, project=None, key=None, model="gpt", tier=None, batch=False, calls=1, silent=1)
SEARCHED = Spent(
    day=MONDAY,
    project=None,
    key=None,
    model="gpt",
    tier=None,
    batch=False,
    calls=1,
    usd=Decimal("0.02"),
    units={"web_searches": Decimal(2)},
    amounts={"web_searches": Decimal("0.02")},
    priced={"web_searches": Decimal(2)},
)
UNPRICED = spent({IN: 100}, model="unlisted", usd=Decimal(0), unpriced=1)
REPORTED = spent({IN: 100}, model="unlisted", usd=Decimal("0.3"))


@pytest.mark.parametrize(
    ("rows", "lines", "told", "expected"),
    [
        ([charged("0.20")], [ONE], [used({IN: 100})], {}),
        ([charged("0.60")], [ONE], [used({IN: 300}, 3)], {Cause.COVERAGE: "0.40"}),
        ([charged("0.20")], [spent({IN: 200}, 2)], [used({IN: 100}, 1)], {Cause.COVERAGE: "-0.20"}),
        ([charged("0.22")], [ONE], [used({IN: 110})], {Cause.PARSING: "0.02"}),
        ([charged("0.18")], [ONE], [used({IN: 90})], {Cause.PARSING: "-0.02"}),
        ([charged("0.18")], [ONE], [used({IN: 90}, 2)], {Cause.PARSING: "-0.02"}),
        ([charged("20.0")], [ONE], [used({IN: 10_000}, 2)], {Cause.COVERAGE: "2", Cause.PARSING: "17.80"}),
        ([charged("0.25")], [ONE], [used({IN: 100})], {Cause.PRICE: "0.05"}),
        ([charged("0.22")], [ONE], [used({IN: 110}, None)], {Cause.USAGE: "0.02"}),
        ([charged("0.22", IN, 110)], [ONE], None, {Cause.USAGE: "0.02"}),
        ([charged("0.20", IN, 80)], [ONE], None, {Cause.USAGE: "-0.04", Cause.PRICE: "0.04"}),
        ([charged("0.25")], [ONE], None, {Cause.UNEXPLAINED: "0.05"}),
        ([charged("0.25")], [], None, {Cause.COVERAGE: "0.25"}),
        ([charged("0.25")], [], [used({IN: 100})], {Cause.COVERAGE: "0.25"}),
        ([], [ONE], [], {Cause.COVERAGE: "-0.20"}),
        ([], [ONE], [used({IN: 100})], {Cause.UNEXPLAINED: "-0.20"}),
        ([charged("1", kind=Kind.FIXED, model=None)], [], None, {Cause.FIXED: "1"}),
        ([charged("1", kind=Kind.UNREAD, model=None)], [], None, {Cause.UNEXPLAINED: "1"}),
        ([charged("0.20")], [SILENT], [used({IN: 100})], {Cause.PARSING: "0.20"}),
        (
            [charged("0.3", IN, 100, model="unlisted")],
            [UNPRICED],
            [used({IN: 100}, model="unlisted")],
            {Cause.PRICE: "0.3"},
        ),
        (
            [charged("0.3", model="unlisted")],
            [UNPRICED],
            [used({IN: 100}, model="unlisted")],
            {Cause.UNEXPLAINED: "0.3"},
        ),
        (
            [charged("0.6", model="unlisted")],
            [REPORTED],
            [used({IN: 200}, 2, model="unlisted")],
            {Cause.COVERAGE: "0.3"},
        ),
        (
            [charged("0.30", batch=True)],
            [ONE],
            [used({IN: 100}), used({IN: 100}, batch=True)],
            {Cause.COVERAGE: "0.10"},
        ),
        (
            [charged("0.30")],
            [ONE, spent({IN: 80}, batch=True)],
            [used({IN: 100}), used({IN: 100}, 50, batch=True)],
            {Cause.USAGE: "0.02"},
        ),
        (
            [charged("0.20", day=TUESDAY)],
            [ONE],
            [used({IN: 100}, day=TUESDAY)],
            {},
        ),
        (
            [charged("0.04", "images", 1, kind=Kind.UNITS)],
            [],
            [used({}, units={"images": 1})],
            {Cause.COVERAGE: "0.04"},
        ),
        ([charged("0.25")], [ONE], [used({IN: 100}, units={"images": 1})], {Cause.PRICE: "0.05"}),
        ([charged("0.40")], [SILENT], [used({IN: 200}, 2)], {Cause.COVERAGE: "0.20", Cause.PARSING: "0.20"}),
        ([charged("0.15")], [ONE], [used({IN: 100}, tier="flex")], {Cause.COVERAGE: "-0.05"}),
        (
            [charged("0.03", "web_searches", 3, model=None, kind=Kind.UNITS), charged("0", IN, 0)],
            [SEARCHED],
            None,
            {Cause.USAGE: "0.01"},
        ),
    ],
    ids=[
        "nothing",
        "two calls were not seen",
        "a call is not on the bill",
        "more tokens for the same call",
        "fewer tokens for the same call",
        "fewer tokens for more calls",
        "far more tokens than one more call can have",
        "another rate",
        "other usage, requests not counted",
        "other usage by the bill alone",
        "other usage at another rate",
        "amounts alone",
        "a model that was never seen, amounts alone",
        "a model that was never seen",
        "a model that is not on the bill",
        "not charged yet",
        "storage",
        "an item that says nothing",
        "a call that did not say its usage",
        "a call without a price, which the bill tells",
        "a call without a price, which nobody tells",
        "a cost that the provider told",
        "a batch that was never seen",
        "a batch, which is one call in the ledger",
        "the same on two days",
        "images that were never seen",
        "another rate beside a count that nothing is billed by",
        "a call that was not seen, and one that did not say its usage",
        "another tier",
        "searches, which are charged apart from calls",
    ],
)
def test_the_gap_has_a_cause(
    rows: list[Charged], lines: list[Spent], told: list[Used] | None, expected: Mapping[Cause, str]
) -> None:
    """Each cause gets what it is worth, and no other gets anything."""
    found = parts(rows, lines, told)
    assert found == {cause: Decimal(usd) for cause, usd in expected.items()}


def test_a_place_knows_its_calls() -> None:
    """As both sides count them, and how many do not say what they used or have no price."""
    line = spent({IN: 1}, 5, silent=2, unpriced=1)
    [found] = gaps([charged("1")], [line], [used({IN: 1}, 7), used({}, 2)])
    assert (found.requests, found.calls, found.silent, found.unpriced) == (9, 5, 2, 1)
    assert (found.billed, found.ledger) == (1, Decimal("0.002"))


USD = st.decimals(min_value=-5, max_value=10**6, places=15)
COUNTS = st.dictionaries(st.sampled_from([*RATES, "output.reasoning", "images"]), st.integers(0, 10**9), max_size=3)
MODELS, DAYS, TIERS = (
    st.sampled_from(["gpt", "unlisted"]),
    st.sampled_from([MONDAY, TUESDAY]),
    st.sampled_from([None, "flex"]),
)
PLACE: dict[str, Any] = {"day": DAYS, "model": MODELS, "tier": TIERS, "batch": st.booleans()}


@st.composite
def bills(draw: st.DrawFn) -> list[Charged]:
    """Rows of any kind."""
    kinds = {"kind": st.sampled_from(Kind), "unit": st.none() | st.sampled_from(sorted(RATES))}
    row = st.fixed_dictionaries({**PLACE, **kinds, "quantity": st.none() | st.integers(0, 10**9)})
    return [charged(str(draw(USD)), **fields) for fields in draw(st.lists(row, max_size=5))]


def report(counts: Mapping[str, int | Decimal], requests: int | None, fields: Mapping[str, Any]) -> Used:
    tokens = {name: int(count) for name, count in counts.items() if name != "images"}
    return used(tokens, requests, units={"images": int(counts.get("images", 0))}, **fields)


REPORTS = st.none() | st.lists(
    st.builds(report, COUNTS, st.none() | st.integers(0, 10**6), st.fixed_dictionaries(PLACE)), max_size=4
)
LEDGERS = st.lists(
    st.builds(
        lambda counts, calls, fields, usd: spent(counts, calls, **fields, **({} if usd is None else {"usd": usd})),
        COUNTS,
        st.integers(1, 10**6),
        st.fixed_dictionaries(PLACE),
        st.none() | USD,
    ),
    max_size=4,
)


@given(bills(), LEDGERS, REPORTS)
def test_the_parts_are_the_gap_to_the_last_digit(
    rows: list[Charged], lines: list[Spent], told: list[Used] | None
) -> None:
    """In every place and so in all, whatever was charged, told and seen; nothing is charged or kept twice."""
    found = gaps(rows, lines, told)
    for gap in found:
        assert total(gap.parts.values()) == EXACT.subtract(gap.billed, gap.ledger)
    assert total(gap.billed for gap in found) == total(row.usd for row in rows)
    assert total(gap.ledger for gap in found) == total(line.usd for line in lines)
    assert total(totals(found).values()) == EXACT.subtract(
        total(row.usd for row in rows), total(line.usd for line in lines)
    )


@given(LEDGERS)
def test_a_bill_of_what_the_ledger_has_leaves_nothing_to_explain(lines: list[Spent]) -> None:
    """The same usage, requests and amounts, from a provider that is right."""
    seen = [line for line in lines if not line.batch]
    told = [report(line.units, line.calls, {"tier": line.tier, "day": line.day, "model": line.model}) for line in seen]
    rows = [charged(str(line.usd), day=line.day, model=line.model, tier=line.tier) for line in seen]
    found = totals(gaps(rows, seen, told))
    assert all(abs(found[cause]) < Decimal("1e-9") for cause in (Cause.COVERAGE, Cause.PARSING, Cause.USAGE))
    assert sum(found.values()) == 0
