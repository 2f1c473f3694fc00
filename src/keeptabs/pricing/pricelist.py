"""All price rows of one provider, in three layers, and the offer that they make for a model."""

from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase

import msgspec

from keeptabs.pricing.match import Clause, exact, matches, spellings
from keeptabs.pricing.rows import (
    Alias,
    BaseFile,
    Covers,
    Entry,
    FreeHost,
    Head,
    Model,
    Multiplier,
    Ratio,
    Row,
    TierFrom,
    day_of,
    moment_of,
)
from keeptabs.pricing.written import Written

_SERVICE = frozenset({"service_tier", "processing", "speed"})  # what each seller has its own rates for


class Offer(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """The rows that stand for one model name, the strongest layer first; in a layer, the last that holds wins.

    ``edges`` (days) and ``moments`` (seconds of the day) are the only times at which its prices change, but for the
    days of the week where ``weekly``.
    """

    provider: str
    model: str
    user: tuple[Entry, ...] = ()
    overlay: tuple[Entry, ...] = ()
    base: tuple[Entry, ...] = ()
    multipliers: tuple[Multiplier, ...] = ()
    ratios: tuple[Ratio, ...] = ()
    tiers: tuple[TierFrom, ...] = ()
    covered: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()  # the keys of ``when`` in its rows and multipliers
    edges: tuple[int, ...] = ()
    moments: tuple[int, ...] = ()
    weekly: bool = False

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All rows, the strongest layer first."""
        return (*self.user, *self.overlay, *self.base)


class Pricelist:
    """The rows of one provider. It looks names up; it does not choose among dates."""

    def __init__(self, provider: str, base: BaseFile | None, overlay: Written | None, user: Written | None) -> None:
        self._provider = provider
        self._head = base.head if base else None
        self._models: tuple[Model, ...] = base.models if base else ()
        self._exact: dict[str, Model] = {}
        for model in self._models:
            for name in exact(model.match):
                self._exact.setdefault(name, model)
        self._overlay = overlay or Written()
        said = user or Written()
        self._user = [pair for pair in said.prices if pair[1].provider == provider]
        self._multipliers = [
            *self._overlay.multipliers,
            *(each for each in said.multipliers if each.provider in {provider, "*"}),
        ]
        self._aliases = [each for each in (*self._overlay.aliases, *said.aliases) if each.provider == provider]
        self._free_hosts = [
            *self._overlay.free_hosts,
            *(each for each in said.free_hosts if each.provider in {provider, ""}),
        ]

    @property
    def fallback(self) -> tuple[str, ...]:
        """The providers whose models this one sells too, at their prices."""
        return self._head.fallback if self._head else ()

    def alias(self, model: str, host: str) -> Alias | None:
        """What is known of a deployment called ``model`` at ``host``; the last word holds."""
        name = model.lower()
        found = (each for each in reversed(self._aliases) if each.name == name and fnmatchcase(host, each.host))
        return next(found, None)

    def free(self, host: str) -> FreeHost | None:
        """Why calls to ``host`` cost nothing, where they do."""
        return next((each for each in self._free_hosts if _any(each.hosts, host) and not _any(each.unless, host)), None)

    def find(self, model: str, *, seller: "Pricelist | None" = None) -> Offer | None:
        """What is known of ``model``, or None.

        For another ``seller`` of the same models only the standard prices hold: batch and priority rates, regions and
        discounts are the seller's own affair.
        """
        return next(filter(None, (self._offer(name, seller) for name in spellings(model.lower()))), None)

    def _offer(self, name: str, seller: "Pricelist | None") -> Offer | None:
        user = _matching(self._user, name)
        overlay = tuple(_sold(_matching(self._overlay.prices, name), seller))
        base = tuple(_sold(self._base(name), seller))
        if all(entry.row.adds for entry in (*user, *overlay, *base)):
            return None
        tiers = () if seller else self._overlay.tiers
        entries = (*user, *overlay, *base)
        multipliers = tuple(each for each in (seller or self)._multipliers if matches(each.match, name))  # noqa: SLF001
        return Offer(
            provider=self._provider,
            model=name,
            user=user,
            overlay=overlay,
            base=base,
            multipliers=multipliers,
            ratios=tuple(each for each in self._overlay.ratios if matches(each.match, name)),
            tiers=tiers,
            covered=frozenset(_covered(self._overlay.covers, name)),
            kinds=frozenset(kind for each in _dated(entries, multipliers) for kind in each.when),
            edges=_edges(entries, multipliers, tiers),
            moments=_moments(entries),
            weekly=any(entry.row.weekdays for entry in entries),
        )

    def _base(self, name: str) -> Iterator[Entry]:
        model = self._exact.get(name) or next((each for each in self._models if matches(each.match, name)), None)
        if model is None or self._head is None:
            return
        for row in model.rows:
            yield Entry(
                provider=self._provider,
                model=model.id,
                layer="base",
                row=row,
                source=_source(self._head),
                checked=self._head.converted,
                confidence="source",
            )


def _source(head: Head) -> str:
    return head.urls[0] if head.urls else head.source


def _matching(pairs: Sequence[tuple[Clause, Entry]], name: str) -> tuple[Entry, ...]:
    found = (entry for clause, entry in pairs if matches(clause, name))
    return tuple(msgspec.structs.replace(each, model=name) if each.pattern else each for each in found)


def _covered(covers: Sequence[Covers], name: str) -> Iterator[str]:
    for each in covers:
        if matches(each.match, name):
            if each.input:
                yield f"input.{each.input}"
            if each.output:
                yield f"output.{each.output}"


def _dated(entries: Sequence[Entry], multipliers: Sequence[Multiplier]) -> Iterator[Row | Multiplier]:
    yield from (entry.row for entry in entries)
    yield from multipliers


def _sold(entries: Iterable[Entry], seller: Pricelist | None) -> Iterator[Entry]:
    return (entry for entry in entries if seller is None or not _SERVICE & entry.row.when.keys())


def _any(patterns: Sequence[str], host: str) -> bool:
    return any(fnmatchcase(host, pattern) for pattern in patterns)


def _edges(entries: Sequence[Entry], multipliers: Sequence[Multiplier], tiers: Sequence[TierFrom]) -> tuple[int, ...]:
    dates = {when for each in _dated(entries, multipliers) for when in (each.start, each.end) if when is not None}
    days = {day_of(when) for when in dates | {tier.start for tier in tiers}}
    single = {day_of(when) for entry in entries for when in entry.row.except_}
    return tuple(sorted(days | single | {day + 1 for day in single}))


def _moments(entries: Sequence[Entry]) -> tuple[int, ...]:
    return tuple(sorted({moment_of(when) for entry in entries if entry.row.daily for when in entry.row.daily}))
