"""The price book: what a measured usage cost, at the prices of its own day."""

from bisect import bisect_right
from collections.abc import Mapping
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
_STANDARD = frozenset({"", "default", "auto", "standard"})
_BATCH = "batch"
# What the image endpoints take when a request does not say, or says "auto".
_UNSAID = {"size": "1024x1024", "quality": "standard"}
_MOST_KEPT = 4_096  # names come from the wire: what is kept by name must have an end


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """One call to be priced."""

    provider: str  # the name of its price file: "openai", "azure"; others have none
    model: str | None
    usage: Usage | None
    at: int  # nanoseconds since the epoch
    tier: str | None = None  # the service tier that was served; None, default, auto and standard mean standard
    batch: bool = False
    asked: Asked = Asked()  # size and quality, for images


class Book:
    """Prices, loaded one provider at a time and only when asked for.

    ``user_file`` is a TOML file of rows that come before all others.
    """

    def __init__(self, user_file: Path | None = None) -> None:
        self._user_file = user_file
        self._user: Written | None = None
        self._lists: dict[str, Pricelist] = {}
        self._offers: dict[tuple[str, str], Offer | None] = {}
        self._tariffs: dict[tuple[object, ...], Tariff] = {}
        self.version = f"{load.BASE} + overlay {load.OVERLAY}{f' + user {user_file.name}' if user_file else ''}"

    def price(self, question: Question) -> Cost:
        """What the usage cost in USD, with every rate and its source; an amount that is not known is None.

        Raises:
            PriceFileError: a price file is broken. Nothing else is raised, whatever the usage, model or tier.
        """
        usage = question.usage
        if usage is None or not (usage.tokens or usage.units):
            return Cost(status=CostStatus.NO_USAGE, book=self.version, why="the answer reported no usage")
        if not question.model:
            return Cost(status=CostStatus.UNPRICED, book=self.version, why="no model is named")
        offer = self._offer(question.provider, question.model)
        if offer is None:
            why = f"no price for {question.model} at {question.provider}"
            return Cost(status=CostStatus.UNPRICED, book=self.version, why=why)
        subject = Subject(model=question.model, provider=question.provider, at=question.at, book=self.version)
        return bill(usage, self._tariff(offer, question), subject)

    def rows(self, provider: str, model: str) -> list[Entry]:
        """All rows for ``model``, the strongest layer first; in a layer, the last that holds wins.

        Raises:
            PriceFileError: a price file is broken.
        """
        offer = self._offer(provider, model)
        return list(offer.entries) if offer else []

    def _offer(self, provider: str, model: str) -> Offer | None:
        key = (provider, model)
        if key in self._offers:
            return self._offers[key]
        own = self._list(provider)
        offer = own.find(model)
        for other in own.fallback:
            # Another seller's batch and priority rates are its own affair.
            offer = offer or self._list(other).find(model, standard_only=True)
        _keep(self._offers, key, offer)
        return offer

    def _list(self, provider: str) -> Pricelist:
        found = self._lists.get(provider)
        if found is None:
            if self._user_file is not None and self._user is None:
                self._user = load.user(self._user_file)
            found = Pricelist(provider, load.base(provider), load.overlay(provider), self._user)
            _keep(self._lists, provider, found)
        return found

    def _tariff(self, offer: Offer, question: Question) -> Tariff:
        second = question.at // NANOSECONDS
        day, moment = divmod(second, SECONDS_A_DAY)
        context = _context(offer, question)
        band = (bisect_right(offer.edges, day), bisect_right(offer.moments, moment))
        key = (question.provider, offer.model, band, *context.items())
        tariff = self._tariffs.get(key)
        if tariff is None:
            tariff = resolve(offer, context, question.at)
            _keep(self._tariffs, key, tariff)
        return tariff


def _context(offer: Offer, question: Question) -> Mapping[str, str]:
    """The kind of call, in the words that rows use in ``when``."""
    context = {}
    tier = (question.tier or "").lower()
    if question.batch or tier == _BATCH:
        context["processing"] = _BATCH
    if tier != _BATCH and tier not in _STANDARD:
        context["service_tier"] = tier
    if "size" in offer.kinds or "quality" in offer.kinds:
        for kind, said in (("size", question.asked.size), ("quality", question.asked.quality)):
            context[kind] = said if said and said != "auto" else _UNSAID[kind]
    return context


def _keep(kept: dict[_K, _V], key: _K, value: _V) -> None:
    if len(kept) >= _MOST_KEPT:
        kept.clear()
    kept[key] = value
