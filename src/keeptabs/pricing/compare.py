"""Two sets of base prices side by side: models that came and went, and rates that changed."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from math import inf

import msgspec

from keeptabs.pricing.rows import BaseFile, Model, Row

Files = Mapping[str, BaseFile]  # by provider
_Rates = dict[tuple[str, str, int], Decimal]  # by kind of call, price key, and input tokens beyond which it holds


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """A rate that is another in the newer set; None where one of them has none."""

    provider: str
    model: str
    kind: str  # of call, as "service_tier=flex"; empty for a standard price
    key: str  # see units.py
    beyond: int  # input tokens, where the rate is that of a step; else 0
    old: Decimal | None
    new: Decimal | None

    @property
    def ratio(self) -> float | None:
        """New by old, where both are known and more than nothing."""
        return float(self.new / self.old) if self.new and self.old else None

    @property
    def size(self) -> float:
        """The factor, up or down, which is infinite for what was free or is now; 0 where a rate came or went."""
        if self.old is None or self.new is None:
            return 0.0
        return max(self.ratio, 1 / self.ratio) if self.ratio else inf


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """What is other in the newer set. Models are pairs of provider and id.

    ``changed`` are rates of models that both have, the greatest change first. ``other`` are models of which only rows
    for other times or the names that they match are not the same.
    """

    added: tuple[tuple[str, str], ...] = ()
    removed: tuple[tuple[str, str], ...] = ()
    changed: tuple[Change, ...] = ()
    other: tuple[tuple[str, str], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed or self.other)


def difference(old: Files, new: Files, at: int) -> Difference:
    """What ``new`` says differently of the providers that it has; rates are those in force at ``at`` (nanoseconds)."""
    before, after = _models(old, new), _models(new, new)
    changed: list[Change] = []
    other = []
    for name in before.keys() & after.keys():
        if before[name] == after[name]:
            continue
        changes = list(_changes(name, rates(before[name].rows, at), rates(after[name].rows, at)))
        changed += changes
        other += [] if changes else [name]
    return Difference(
        added=tuple(sorted(after.keys() - before.keys())),
        removed=tuple(sorted(before.keys() - after.keys())),
        changed=tuple(sorted(changed, key=_greatest_first)),
        other=tuple(sorted(other)),
    )


def losses(old: Files, new: Files, most: float = 0.5) -> list[str]:
    """The providers of which ``new`` lacks more than the share ``most`` of the models that ``old`` has."""
    lost = []
    for provider, file in old.items():
        if provider in new and file.models:
            have = {model.id for model in new[provider].models}
            gone = sum(model.id not in have for model in file.models)
            lost += [provider] if gone > most * len(file.models) else []
    return lost


def _models(files: Files, of: Files) -> dict[tuple[str, str], Model]:
    return {(name, model.id): model for name, file in files.items() if name in of for model in file.models}


def rates(rows: Sequence[Row], at: int) -> _Rates:
    """The rates in force at ``at`` by these rows of one model, of which the last that holds wins."""
    standard = [row for row in rows if not row.when]
    holding = next((row for row in reversed(standard) if row.holds(at)), standard[0] if standard else None)
    found = dict(_of(holding, "")) if holding else {}
    for row in rows:
        if row.when and row.holds(at):
            kind = ", ".join(f"{name}={value}" for name, value in sorted(row.when.items()))
            found.update(_of(row, kind))
    return found


def _of(row: Row, kind: str) -> Iterator[tuple[tuple[str, str, int], Decimal]]:
    for key, usd in row.unit.items():
        yield (kind, key, 0), Decimal(usd)
    for key, steps in row.tier.items():
        yield from (((kind, key, beyond), Decimal(usd)) for beyond, usd in steps)


def _changes(name: tuple[str, str], old: _Rates, new: _Rates) -> Iterator[Change]:
    for kind, key, beyond in sorted(old.keys() | new.keys()):
        was, now = old.get((kind, key, beyond)), new.get((kind, key, beyond))
        if was != now:
            yield Change(provider=name[0], model=name[1], kind=kind, key=key, beyond=beyond, old=was, new=now)


def _greatest_first(change: Change) -> tuple[float, str, str, str, str, int]:
    return -change.size, change.provider, change.model, change.kind, change.key, change.beyond
