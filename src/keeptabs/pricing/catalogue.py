"""All price files at once, for people who look around in them: the book reads one provider's, when a call needs it."""

from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path

from keeptabs.pricing import load
from keeptabs.pricing.match import exact
from keeptabs.pricing.pricelist import Offer, Pricelist
from keeptabs.pricing.rows import Alias, BaseFile, Entry
from keeptabs.pricing.written import Written


class Catalogue:
    """The prices of every provider: 47 files with 2,330 models are read in 15 ms (checked 2026-11-24)."""

    def __init__(self, user_file: Path | None = None, pulled: Path | None = None) -> None:
        """Read all files; ``pulled`` is a folder of fetched prices.

        Raises:
            PriceFileError: one of them is broken.
        """
        current = load.pulled(pulled)
        self.user = load.user(user_file) if user_file else Written()
        names = {*load.providers(current), *(entry.provider for _, entry in self.user.prices)}
        self.base: dict[str, BaseFile] = {name: file for name in names if (file := load.base(name, current))}
        self.overlay: dict[str, Written] = {name: said for name in names if (said := load.overlay(name))}
        self._lists = {
            name: Pricelist(name, self.base.get(name), self.overlay.get(name), self.user) for name in sorted(names)
        }

    @property
    def providers(self) -> tuple[str, ...]:
        """The names of all providers that have prices, sorted."""
        return tuple(self._lists)

    def offer(self, provider: str, model: str) -> Offer | None:
        """What a provider takes for a model, as the book sees it; None where it has no price."""
        own = self._lists.get(provider)
        if own is None:
            return None
        others = (other for name in own.fallback if (other := self._lists.get(name)))
        return own.find(model) or next((found for each in others if (found := each.find(model, seller=own))), None)

    def offers(self, model: str, provider: str | None = None) -> list[tuple[str, Offer]]:
        """What every provider that has ``model``, or an alias of that name, takes for it; or ``provider`` alone."""
        stands_for = {alias.provider: alias.model for alias in self.aliases(model)}
        names = self.providers if provider is None else (provider,)
        return [(name, found) for name in names if (found := self.offer(name, stands_for.get(name, model)))]

    def aliases(self, name: str) -> list[Alias]:
        """What is known of deployments that are called ``name``; the last word holds."""
        every = [*(alias for said in self.overlay.values() for alias in said.aliases), *self.user.aliases]
        return [alias for alias in every if alias.name == name.lower()]

    def close(self, name: str, provider: str | None = None) -> list[str]:
        """Known names that look like ``name``, the likeliest first; at most three."""
        known = {each for one in ([provider] if provider else self.providers) for each in self.names(one)}
        return get_close_matches(name.lower(), sorted(known), n=3)

    def names(self, provider: str) -> Iterator[str]:
        """The model names that the rows of a provider have, in lower case."""
        base, said = self.base.get(provider), self.overlay.get(provider, Written())
        clauses = [model.match for model in base.models] if base else []
        yield from (model.id.lower() for model in (base.models if base else ()))
        clauses += [clause for clause, _ in said.prices]
        clauses += [clause for clause, entry in self.user.prices if entry.provider == provider]
        for clause in clauses:
            yield from exact(clause)


def in_force(offer: Offer, at: int) -> list[Entry]:
    """The rows of ``offer`` that a bill at ``at`` (nanoseconds since the epoch) could be made from.

    One is the standard price. Others add rates to it, or replace some for a kind of call: each those that no stronger
    row has. A user's own standard price does not mix with list prices for anything else.
    """
    holding = [row for layer in (offer.user, offer.overlay, offer.base) for row in reversed(layer) if row.row.holds(at)]
    every = (*holding, *offer.base)  # where no row holds, the first of the base does
    standard = next((entry for entry in every if not entry.row.when and not entry.row.adds), None)
    found = [standard] if standard else []
    seen: set[tuple[object, str]] = {((), key) for key in standard.row.unit} if standard else set()
    for entry in holding:
        is_standard = not entry.row.when and not entry.row.adds
        if is_standard or (standard and standard.layer == "user" != entry.layer):
            continue
        given: set[tuple[object, str]] = {(tuple(sorted(entry.row.when.items())), key) for key in entry.row.unit}
        found += [entry] if given - seen else []
        seen |= given
    return found
