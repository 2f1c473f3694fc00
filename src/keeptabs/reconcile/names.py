"""One name for a model that a bill and the ledger may spell in two ways."""

import re
from collections.abc import Iterable, Mapping

_DATE = re.compile(r"-20\d{2}-?\d{2}-?\d{2}$")


def common(bill: Iterable[str], ledger: Iterable[str]) -> Mapping[str, str]:
    """For each name of either side the one to compare it under, as the ledger writes it where it does.

    Snapshots of a model (``gpt-4o-2024-08-06``) are kept apart where both sides name the same ones. Where one side
    names a snapshot that the other does not, all of that model are one: under the ledger's name if that is a single
    one, else under the name without a date.
    """
    families: dict[str, tuple[set[str], set[str]]] = {}
    sides = (set(bill), set(ledger))
    for side, names in enumerate(sides):
        for name in names:
            families.setdefault(_family(name), (set(), set()))[side].add(name)
    return {name: _chosen(name, *families[_family(name)]) for names in sides for name in names}


def _chosen(name: str, bill: set[str], ledger: set[str]) -> str:
    alike = {_key(each) for each in bill} == {_key(each) for each in ledger}
    own = sorted(each for each in ledger if _key(each) == _key(name))
    if own and (alike or not bill or len(ledger) == 1):
        return own[0]
    if ledger and bill and not alike:
        return min(ledger) if len(ledger) == 1 else _DATE.sub("", min(ledger))
    return _written(name)


def _family(name: str) -> str:
    return _DATE.sub("", _key(name))


def _key(name: str) -> str:
    return _written(name).replace(".", "-")


def _written(name: str) -> str:
    """A name as identifiers are written; one for people is made into one: ``Claude Haiku 4.5``, claude-haiku-4-5."""
    text = name.strip().lower()
    return re.sub(r"[\s.]+", "-", text) if re.search(r"\s", text) else text
