"""Cases that an audit must find, one a rule, each with the dollars that it costs: worked out by hand from the rates.

Rates in USD a million tokens, input, cached and output: gpt-6.1-sol 2, 0.1 and 10, claude-sonnet-5-5 the same, half of
that in batches; gpt-6.1-terra 1, 0.05 and 5; claude-opus-5-5 4, 0.2 and 20; claude-haiku-5-5 0.1, 0.01 and 0.5;
text-embedding-3-large 0.13 (pricing/base, checked 2026-11-24).
"""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

import msgspec

from keeptabs.store.record import Record
from keeptabs.testing.month import plants_of_calls as calls
from keeptabs.testing.month import plants_of_facts as facts
from keeptabs.testing.month import plants_of_failures as failures
from keeptabs.testing.month import plants_of_prompts as prompts
from keeptabs.testing.month.made import Maker


class Plant(msgspec.Struct, frozen=True, kw_only=True):
    """A case for one rule. ``usd`` is what its findings must add up to; None: the amount cannot be known."""

    records: Callable[[Maker, int], Iterator[Record]]  # a maker, and the start of the month in nanoseconds
    usd: Decimal | None = None


def _usd(amount: str) -> Decimal:
    return Decimal(amount)


# By the id of the rule that must find it.
PLANTS: Mapping[str, Plant] = {
    # 20 requests of 0.003, each asked 50 times more within a day
    "duplicates": Plant(records=prompts.repeated, usd=_usd("3.00")),
    # 8,000 tokens at 2 that would have cost 0.1: 0.0152, for 300 calls without marks and 200 with a changing beginning
    "prompt_cache": Plant(records=prompts.uncached, usd=_usd("7.60")),
    # 300 streams of 0.01 that broke off and were repeated; 50 early, 50 hasty, 100 doomed ones that cost nothing
    "retries": Plant(records=failures.retried, usd=_usd("3.00")),
    # 300 of 0.01, left
    "abandoned": Plant(records=failures.abandoned, usd=_usd("3.00")),
    # 1,200 calls of 0.011 at half the price
    "batchable": Plant(records=calls.nightly, usd=_usd("6.60")),
    # 1,000 calls of 0.003 at half the price
    "sibling": Plant(records=calls.large, usd=_usd("1.50")),
    # 1,000 calls of 0.0081 that would have cost 0.0002025
    "flagship": Plant(records=calls.labels, usd=_usd("7.8975")),
    "max_tokens": Plant(records=calls.unlimited),
    # 400 calls of 0.012, of which 1,000 tokens at 10 are reasoning
    "reasoning": Plant(records=calls.thoughtful, usd=_usd("4.00")),
    # one day of 400 calls of 0.01 among nine of 10: 4.00 less 0.10
    "spikes": Plant(records=calls.spiking, usd=_usd("3.90")),
    # 600 calls with 1,105 tokens, of which 1,000 are no text and 170 would do for two pictures: 830 at 2
    "image_detail": Plant(records=prompts.pictures, usd=_usd("0.996")),
    # 2,000 texts of 8,000 tokens at 0.13, of which half are known
    "embeddings": Plant(records=prompts.embedded_again, usd=_usd("1.04")),
    "dimensions": Plant(records=prompts.long_vectors),
    "audio_size": Plant(records=facts.recordings),
    "unpinned": Plant(records=facts.unpinned),
    "shutdown": Plant(records=facts.retired),
    "headroom": Plant(records=facts.nearly_limited),
    "unpriced": Plant(records=facts.unpriced),
    "shared_keys": Plant(records=facts.shared_key),
    "secrets": Plant(records=facts.secrets),
}
