"""What calls to DeepSeek cost: many price lists in two years, with cheaper nights, then dearer working hours."""

import sys
from pathlib import Path

import pytest

from keeptabs.core.usage import Unit
from keeptabs.pricing.book import Book

sys.path.insert(0, str(Path(__file__).parent))
try:
    from priced_cases import IN, OUT, READ, Case, Counts, K, answered, name, sources
finally:
    sys.path.pop(0)

PAGE = "https://api-docs.deepseek.com/quick_start/pricing"
LITELLM = "https://github.com/BerriAI/litellm/blob/main/model_prices_and_context_window.json"
ROO = "https://raw.githubusercontent.com/RooCodeInc/Roo-Code/main/packages/types/src/providers/deepseek.ts"
V4 = "https://modelpricelab.com/changes/deepseek-v4-pro-flash-launched-2026-04-24"
TOKENMIX = "https://tokenmix.ai/blog/deepseek-api-pricing"
WEEKENDS = "https://github.com/topics/weekend-pricing"

BOOK = Book()
PROMPT: Counts = {IN: 10 * K, READ: 5 * K, OUT: K}
CASES = [
    # V3: its introduction, its price, and its nights at half of that, until V3.1.
    Case("deepseek", "deepseek-chat", PROMPT, "0.00175", LITELLM, "2024-12-30T12:00:00"),
    Case("deepseek", "deepseek-chat", PROMPT, "0.00175", LITELLM, "2025-02-08T15:59:59"),
    Case("deepseek", "deepseek-chat", PROMPT, "0.00415", PAGE, "2025-02-08T16:00:00"),
    Case("deepseek", "deepseek-chat", PROMPT, "0.00415", PAGE, "2025-02-26T16:29:59"),
    Case("deepseek", "deepseek-chat", PROMPT, "0.002075", PAGE, "2025-02-26T16:30:00"),
    Case("deepseek", "deepseek-chat", PROMPT, "0.002075", PAGE, "2025-02-27T00:29:59"),
    Case("deepseek", "deepseek-chat", PROMPT, "0.00415", PAGE, "2025-02-26T00:10:00"),
    Case("deepseek", "deepseek-chat", PROMPT, "0.00415", PAGE, "2025-02-27T00:30:00"),
    # R1: its nights at about a quarter.
    Case("deepseek", "deepseek-reasoner", PROMPT, "0.00839", PAGE, "2025-02-01T20:00:00"),
    Case("deepseek", "deepseek-reasoner", PROMPT, "0.002075", PAGE, "2025-07-01T20:00:00"),
    Case("deepseek", "deepseek-reasoner", PROMPT, "0.00839", PAGE, "2025-07-01T12:00:00"),
    # The day of V3.1, after whose first hours nights were over, then V3.2.
    Case("deepseek", "deepseek-chat", PROMPT, "0.002075", PAGE, "2025-09-05T00:10:00"),
    Case("deepseek", "deepseek-chat", PROMPT, "0.00415", PAGE, "2025-09-05T15:59:59"),
    Case("deepseek", "deepseek-chat", PROMPT, "0.00763", PAGE, "2025-09-05T16:00:00"),
    Case("deepseek", "deepseek-chat", PROMPT, "0.00763", PAGE, "2025-09-05T20:00:00"),
    Case("deepseek", "deepseek-reasoner", PROMPT, "0.00763", PAGE, "2025-09-10T20:00:00"),
    Case("deepseek", "deepseek-chat", PROMPT, "0.00336", ROO, "2025-12-01T20:00:00"),
    Case("deepseek", "deepseek-reasoner", PROMPT, "0.00336", ROO, "2026-04-23T23:59:59"),
    # V4: cheaper reads from the cache two days later.
    Case("deepseek", "deepseek-chat", PROMPT, "0.00182", V4, "2026-04-24T01:00:00"),
    Case("deepseek", "deepseek-v4-flash", PROMPT, "0.00182", V4, "2026-04-26T12:14:59"),
    Case("deepseek", "deepseek-v4-flash", PROMPT, "0.001694", TOKENMIX, "2026-04-26T12:15:00"),
    Case("deepseek", "deepseek-v4-flash", PROMPT, "0.001694", PAGE, "2026-06-03T02:00:00"),
    Case("deepseek", "deepseek-chat", PROMPT, "0.001694", TOKENMIX, "2026-06-03T02:00:00"),
    Case("deepseek", "deepseek-v4-pro", PROMPT, "0.021605", V4, "2026-04-25T02:00:00"),
    Case("deepseek", "deepseek-v4-pro", PROMPT, "0.005238125", PAGE, "2026-06-03T02:00:00"),
    # Peak hours at double the price: for a week on every day, then not at weekends.
    Case("deepseek", "deepseek-v4-flash", PROMPT, "0.001694", PAGE, "2026-08-16T15:59:59"),
    Case("deepseek", "deepseek-v4-flash", PROMPT, "0.002895", PAGE, "2026-08-16T16:00:00"),
    Case("deepseek", "deepseek-v4-flash", PROMPT, "0.002895", PAGE, "2026-08-17T00:59:59"),
    Case("deepseek", "deepseek-v4-flash", PROMPT, "0.00579", PAGE, "2026-08-17T01:00:00"),
    Case("deepseek", "deepseek-v4-flash", PROMPT, "0.002895", PAGE, "2026-08-17T04:00:00"),
    Case("deepseek", "deepseek-v4-flash", PROMPT, "0.00579", WEEKENDS, "2026-08-22T06:00:00"),
    Case("deepseek", "deepseek-v4-flash", PROMPT, "0.002895", PAGE, "2026-08-23T06:00:00"),
    Case("deepseek", "deepseek-v4-flash-vision-exp", PROMPT, "0.00579", PAGE, "2026-09-01T09:59:59"),
    # V4.1, with holidays: 25 September and the first week of October.
    Case("deepseek", "deepseek-flash", PROMPT, "0.002115", PAGE, "2026-09-10T00:30:00"),
    Case("deepseek", "deepseek-flash", PROMPT, "0.00423", PAGE, "2026-09-10T02:00:00"),
    Case("deepseek", "deepseek-flash", PROMPT, "0.002115", PAGE, "2026-09-12T02:00:00"),
    Case("deepseek", "deepseek-flash", PROMPT, "0.002115", PAGE, "2026-09-25T02:00:00"),
    Case("deepseek", "deepseek-flash", PROMPT, "0.00423", PAGE, "2026-09-28T02:00:00"),
    Case("deepseek", "deepseek-flash", PROMPT, "0.002115", PAGE, "2026-10-07T02:00:00"),
    Case("deepseek", "deepseek-flash", PROMPT, "0.00423", PAGE, "2026-10-08T02:00:00"),
    Case("deepseek", "deepseek-flash", PROMPT, "0.00423", PAGE, "2026-11-24T09:00:00"),
    Case("deepseek", "deepseek-v4-pro", PROMPT, "0.00869", PAGE, "2026-11-22T09:00:00"),
    Case("deepseek", "deepseek-v4-pro", PROMPT, "0.01738", PAGE, "2026-11-24T09:00:00"),
    # Searches, which are billed since November.
    Case("deepseek", "deepseek-flash", {**PROMPT, Unit.WEB_SEARCHES: 4}, "0.002115", PAGE, "2026-10-10T12:00:00"),
    Case("deepseek", "deepseek-flash", {**PROMPT, Unit.WEB_SEARCHES: 4}, "0.005115", PAGE, "2026-11-07T12:00:00"),
]


@pytest.mark.parametrize("case", CASES, ids=name)
def test_a_known_call_costs_what_is_known(case: Case) -> None:
    """To the second, over midnight, weekends and holidays."""
    cost = BOOK.price(case.question)
    assert answered(cost) == case.known, cost.why
    assert case.source in sources(cost)
