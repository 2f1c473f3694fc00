"""What a measured call cost: who billed whom, for which model, by which price file. No I/O."""

from collections.abc import Iterator
from decimal import Decimal
from functools import reduce

import msgspec

from keeptabs.core.call import Call
from keeptabs.core.cost import Cost, CostStatus, together
from keeptabs.core.provider import Provider
from keeptabs.core.usage import Usage
from keeptabs.pricing.book import Book, Question
from keeptabs.providers import recogniser

# What is said of a call that its price may depend on, as price rows name them in ``when``.
_KINDS = {
    "keeptabs.speed": "speed",
    "keeptabs.inference_geo": "inference_geo",
    "keeptabs.container.memory_limit": "memory_limit",
    "keeptabs.search_context_size": "search_context_size",
    "keeptabs.search_type": "search_type",
}
SERVED_BY = "keeptabs.served_by"  # the fact of a call that somebody else served than who was called


def charged(call: Call, book: Book | None) -> Cost:
    """What a call cost by a book, at the prices of its own time; the cost that it carries is not looked at."""
    provider = recogniser().provider(call.provider)
    free = next((each.free for each in provider.routes.values() if each.api == call.api), "") if provider else ""
    if free:
        return Cost(usd=Decimal(0), status=CostStatus.FREE, why=free)
    cost = _listed(call, provider, book)
    if call.usage is not None and call.usage.apart and cost.usd is not None:
        why = "; ".join(filter(None, (cost.why, call.usage.apart)))
        cost = msgspec.structs.replace(cost, status=CostStatus.PARTIAL, why=why)
    if call.cached is None:
        return cost
    why = "answered by a cache of the application"
    return Cost(usd=Decimal(0), status=CostStatus.FREE, book=cost.book, why=why, saved=cost.usd)


def _listed(call: Call, provider: Provider | None, book: Book | None) -> Cost:
    if call.usage is not None and call.usage.reported_usd is not None:
        return Cost(usd=call.usage.reported_usd, status=CostStatus.PROVIDER_REPORTED)
    if book is None:
        return Cost(status=CostStatus.UNPRICED, why="the price book cannot be read")
    said = call.request.settings | call.facts
    question = Question(
        provider=_book(provider, call),
        model=_bare(provider, _model(provider, call, book)),
        usage=call.usage,
        at=call.timing.started_at,
        tier=call.service_tier,
        batch=call.batch,
        asked=call.request,
        host=call.server,
        kinds={kind: str(said[fact]) for fact, kind in _KINDS.items() if fact in said},
    )
    return reduce(together, map(book.price, _billed(question)))


def _billed(question: Question) -> Iterator[Question]:
    """Each model that is billed: the one that answered, unless it is billed as others are, and those beside it."""
    usage = question.usage or Usage()
    if not usage.shares:
        yield question
    elif usage.units:
        yield msgspec.structs.replace(question, usage=msgspec.structs.replace(usage, tokens={}))
    for other in (*usage.shares, *usage.asides):
        yield msgspec.structs.replace(question, model=other.model, usage=Usage(tokens=other.tokens))


def _model(provider: Provider | None, call: Call, book: Book) -> str | None:
    """The model that is billed: as the answer names it, or as the request did where more hangs on that.

    A request may name a profile that stands for any model: then the answer knows better.
    """
    answered, asked = call.response_model, call.request.model
    if provider is None or not provider.bills_requested_model or not asked or not answered:
        return answered or asked
    return asked if book.offer(_book(provider, call), asked) else answered


def _book(provider: Provider | None, call: Call) -> str:
    """The name of the price file; a provider that has none goes by its own name, under which a user may have rows."""
    seller = call.facts.get(SERVED_BY)
    if provider and provider.resold and seller:
        return provider.resold.book.format(seller)
    book = provider.books.get(call.server, provider.book) if provider else None
    return book or call.provider


def _bare(provider: Provider | None, model: str | None) -> str | None:
    return model.partition(":")[0] if model and provider and provider.resold else model
