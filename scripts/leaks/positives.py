"""Files with a key in each: every form of every rule in every place, twice."""

from collections.abc import Iterable, Iterator
from random import Random

from keeptabs.secrets.form import example
from keeptabs.secrets.rule import Rule, Tier
from leaks.case import Case
from leaks.chance import seeded
from leaks.names import named
from leaks.places import Place, places

KEYS = 2  # of each form in each place
_LINE = 64  # characters of PEM
_LINES = 26  # of a private RSA key of 2,048 bits


def positives(rules: Iterable[Rule]) -> Iterator[Case]:
    """The cases of all rules. The same rules give the same keys."""
    for rule in rules:
        for form in rule.forms:
            for place in places(named=rule.tier is not Tier.A):
                for count in range(KEYS):
                    yield positive(rule, form, place, seeded(rule.id, form, place.name, count))


def positive(rule: Rule, form: str, place: Place, random: Random) -> Case:
    """One key in one place."""
    key = _key(form, random)
    path, data = place.file(key, named(rule.provider))
    return Case(kind=rule.id, path=path, data=data, place=place.name, key=key)


def _key(form: str, random: Random) -> str:
    """A key of a form; of a private key, whose form is its header only, all of it."""
    key = example(form, random)
    if not key.startswith("-----BEGIN"):
        return key
    lines = (example(f"{{base64:{_LINE}}}", random) for _ in range(_LINES))
    return "\n".join([key, *lines, key.replace("BEGIN", "END", 1)])
