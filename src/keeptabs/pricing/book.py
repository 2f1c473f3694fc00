"""The price book: what a measured usage cost, at the prices of its own day."""

from bisect import bisect_right
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import msgspec

from keeptabs.core.cost import Cost, CostStatus
from keeptabs.core.dialect import Asked
from keeptabs.core.usage import Usage
from keeptabs.pricing import load
from keeptabs.pricing.bill import Subject, bill
from keeptabs.pricing.pricelist import Offer, Pricelist
from keeptabs.pricing.rows import NANOSECONDS, SECONDS_A_DAY, Entry, PriceFileError
from keeptabs.pricing.tariff import Tariff, resolve

if TYPE_CHECKING:
    from keeptabs.pricing.written import Written

__all__ = ["Book", "PriceFileError", "Question"]

_K = TypeVar("_K")
_V = TypeVar("_V")
# What says nothing of a kind of service; "on_demand" is Google's word for it, "global" that of Azure's scopes.
_STANDARD = frozenset({"", "default", "auto", "standard", "on_demand", "global"})
_BATCH = "batch"
STALE_AFTER = 180  # days
# What the image endpoints take when a request does not say, or says "auto".
_UNSAID = {"size": "1024x1024", "quality": "standard"}
_MOST_KEPT = 4_096  # names come from the wire: what is kept by name must have an end


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """One call to be priced."""

    provider: str  # the name of its price file, else its own
    model: str | None
    usage: Usage | None
    at: int  # nanoseconds since the epoch
    tier: str | None = None  # the service tier that was served; None, default, auto and standard mean standard
    batch: bool = False
    asked: Asked = Asked()  # size and quality, for images
    host: str = ""
    kinds: Mapping[str, str] = {}  # what else the call is, as rows say it in ``when``: speed, inference_geo, …


class Book:
    """Prices, loaded one provider at a time and only when asked for.

    ``user_file`` is a TOML file of rows that come before all others; ``pulled`` the folder of prices that were fetched;
    ``stale_after`` the days after which prices that nobody has checked since are called stale.
    """

    def __init__(
        self, user_file: Path | None = None, *, pulled: Path | None = None, stale_after: int = STALE_AFTER
    ) -> None:
        self._user_file = user_file
        self._pulled = load.pulled(pulled)
        self._stale_after = stale_after
        self._user: Written | None = None
        self._lists: dict[str, Pricelist] = {}
        self._offers: dict[tuple[str, str], Offer | None] = {}
        self._tariffs: dict[tuple[object, ...], Tariff] = {}
        self.version = load.version(self._pulled, user_file)

    def price(self, question: Question) -> Cost:
        """What the usage cost in USD, with every rate and its source; an amount that is not known is None.

        Raises:
            PriceFileError: a price file is broken. Nothing else is raised, whatever the usage, model or tier.
        """
        usage = question.usage
        if usage is None or not (usage.tokens or usage.units):
            return Cost(status=CostStatus.NO_USAGE, book=self.version, why="the answer reported no usage")
        prices = self._list(question.provider)
        own = prices.free(question.host)
        if own is not None:
            return Cost(usd=Decimal(0), status=CostStatus.FREE, book=self.version, why=own.reason)
        if not question.model:
            return Cost(status=CostStatus.UNPRICED, book=self.version, why="no model is named")
        alias = prices.alias(question.model, question.host)
        offer = self.offer(question.provider, alias.model if alias else question.model)
        if offer is None:
            why = f"no price for {question.model} at {question.provider}"
            return Cost(status=CostStatus.UNPRICED, book=self.version, why=why)
        subject = Subject(
            model=question.model,
            provider=question.provider,
            at=question.at,
            book=self.version,
            stale_after=self._stale_after,
        )
        return bill(usage, self._tariff(offer, question, alias.scope if alias else ""), subject)

    def rows(self, provider: str, model: str) -> list[Entry]:
        """All rows for ``model``, the strongest layer first; in a layer, the last that holds wins.

        Raises:
            PriceFileError: a price file is broken.
        """
        offer = self.offer(provider, model)
        return list(offer.entries) if offer else []

    def offer(self, provider: str, model: str) -> Offer | None:
        """All that is known of the prices of ``model``, or None.

        Raises:
            PriceFileError: a price file is broken.
        """
        key = (provider, model)
        if key in self._offers:
            return self._offers[key]
        own = self._list(provider)
        offer = own.find(model)
        for other in own.fallback:
            offer = offer or self._list(other).find(model, seller=own)
        _keep(self._offers, key, offer)
        return offer

    def _list(self, provider: str) -> Pricelist:
        found = self._lists.get(provider)
        if found is None:
            if self._user_file is not None and self._user is None:
                self._user = load.user(self._user_file)
            found = Pricelist(provider, load.base(provider, self._pulled), load.overlay(provider), self._user)
            _keep(self._lists, provider, found)
        return found

    def _tariff(self, offer: Offer, question: Question, scope: str) -> Tariff:
        second = question.at // NANOSECONDS
        day, moment = divmod(second, SECONDS_A_DAY)
        context = _context(offer, question, scope)
        band = (bisect_right(offer.edges, day), bisect_right(offer.moments, moment), day % 7 if offer.weekly else None)
        key = (question.provider, offer.model, band, *context.items())
        tariff = self._tariffs.get(key)
        if tariff is None:
            tariff = resolve(offer, context, question.at)
            _keep(self._tariffs, key, tariff)
        return tariff


def _context(offer: Offer, question: Question, scope: str) -> Mapping[str, str]:
    """The kind of call, in the words that rows use in ``when``."""
    context = {}
    tier = (question.tier or "").lower()
    if question.batch or tier == _BATCH:
        context["processing"] = _BATCH
    if tier != _BATCH and tier not in _STANDARD:
        context["service_tier"] = tier
    context.update({kind: said for kind, said in question.kinds.items() if said not in _STANDARD})
    if scope not in _STANDARD:
        context["scope"] = scope
    if "host" in offer.kinds:
        context["host"] = question.host
    for kind in _UNSAID.keys() & offer.kinds:
        said = getattr(question.asked, kind)
        context[kind] = said if said and said != "auto" else _UNSAID[kind]
    return context


def _keep(kept: dict[_K, _V], key: _K, value: _V) -> None:
    if len(kept) >= _MOST_KEPT:
        kept.clear()
    kept[key] = value
