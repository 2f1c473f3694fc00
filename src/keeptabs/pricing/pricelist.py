"""All price rows of one provider, in three layers, and the offer that they make for a model."""

from collections.abc import Iterator, Sequence

import msgspec

from keeptabs.pricing.match import Clause, dashed, exact, matches
from keeptabs.pricing.rows import BaseFile, Covers, Entry, Head, Model, TierFrom, day_of, moment_of
from keeptabs.pricing.written import Written


class Offer(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """The rows that stand for one model name, the strongest layer first; in a layer, the last that holds wins.

    ``edges`` (days) and ``moments`` (seconds of the day) are the only times at which its prices change.
    """

    provider: str
    model: str
    user: tuple[Entry, ...] = ()
    overlay: tuple[Entry, ...] = ()
    base: tuple[Entry, ...] = ()
    tiers: tuple[TierFrom, ...] = ()
    covered: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()  # the keys of ``when`` in its rows
    edges: tuple[int, ...] = ()
    moments: tuple[int, ...] = ()

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
        self._user = [pair for pair in (user or Written()).prices if pair[1].provider == provider]

    @property
    def fallback(self) -> tuple[str, ...]:
        """The providers whose models this one sells too, at their prices."""
        return self._head.fallback if self._head else ()

    def find(self, model: str, *, standard_only: bool = False) -> Offer | None:
        """What is known of ``model``, or None; ``standard_only`` leaves the base's other kinds of service out."""
        name = model.lower()
        return self._offer(name, standard_only=standard_only) or (
            self._offer(spelt, standard_only=standard_only) if (spelt := dashed(name)) != name else None
        )

    def _offer(self, name: str, *, standard_only: bool) -> Offer | None:
        user = _matching(self._user, name)
        overlay = _matching(self._overlay.prices, name)
        base = tuple(entry for entry in self._base(name) if not (standard_only and entry.row.when))
        if not (user or overlay or base):
            return None
        tiers = () if standard_only else self._overlay.tiers
        entries = (*user, *overlay, *base)
        return Offer(
            provider=self._provider,
            model=name,
            user=user,
            overlay=overlay,
            base=base,
            tiers=tiers,
            covered=frozenset(_covered(self._overlay.covers, name)),
            kinds=frozenset(kind for entry in entries for kind in entry.row.when),
            edges=_edges(entries, tiers),
            moments=_moments(entries),
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
    return tuple(entry for clause, entry in pairs if matches(clause, name))


def _covered(covers: Sequence[Covers], name: str) -> Iterator[str]:
    for each in covers:
        if matches(each.match, name):
            if each.input:
                yield f"input.{each.input}"
            if each.output:
                yield f"output.{each.output}"


def _edges(entries: Sequence[Entry], tiers: Sequence[TierFrom]) -> tuple[int, ...]:
    dates = {when for entry in entries for when in (entry.row.start, entry.row.end) if when is not None}
    return tuple(sorted({day_of(when) for when in dates | {tier.start for tier in tiers}}))


def _moments(entries: Sequence[Entry]) -> tuple[int, ...]:
    return tuple(sorted({moment_of(when) for entry in entries if entry.row.daily for when in entry.row.daily}))
