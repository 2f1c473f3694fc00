"""An estimate as it is saved."""

from decimal import Decimal

import pytest

from keeptabs.core.errors import UserError
from keeptabs.core.usage import Bucket, Usage
from keeptabs.forecast.band import Band
from keeptabs.forecast.days import Days
from keeptabs.forecast.keep import RECORDED, of_projection, of_prospect
from keeptabs.forecast.outlook import TEXT, Change, Outlook, Projection
from keeptabs.forecast.prospect import Offered, Prospect, Terms, prospects
from keeptabs.pricing.book import Book

TERMS = Terms(at=1_795_478_400 * 10**9)
USAGE = Usage(tokens={Bucket.INPUT_TEXT: 1_000, Bucket.OUTPUT_TEXT: 100})
WHERE = (("feature", "search"),)


def prospect(model: str = "gpt-4o", calls: Decimal | None = Decimal(10)) -> Prospect:
    (found,) = prospects([Offered("openai", model)], (USAGE, USAGE, USAGE), TERMS, Book(), calls)
    return found


def projection(change: Change | None = None, priced: int = 3) -> Projection:
    return Projection(
        change=change,
        band=Band(low=Decimal("1.5"), mid=Decimal(2), high=Decimal("2.5"), how="as it is"),
        usd_a_call=Decimal("0.4"),
        tokens={"input": Decimal("7.5"), "cached": Decimal(0), "output": Decimal(2)},
        rates={"input": Decimal("0.01")},
        priced=priced,
        unpriced=0,
    )


def outlook(left_out: dict[str, int] | None = None) -> Outlook:
    return Outlook(
        days=Days(until=0, count=9),
        calls=45,
        calls_a_day=Decimal(5),
        failed=0,
        repeated=0,
        models={"gpt-4o": 45},
        left_out=left_out or {},
        projections=[],
    )


def test_counts_that_were_given_are_kept_with_their_rates() -> None:
    """Amounts in nano-USD; rates in USD a token, by kind, where there are tokens of it."""
    kept = of_prospect("plan", prospect(), USAGE, WHERE, 7)
    assert (kept.name, kept.created_at, kept.provider, kept.model) == ("plan", 7, "openai", "gpt-4o")
    assert (kept.calls_a_day, kept.usd_a_call) == (10.0, 3_500_000)
    assert (kept.low_a_day, kept.mid_a_day, kept.high_a_day) == (35_000_000,) * 3
    assert kept.basis.where == WHERE
    assert kept.basis.tokens == {"input": 1_000, "cached": 0, "output": 100}
    assert kept.basis.rates == {"input": Decimal("0.0000025"), "output": Decimal("0.00001")}


def test_days_of_a_ledger_are_kept_with_their_band() -> None:
    """The models that answered have no name of their own; what was counted is kept, so that it is counted again."""
    kept = of_projection("now", projection(), outlook({"embeddings": 2}), WHERE, 7)
    assert (kept.provider, kept.model) == (RECORDED, RECORDED)
    assert (kept.low_a_day, kept.mid_a_day, kept.high_a_day) == (1_500_000_000, 2_000_000_000, 2_500_000_000)
    assert (kept.basis.days, kept.basis.how, kept.basis.tokens["input"]) == (9, "as it is", Decimal("7.5"))
    assert set(kept.basis.operations) == TEXT
    other = Change(model=Offered("openai", "o3"), terms=TERMS)
    assert of_projection("o3", projection(other), outlook(), (), 7).model == "o3"
    assert of_projection("o3", projection(other), outlook(), (), 7).basis.operations == ()


def test_what_has_no_price_or_no_rate_of_calls_is_not_kept() -> None:
    """Later calls could not be held against it."""
    with pytest.raises(UserError, match="say how many calls there are: --calls 1000/day"):
        of_prospect("x", prospect(calls=None), USAGE, (), 7)
    with pytest.raises(UserError, match="no-such-model has no price"):
        of_prospect("x", prospect("no-such-model"), USAGE, (), 7)
    with pytest.raises(UserError, match="none of these calls has a price"):
        of_projection("x", projection(priced=0), outlook(), (), 7)
