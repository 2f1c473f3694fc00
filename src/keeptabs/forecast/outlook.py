"""What a day will cost if calls go on as they were: the calls of past days, as they were billed and under other models.

Every call is priced again one by one, as the meter does, so that steps of long prompts and fees count as they do there.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal

import msgspec

from keeptabs.core.cost import Cost, CostStatus
from keeptabs.core.dialect import Asked
from keeptabs.core.usage import Usage
from keeptabs.forecast.band import Band, band
from keeptabs.forecast.days import Days
from keeptabs.forecast.prospect import Offered, Terms, cached, question
from keeptabs.pricing.book import Book
from keeptabs.providers import recogniser
from keeptabs.store.forecasts import Seen

TEXT = frozenset({"chat", "text_completion", "generate_content"})  # operations that one model can do for another
_NANO = 1_000_000_000
KINDS = ("input", "cached", "output")  # of tokens, as a saved estimate tells them apart
_BUCKETS = {"input": ("input", "cache_write"), "cached": ("cache_read",), "output": ("output",)}


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be otherwise than it was. ``model`` is None for the models that answered."""

    model: Offered | None = None
    terms: Terms
    share: Decimal | None = None  # of the text that is read, from the provider's cache

    def usage(self, call: Seen) -> Usage | None:
        """What a call would use."""
        return call.usage if call.usage is None or self.share is None else cached(call.usage, self.share)

    def priced(self, call: Seen, book: Book) -> Cost:
        """What a call would cost."""
        own = Offered(_price_file(call.provider), call.model)
        model = self.model or own
        # A tier is the seller's own word, and so is the region that a host stands for.
        same = model.provider == own.provider
        tier = self.terms.tier or (call.tier if same else None)
        terms = msgspec.structs.replace(self.terms, tier=tier, batch=self.terms.batch or call.batch)
        asked = question(model, self.usage(call) or Usage(), terms)
        size = Asked(size=call.asked.size, quality=call.asked.quality)
        return book.price(msgspec.structs.replace(asked, asked=size, host=call.host if same else ""))


class Projection(msgspec.Struct, frozen=True, kw_only=True):
    """A day under one change, or as it was billed where that is None, in USD."""

    change: Change | None
    band: Band
    usd_a_call: Decimal
    tokens: dict[str, Decimal]  # a call, by kind
    rates: dict[str, Decimal]  # USD a token, by kind
    priced: int  # calls that have a price
    unpriced: int  # calls of which some or all has none: where there are any, the amounts are in part
    why: str = ""  # the first word on a price that is missing, disputed or stale


class Outlook(msgspec.Struct, frozen=True, kw_only=True):
    """The calls of the days, and what a day costs under each change."""

    days: Days
    calls: int
    calls_a_day: Decimal
    failed: int
    repeated: int
    models: dict[str, int]  # calls by the model that answered
    left_out: dict[str, int]  # calls by operation that no other model can do
    projections: list[Projection]


class _Total:
    """A change, with what has been added up under it so far."""

    def __init__(self, change: Change | None, days: Days) -> None:
        self.change = change
        self._days = [Decimal(0)] * days.count
        self._scaled = Decimal(days.scaled)
        self._amounts = dict.fromkeys(KINDS, Decimal(0))
        self._tokens: Counter[str] = Counter()
        self._unpriced = 0
        self._priced = 0
        self._why = ""

    def add(self, call: Seen, day: int, book: Book) -> None:
        if call.usage is None and call.cost is None and not call.answered:
            return  # a failure that used nothing: no price is missing
        self._tokens.update(by_kind(self.change.usage(call) if self.change else call.usage))
        usd, lines, missing, why = _billed(call) if self.change is None else _again(self.change.priced(call, book))
        self._unpriced += missing
        self._why = self._why or why
        if usd is None:
            return
        self._priced += 1
        self._days[day] += usd
        for unit, amount in lines:
            if (kind := kind_of(unit)) is not None:
                self._amounts[kind] += amount

    def projection(self, calls: int) -> Projection:
        tokens = {kind: Decimal(self._tokens[kind]) for kind in KINDS}
        return Projection(
            change=self.change,
            band=band([day * self._scaled for day in self._days]),
            usd_a_call=sum(self._days, Decimal(0)) / max(calls, 1),
            tokens={kind: count / max(calls, 1) for kind, count in tokens.items()},
            rates={kind: self._amounts[kind] / tokens[kind] if tokens[kind] else Decimal(0) for kind in KINDS},
            priced=self._priced,
            unpriced=self._unpriced,
            why=self._why,
        )


_Bill = tuple[Decimal | None, list[tuple[str, Decimal]], bool, str]


def _billed(call: Seen) -> _Bill:
    usd = None if call.cost is None else Decimal(call.cost) / _NANO
    return usd, [(line.unit, line.amount) for line in call.lines], call.unpriced, ""


def _again(cost: Cost) -> _Bill:
    missing = cost.usd is None or cost.status is CostStatus.PARTIAL
    doubtful = missing or cost.status in {CostStatus.DISPUTED, CostStatus.STALE}
    return cost.usd, [(line.unit, line.amount) for line in cost.lines], missing, cost.why if doubtful else ""


def outlook(seen: Iterable[Seen], days: Days, changes: Sequence[Change], book: Book) -> Outlook:
    """What the calls of ``days`` say of a day to come, as they were billed and under each change.

    Raises:
        PriceFileError: a price file is broken.
    """
    totals = [_Total(change, days) for change in (None, *changes)]
    calls = failed = repeated = 0
    models: Counter[str] = Counter()
    left_out: Counter[str] = Counter()
    for call in seen:
        if changes and call.operation not in TEXT:
            left_out[call.operation] += 1
            continue
        calls, failed, repeated = calls + 1, failed + (not call.answered), repeated + call.repeated
        models[call.model] += 1
        for total in totals:
            total.add(call, days.index(call.started_at), book)
    return Outlook(
        days=days,
        calls=calls,
        calls_a_day=Decimal(calls) / days.count * Decimal(days.scaled),
        failed=failed,
        repeated=repeated,
        models=dict(models.most_common()),
        left_out=dict(left_out),
        projections=[total.projection(calls) for total in totals],
    )


def by_kind(usage: Usage | None) -> dict[str, int]:
    """Tokens by the kinds of a saved estimate."""
    return {kind: usage.sum(*buckets) or 0 for kind, buckets in _BUCKETS.items()} if usage else {}


def kind_of(unit: str) -> str | None:
    """The kind that a bucket's price line belongs to; None for what is billed by other units than tokens."""
    return next((kind for kind, buckets in _BUCKETS.items() if unit.partition(".")[0] in buckets), None)


def _price_file(provider: str) -> str:
    """The price file of a provider, which has the provider's own name where there is no other."""
    known = recogniser().provider(provider)
    return (known.book if known else None) or provider
