"""What a price costs: keeptabs beside genai-prices and litellm, which must come to the same amounts."""

import sys
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

from figures import Aim, Figure, Section, table
from workshop import NotInstalledError, Workshop

_OURS = "keeptabs"
_ENVIRONMENTS = ("prices", "prices-without-litellm")
# litellm would fetch its prices on import; it is told to take those that come with it (checked with 1.110.2).
_OFFLINE = {"LITELLM_LOCAL_MODEL_COST_MAP": "True"}
_WAYS = {"given": "of a usage that is given", "read": "from bytes"}
_FIRST = (("openai", "gpt-4.1"), ("anthropic", "claude-sonnet-4-5"), ("openrouter", "openai/gpt-4.1"))
_FIRST_LIMIT, _PRICE_LIMIT = 5.0, 10.0  # ms, µs
_MIB = 1024 * 1024


class Sizes(NamedTuple):
    """How much is measured."""

    rounds: int = 21
    calls: int = 300  # in a block
    starts: int = 9  # fresh processes of each package for each provider


QUICK = Sizes(rounds=1, calls=3, starts=1)


class Pricing:
    """The part in which nothing is called: warm prices in one process, first prices in fresh ones."""

    def __init__(self, workshop: Workshop, sizes: Sizes) -> None:
        self.versions: dict[str, str] = {}
        self.failures: dict[str, str] = {}
        self._workshop, self._sizes = workshop, sizes
        self._python = self._interpreter()

    def _interpreter(self) -> Path:
        """That of the environment with all the packages, else of one without the heaviest."""
        wanted, fallback = _ENVIRONMENTS
        try:
            return self._workshop.python(wanted)
        except NotInstalledError as error:
            self.failures[wanted] = str(error)
            return self._workshop.python(fallback)

    def sections(self) -> Iterator[Section]:
        """The tables. Raises BlockError when an amount is not the right one."""
        plan = {"rounds": self._sizes.rounds, "calls": self._sizes.calls}
        told = self._workshop.run("warm_prices", self._python, plan, **_OFFLINE)
        self._note(told["versions"])
        yield from (self._warm(told["rows"], way) for way in _WAYS)
        yield from self._fresh()

    def _note(self, versions: dict[str, str | None]) -> None:
        """Which packages there are."""
        self.versions = {package: found for package, found in versions.items() if found}
        missing = versions.keys() - self.versions.keys()
        self.failures |= {package: f"{package} is not installed" for package in sorted(missing)}

    def _warm(self, rows: Sequence[dict[str, Any]], way: str) -> Section:
        found = {(row["package"], row["call"]): Figure.of(row["samples"]) for row in rows if row["way"] == way}
        calls = list(dict.fromkeys(call for _, call in found))
        shown = [["", *calls]]
        shown += [[package, *(f"{found[package, call]:.1f}" for call in calls)] for package in self.versions]
        for peer in self._peers():
            ratios = (found[_OURS, call].median / found[peer, call].median for call in calls)
            shown.append([f"  {_OURS} / {peer}", *(f"{ratio:.2f}" for ratio in ratios)])
        aims = [Aim(f"a price, {call}", found[_OURS, call].median, "µs", _PRICE_LIMIT) for call in calls]
        data = {f"{package}, {call}": figure._asdict() for (package, call), figure in found.items()}
        title = f"a price {_WAYS[way]}: CPU in µs"
        return Section(title, table(shown), data, aims if way == "given" else [])

    def _peers(self) -> list[str]:
        return [package for package in self.versions if package != _OURS]

    def _fresh(self) -> Iterator[Section]:
        """Import, first price and memory of fresh processes, which take turns."""
        kinds = list(product(self.versions, _FIRST))
        samples: dict[tuple[str, str], list[dict[str, Any]]] = {(package, of[0]): [] for package, of in kinds}
        for number in range(-1, self._sizes.starts):
            for package, (provider, model) in kinds if number % 2 else reversed(kinds):
                plan = {"package": package, "provider": provider, "model": model}
                one = self._workshop.run("first_price", self._python, plan, **_OFFLINE)
                if number >= 0:  # the first of all writes byte code
                    samples[package, provider].append(one)
            print(f"  start {number + 1} of {self._sizes.starts}", file=sys.stderr, flush=True)
        yield _first(samples)


def _first(samples: dict[tuple[str, str], list[dict[str, Any]]]) -> Section:
    rows, data, aims = [["", "import", "first price", "both", "RSS, MiB"]], {}, []
    for (package, provider), told in samples.items():
        name, figures = f"{package}, {provider}", _figures(told)
        if not all(one["known"] for one in told):
            rows.append([name, *["no price"] * len(figures)])
            continue
        rows.append([name, *(f"{figure:.1f}" for figure in figures.values())])
        data[name] = {part: figure._asdict() for part, figure in figures.items()}
        if package == _OURS:
            aims.append(Aim(f"first price of {provider}", figures["first"].median, "ms", _FIRST_LIMIT))
    return Section("import and first price in a fresh process: CPU in ms", table(rows), data, aims)


def _figures(told: Sequence[dict[str, Any]]) -> dict[str, Figure]:
    parts = {part: [one[part] for one in told] for part in ("import", "first")}
    parts["both"] = [sum(both) for both in zip(*parts.values(), strict=True)]
    parts["rss"] = [one["rss"] / _MIB for one in told]
    return {part: Figure.of(samples) for part, samples in parts.items()}
