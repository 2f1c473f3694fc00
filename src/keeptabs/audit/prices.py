"""What a call would have cost, had it been made otherwise."""

from decimal import Decimal
from typing import Any

import msgspec

from keeptabs.charges import charged
from keeptabs.core.call import Call
from keeptabs.core.cost import CostStatus
from keeptabs.core.usage import Bucket, Usage
from keeptabs.pricing.book import Book

_KNOWN = frozenset({CostStatus.PRICED, CostStatus.FREE, CostStatus.ESTIMATED, CostStatus.STALE, CostStatus.DISPUTED})
_UNCACHED = (Bucket.INPUT_TEXT, Bucket.CACHE_WRITE, Bucket.CACHE_WRITE_5M, Bucket.CACHE_WRITE_1H)


class Prices:
    """Prices calls again, each at its own time, by the function that priced it first."""

    def __init__(self, book: Book) -> None:
        self._book = book

    def saved(self, call: Call, **change: Any) -> Decimal | None:
        """What a call with other members would have cost less, in USD; None where one of the two is not known."""
        before, after = self._usd(call), self._usd(msgspec.structs.replace(call, **change))
        return None if before is None or after is None else before - after

    def saved_by_model(self, call: Call, model: str) -> Decimal | None:
        """What the same tokens would have cost less with another model of the same provider."""
        asked = msgspec.structs.replace(call.request, model=model)
        return self.saved(call, request=asked, response_model=model)

    def saved_by_cache(self, call: Call, tokens: int) -> Decimal | None:
        """What a call would have cost less, had so many more of its input tokens come from the provider's cache."""
        if call.usage is None:
            return None
        return self.saved(call, usage=_from_cache(call.usage, tokens))

    def _usd(self, call: Call) -> Decimal | None:
        cost = charged(call, self._book)
        return cost.usd if cost.status in _KNOWN else None


def _from_cache(usage: Usage, tokens: int) -> Usage:
    moved, buckets = 0, dict(usage.tokens)
    for bucket in _UNCACHED:
        taken = min(buckets.get(bucket, 0), tokens - moved)
        if taken > 0:
            buckets[bucket] -= taken
            moved += taken
    buckets[Bucket.CACHE_READ_TEXT] = buckets.get(Bucket.CACHE_READ_TEXT, 0) + moved
    return msgspec.structs.replace(usage, tokens=buckets)
