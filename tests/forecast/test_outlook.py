"""A day to come, from the days there were."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keeptabs.core.usage import Bucket, Usage
from keeptabs.forecast.days import DAY, Days
from keeptabs.forecast.outlook import Change, Outlook, by_kind, kind_of, outlook
from keeptabs.forecast.prospect import Offered, Terms
from keeptabs.pricing.book import Book
from keeptabs.store.forecasts import Amount, Asked, Seen

NOW = 20_781 * DAY  # 2026-11-24
DAYS = Days(until=NOW, count=2)
BOOK = Book()
READ = Usage(tokens={Bucket.INPUT_TEXT: 600, Bucket.CACHE_READ_TEXT: 400, Bucket.OUTPUT_TEXT: 100})
CENT = (Amount("input.text", Decimal("0.008")), Amount("output.text", Decimal("0.002")))


def seen(days_ago: float = 0.5, **fields: Any) -> Seen:
    facts: dict[str, Any] = {
        "provider": "openai",
        "operation": "chat",
        "model": "gpt-4o-2024-08-06",
        "host": "api.openai.com",
        "answered": True,
        "repeated": False,
        "unpriced": False,
        "cost": 10_000_000,
        "lines": CENT,
        "usage": READ,
        "tier": "default",
        "batch": False,
        "asked": Asked(),
    }
    return Seen(started_at=NOW - int(days_ago * DAY), **{**facts, **fields})


def look(calls: Iterable[Seen], *changes: Change, days: Days = DAYS) -> Outlook:
    return outlook(calls, days, changes, BOOK)


def to(model: str | None, provider: str = "openai", share: str | None = None, **terms: Any) -> Change:
    offered = Offered(provider, model) if model else None
    return Change(model=offered, terms=Terms(at=NOW, **terms), share=Decimal(share) if share else None)


def test_a_day_is_as_the_days_were() -> None:
    """Calls, failures and repeats a day, and the band of the amounts that were billed."""
    calls = [seen(0.1), seen(0.2, repeated=True), seen(1.5), seen(0.3, answered=False, usage=None, cost=None, lines=())]
    found = look(calls)
    assert (found.calls, found.calls_a_day, found.failed, found.repeated) == (4, 2, 1, 1)
    (billed,) = found.projections
    assert (billed.band.low, billed.band.mid, billed.band.high) == (Decimal("0.01"), Decimal("0.015"), Decimal("0.02"))
    assert billed.usd_a_call == Decimal("0.0075")
    assert (billed.priced, billed.unpriced) == (3, 0)
    assert billed.tokens == {"input": 450, "cached": 300, "output": 75}
    assert round(billed.rates["input"] * 1_800, 9) == Decimal("0.024")


def test_every_call_is_priced_again_under_another_model() -> None:
    """o3 takes $2, $0.50 and $8 a million; a call of the recorded size costs $0.0022."""
    found = look([seen(), seen(1.5)], to("o3"))
    _, other = found.projections
    assert other.usd_a_call == Decimal("0.0022")
    assert other.band.mid == Decimal("0.0022")
    assert other.rates == {"input": Decimal("0.000002"), "cached": Decimal("0.0000005"), "output": Decimal("0.000008")}


def test_a_long_prompt_is_priced_at_the_rate_of_long_prompts() -> None:
    """Each call by itself: two short ones are no long one."""
    long, short = (Usage(tokens={Bucket.INPUT_TEXT: count}) for count in (250_000, 125_000))
    gemini = to("gemini-2.5-pro", "google")
    assert look([seen(usage=long)], gemini).projections[1].usd_a_call == Decimal("0.625")
    assert look([seen(usage=short)] * 2, gemini).projections[1].usd_a_call == Decimal("0.15625")


@pytest.mark.parametrize(
    ("change", "usd"),
    [
        pytest.param(to(None), "0.003", id="as they were, by the book"),
        pytest.param(to(None, share="1"), "0.00225", id="all of it cached"),
        pytest.param(to(None, share="0"), "0.0035", id="none of it cached"),
        pytest.param(to(None, batch=True), "0.00175", id="in batches, which know no cache"),
        pytest.param(to(None, tier="priority"), "0.0051", id="at another tier"),
        pytest.param(to("gpt-4o", "azure"), "0.003", id="by another seller"),
    ],
)
def test_other_terms_change_the_price(change: Change, usd: str) -> None:
    """The models that answered, or another, at the share of the cache and in the way that is asked about."""
    _, other = look([seen()], change).projections
    assert other.usd_a_call == Decimal(usd)


def test_a_tier_is_a_word_of_its_seller() -> None:
    """It goes with the call to another model there, and not to another provider."""
    flex = seen(tier="flex", usage=Usage(tokens={Bucket.INPUT_TEXT: 100_000}))
    at_openai, elsewhere = look([flex], to("o3"), to("claude-sonnet-4-5", "anthropic")).projections[1:]
    assert at_openai.usd_a_call == Decimal("0.1")
    assert (elsewhere.usd_a_call, elsewhere.unpriced) == (Decimal("0.3"), 0)


def test_what_a_call_was_stays_with_it() -> None:
    """A batch has rates of its own, and a host stands for a region at the same seller."""
    assert look([seen(batch=True)], to("o3")).projections[1].usd_a_call == Decimal("0.0012")
    there = seen(host="eu.api.openai.com", usage=Usage(tokens={Bucket.INPUT_TEXT: 1_000}))
    regional, elsewhere = look([there], to("gpt-5.5"), to("claude-sonnet-4-5", "anthropic")).projections[1:]
    assert regional.usd_a_call == Decimal("0.0055")
    assert elsewhere.usd_a_call == Decimal("0.003")


def test_the_first_reason_for_a_missing_price_is_kept() -> None:
    """The others are as many as there are calls."""
    odd = [
        seen(usage=Usage(tokens={Bucket.INPUT_TEXT: 5, bucket: 5}))
        for bucket in (Bucket.INPUT_AUDIO, Bucket.OUTPUT_IMAGE)
    ]
    other = look(odd, to("o3")).projections[1]
    assert (other.priced, other.unpriced) == (2, 2)
    assert other.why.startswith("no price for input.audio")


def test_what_has_no_price_is_counted_and_never_a_zero() -> None:
    """Under a model that nobody sells, and where the ledger has none."""
    found = look([seen(), seen(cost=None, unpriced=True, lines=())], to("no-such-model"))
    billed, other = found.projections
    assert (billed.priced, billed.unpriced, billed.band.mid) == (1, 1, Decimal("0.005"))
    assert (other.priced, other.unpriced) == (0, 2)
    assert "no price for no-such-model" in other.why


def test_what_no_other_chat_model_can_do_is_left_out_of_a_comparison() -> None:
    """Embeddings are part of what was billed, and no part of it beside another model."""
    calls = [seen(), seen(operation="embeddings")]
    assert look(calls).calls == 2
    found = look(calls, to("o3"))
    assert (found.calls, found.left_out) == (1, {"embeddings": 1})
    assert found.projections[0].band.mid == Decimal("0.005")


def test_a_part_of_a_day_is_taken_for_a_day() -> None:
    """Six hours count four times."""
    found = look([seen(0.1)], days=Days(until=NOW, count=1, length=DAY // 4))
    assert (found.calls_a_day, found.projections[0].band.mid) == (4, Decimal("0.04"))


@given(counts=st.dictionaries(st.sampled_from(list(Bucket)), st.integers(0, 10**6)))
def test_every_token_is_of_one_kind(counts: dict[Bucket, int]) -> None:
    """The kinds add up to the usage, and a price line is of the kind of its bucket."""
    kinds = by_kind(Usage(tokens=counts))
    assert sum(kinds.values()) == sum(counts.values())
    for bucket, count in counts.items():
        assert kinds[kind_of(bucket) or ""] >= count
    assert kind_of("requests") is None
    assert by_kind(None) == {}
