"""What a call of a known size costs under each of several models: price alone, the cheapest first."""

from collections.abc import Iterable
from decimal import Decimal

import msgspec

from keeptabs.core.cost import Cost
from keeptabs.core.errors import UserError
from keeptabs.core.usage import Bucket, Usage
from keeptabs.pricing.book import Book, Question
from keeptabs.pricing.catalogue import Catalogue

DAYS_A_MONTH = 30
NOBODY = "any provider"  # in place of one, for a model that is in no price file
# Whose price it is where several sell a model of that name: its maker's, in this order.
_MAKERS = (
    "openai",
    "anthropic",
    "google",
    "mistral",
    "cohere",
    "deepseek",
    "x-ai",
    "groq",
    "perplexity",
    "moonshotai",
    "zai",
    "voyageai",
    "meta",
    "minimax",
)


class Offered(msgspec.Struct, frozen=True):
    """A model and the price file that it is in."""

    provider: str
    model: str


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """When and how calls are made."""

    at: int  # nanoseconds since the epoch
    tier: str | None = None
    batch: bool = False


class Prospect(msgspec.Struct, frozen=True, kw_only=True):
    """One model's price: ``mid`` for what is expected; ``low`` and ``high`` differ where the usage is estimated."""

    offered: Offered
    low: Cost
    mid: Cost
    high: Cost
    calls_a_day: Decimal | None = None

    def a_day(self, cost: Cost) -> Decimal | None:
        """USD a day at one of the three costs; None when a rate of calls or the price is not known."""
        return None if cost.usd is None or self.calls_a_day is None else cost.usd * self.calls_a_day

    def a_month(self, cost: Cost) -> Decimal | None:
        """The same for thirty days."""
        day = self.a_day(cost)
        return None if day is None else day * DAYS_A_MONTH


def offered(text: str, provider: str | None, catalogue: Catalogue) -> Offered:
    """What a person means by ``text``: ``model``, or ``provider/model``; the provider is guessed where none is named.

    Raises:
        UserError: several sell a model of that name and none of them is its maker.
    """
    if provider is not None:
        return Offered(provider, text)
    first, slash, rest = text.partition("/")
    if slash and rest and first in catalogue.providers:
        return Offered(first, rest)
    sellers = [name for name, _ in catalogue.offers(text)]
    maker = next((name for name in _MAKERS if name in sellers), None)
    if maker is None and len(sellers) > 1:
        said = ", ".join(f"{name}/{text}" for name in sellers[:4])
        raise UserError(f"several sell {text}: say which, as in {said}")
    return Offered(maker or next(iter(sellers), NOBODY), text)


def prospects(
    models: Iterable[Offered], usages: tuple[Usage, Usage, Usage], terms: Terms, book: Book, calls_a_day: Decimal | None
) -> list[Prospect]:
    """A price for each model, the cheapest first, those without one last; usages at the low end, middle and high end.

    Raises:
        PriceFileError: a price file is broken.
    """
    found = []
    for model in models:
        low, mid, high = (book.price(question(model, usage, terms)) for usage in usages)
        found.append(Prospect(offered=model, low=low, mid=mid, high=high, calls_a_day=calls_a_day))
    return sorted(found, key=_rank)


def question(model: Offered, usage: Usage, terms: Terms) -> Question:
    """What the book is asked."""
    return Question(
        provider=model.provider, model=model.model, usage=usage, at=terms.at, tier=terms.tier, batch=terms.batch
    )


def _rank(found: Prospect) -> tuple[bool, Decimal, str]:
    return found.mid.usd is None, found.mid.usd or Decimal(0), found.offered.model


def cached(usage: Usage, share: Decimal) -> Usage:
    """The usage as it would be if ``share`` of the text that is read came from the provider's cache.

    What is written to a cache stays.
    """
    read = usage.tokens.get(Bucket.INPUT_TEXT, 0) + usage.tokens.get(Bucket.CACHE_READ_TEXT, 0)
    if not read:
        return usage
    hits = int(read * share)
    tokens = {**usage.tokens, Bucket.INPUT_TEXT: read - hits, Bucket.CACHE_READ_TEXT: hits}
    return msgspec.structs.replace(usage, tokens=tokens)
