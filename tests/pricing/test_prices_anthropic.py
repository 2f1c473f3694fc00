"""What calls to Anthropic cost: long prompts, batches, fast mode, where inference runs, and history."""

import sys
from pathlib import Path

import pytest

from keeptabs.core.usage import Bucket, Unit
from keeptabs.pricing.book import Book

sys.path.insert(0, str(Path(__file__).parent))
try:
    from priced_cases import (
        BATCH,
        BOTH,
        CACHED,
        DISPUTED,
        IN,
        OUT,
        PARTIAL,
        PRIORITY,
        READ,
        Case,
        K,
        answered,
        name,
        sources,
    )
finally:
    sys.path.pop(0)

PAGE = "https://www.anthropic.com/pricing#api"
LITELLM = "https://pypi.org/project/litellm/1.109.1/"
BATCHES = "https://claude.com/blog/message-batches-api"
HAIKU = "https://aiwiki.ai/wiki/claude_3_5_haiku"
MYTHOS = "https://hadi.aboudaya.com/blog/anthropic-claude-mythos-system-card-analysis"

FAST = {"kinds": {"speed": "fast"}}
IN_US = {"kinds": {"inference_geo": "us"}}
FAST_IN_US = {"kinds": {"speed": "fast", "inference_geo": "us"}}
BOOK = Book()
CASES = [
    # Caches and history.
    Case(
        "anthropic",
        "claude-sonnet-4-5-20250929",
        {IN: 3 * K, READ: 4 * K, Bucket.CACHE_WRITE_5M: 2 * K, Bucket.CACHE_WRITE_1H: K, OUT: K},
        "0.0387",
        PAGE,
    ),
    Case("anthropic", "claude-3-5-haiku-20241022", BOTH, "0.006", HAIKU, "2024-11-10"),
    Case("anthropic", "claude-3-5-haiku-20241022", BOTH, "0.0048", PAGE, "2025-01-10"),
    Case("anthropic", "claude-mythos-preview", BOTH, "0.15", MYTHOS, "2026-05-01", status=DISPUTED),
    # Long prompts; requests of a batch are as long as each of them is.
    Case("anthropic", "claude-haiku-5-5", {IN: 120 * K, OUT: K}, "0.0625", PAGE),
    Case("anthropic", "claude-haiku-5-5", {IN: 200 * K, OUT: 20 * K}, "0.015", PAGE, more=BATCH, longest=10 * K),
    Case("anthropic", "claude-sonnet-4-20250514", {IN: 250 * K, OUT: K}, "1.5225", LITELLM, "2025-09-01"),
    Case("anthropic", "claude-sonnet-4-20250514", {IN: 250 * K, OUT: K}, "0.765", PAGE, "2025-07-01"),
    # Batches, fast mode, inference in the US, and tiers: Priority is bought by the month.
    Case("anthropic", "claude-3-5-sonnet-20241022", BOTH, "0.009", PAGE, "2025-01-15", BATCH),
    Case("anthropic", "claude-haiku-4-5-20251001", BOTH, "0.003", BATCHES, "2026-08-19", BATCH),
    Case("anthropic", "claude-opus-4-6", CACHED, "0.183", PAGE, "2026-02-20", FAST),
    Case("anthropic", "claude-opus-4-6", {IN: 250 * K, OUT: K}, "15.225", PAGE, "2026-02-20", FAST),
    Case("anthropic", "claude-opus-5-5", BOTH, "0.048", PAGE, more=FAST),
    Case("anthropic", "claude-opus-5-5", BOTH, "0.0528", PAGE, more=FAST_IN_US),
    Case("anthropic", "claude-sonnet-4-6", {**BOTH, Unit.WEB_SEARCHES: 2}, "0.0398", PAGE, more=IN_US),
    Case("anthropic", "claude-haiku-4-5", BOTH, "0.006", PAGE, more=IN_US),
    Case("anthropic", "claude-haiku-4-5", BOTH, "0.006", PAGE, more=FAST, status=PARTIAL),
    Case("anthropic", "claude-sonnet-4-6", BOTH, "0.018", PAGE, more=PRIORITY, status=PARTIAL),
    Case("anthropic", "claude-sonnet-4-6", BOTH, "0.018", PAGE, more={"tier": "standard"}),
]


@pytest.mark.parametrize("case", CASES, ids=name)
def test_a_known_call_costs_what_is_known(case: Case) -> None:
    """With every step, service and place that its answers tell."""
    cost = BOOK.price(case.question)
    assert answered(cost) == case.known, cost.why
    assert case.source in sources(cost)
