"""What came of it, as tables."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from keeptabs.secrets.rule import Rule, Tier
from leaks import harvest, peer_keys
from leaks.case import Case
from leaks.places import ENCODED, PLACES
from leaks.tools import Found

_TIERS = {
    Tier.A: "A: a prefix that is nobody else's",
    Tier.B: "B: a weak prefix, and a word of the provider nearby",
    Tier.C: "C: no prefix, only a word of the provider nearby",
}
_HEADS = {
    "summary": "",
    "places": "place",
    "rules": "rule, tier",
    "lookalikes": "what only looks like a key",
    "peers": "rule of Kingfisher",
}


class Results(NamedTuple):
    """The cases, what each tool found in them, and our rules by their ids."""

    cases: Sequence[Case]
    found: dict[str, Found]
    rules: dict[str, Rule]

    def groups(self, key: Callable[[Case], object]) -> dict[object, list[int]]:
        """The numbers of the cases, by what ``key`` says of each."""
        found: dict[object, list[int]] = {}
        for number, case in enumerate(self.cases):
            found.setdefault(key(case), []).append(number)
        return found

    def hits(self, numbers: Sequence[int]) -> list[int]:
        """In how many of them each tool found a key."""
        return [sum(number in found for number in numbers) for found in self.found.values()]

    def tier(self, case: Case) -> Tier | None:
        """That of the rule whose key a case has; None where it has none of ours."""
        return self.rules[case.kind].tier if case.place and case.kind in self.rules else None


def tables(results: Results, versions: dict[str, str], date: str) -> dict[str, str]:
    """Every table of the page, by its name."""
    makers = (_summary, _places, _rules, _lookalikes, _peers)
    written = {make.__name__[1:]: _table(results, make.__name__[1:], make(results)) for make in makers}
    told = ", ".join(f"{name} {version}" for name, version in versions.items())
    return {**written, "versions": f"Written on {date}, beside {told}, by `python scripts/recall.py`.\n"}


def _table(results: Results, name: str, rows: Iterator[list[str]]) -> str:
    head = [_HEADS[name], "files", *results.found]
    return "".join(f"| {' | '.join(row)} |\n" for row in (head, ["---", *["--:"] * (len(head) - 1)], *rows))


def _shares(results: Results, numbers: Sequence[int]) -> list[str]:
    """How many cases, and in how many per cent of them each tool finds a key: 100 is all of them, 99 is not."""
    return [f"{len(numbers):,}", *(f"{100 * hits // max(len(numbers), 1)} %" for hits in results.hits(numbers))]


def _counts(results: Results, numbers: Sequence[int]) -> list[str]:
    return [f"{count:,}" for count in (len(numbers), *results.hits(numbers))]


def _summary(results: Results) -> Iterator[list[str]]:
    encoded = {place.name for place in ENCODED}
    groups = results.groups(lambda case: (results.tier(case), case.place in encoded))
    for tier, name in _TIERS.items():
        for hidden, what in ((False, "as text"), (True, "encoded")):
            yield [f"keys found, tier {name}; {what}", *_shares(results, groups.get((tier, hidden), []))]
    whose = results.groups(lambda case: "ours" if results.tier(case) else case.place)
    right, wrong = whose.get("ours", []), whose.get("", [])
    yield ["keys found where there are none", *_counts(results, wrong)]
    precise = [
        f"{100 * hits / max(hits + misses, 1):.2f} %"
        for hits, misses in zip(results.hits(right), results.hits(wrong), strict=True)
    ]
    yield ["precision", f"{len(right) + len(wrong):,}", *precise]


def _places(results: Results) -> Iterator[list[str]]:
    """Of keys of tier A: others are found where something names their provider, wherever that is."""
    groups = results.groups(lambda case: (results.tier(case), case.place))
    for place in (*PLACES, *ENCODED):
        yield [place.name, *_shares(results, groups.get((Tier.A, place.name), []))]


def _rules(results: Results) -> Iterator[list[str]]:
    groups = results.groups(lambda case: case.place != "" and case.kind)
    for rule in sorted(results.rules.values(), key=lambda rule: (rule.provider.lower(), rule.id)):
        yield [f"`{rule.id}`, {rule.tier.upper()}", *_shares(results, groups.get(rule.id, []))]


def _lookalikes(results: Results) -> Iterator[list[str]]:
    groups = results.groups(lambda case: case.place == "" and case.kind)
    for family in sorted(map(str, groups.keys() - {False}), key=lambda family: (family == harvest.FAMILY, family)):
        yield [family, *_counts(results, groups[family])]


def _peers(results: Results) -> Iterator[list[str]]:
    groups = results.groups(lambda case: case.place == peer_keys.PLACE and case.kind)
    for kind in sorted(map(str, groups.keys() - {False})):
        yield [f"`{kind}`", *_counts(results, groups[kind])]
