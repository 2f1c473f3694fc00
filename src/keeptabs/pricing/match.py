"""Which model names a clause of a price file stands for. Names are compared in lower case."""

import re
from collections.abc import Iterator
from datetime import date

import msgspec

FINE_TUNED = "ft:"
# Amazon's ARNs, and the names of resources and publishers at Google.
_BEFORE_A_MODEL = ("arn:", "models/", "google/", "publishers/", "projects/")
_COMPACT_DATE = re.compile(r"-(20\d{2})(\d{2})(\d{2})(?=[-:]|$)")


class Clause(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    omit_defaults=True,
    forbid_unknown_fields=True,
    rename=lambda field: field.rstrip("_"),
):
    """One condition on a name; exactly one of its fields is set."""

    equals: str | None = None
    prefix: str | None = None
    suffix: str | None = None
    contains: str | None = None
    regex: str | None = None
    and_: "tuple[Clause, ...]" = ()
    or_: "tuple[Clause, ...]" = ()


def matches(clause: Clause, name: str) -> bool:
    """True when ``clause`` stands for ``name``, which is in lower case.

    A fine-tuned model (``ft:…``) has rates of its own, and the rest of its name is the customer's to choose: only a
    clause that itself begins with ``ft:`` can match one, or ``ft:gpt-4.1:acme:moderation`` would be free.
    """
    if clause.or_:
        return any(matches(each, name) for each in clause.or_)
    if clause.and_:
        return all(matches(each, name) for each in clause.and_)
    if name.startswith(FINE_TUNED) and not _is_fine_tuned(clause):
        return False
    return _leaf(clause, name)


def _leaf(clause: Clause, name: str) -> bool:
    if clause.equals is not None:
        return name == clause.equals.lower()
    if clause.prefix is not None:
        return name.startswith(clause.prefix.lower())
    if clause.suffix is not None:
        return name.endswith(clause.suffix.lower())
    if clause.contains is not None:
        return clause.contains.lower() in name
    return clause.regex is not None and re.search(clause.regex, name) is not None


def _is_fine_tuned(leaf: Clause) -> bool:
    text = leaf.equals or leaf.prefix or (leaf.regex or "").removeprefix("^")
    return text.lower().startswith(FINE_TUNED)


def exact(clause: Clause) -> Iterator[str]:
    """The names that ``clause`` stands for letter by letter, in lower case."""
    if clause.equals is not None:
        yield clause.equals.lower()
    for each in clause.or_:
        yield from exact(each)


def spellings(name: str) -> Iterator[str]:
    """``name`` as it stands, then as a price list may have it: without what is before the model, with a dashed date."""
    yield name
    bare = name.rpartition("/")[2] if name.startswith(_BEFORE_A_MODEL) else name
    if bare != name:
        yield bare
    if dashed(bare) != bare:
        yield dashed(bare)


def dashed(name: str) -> str:
    """``name`` with a date such as ``-20251211`` spelt ``-2025-12-11``, as gateways and providers differ in it."""
    return _COMPACT_DATE.sub(_dashed_date, name)


def _dashed_date(found: re.Match[str]) -> str:
    year, month, day = map(int, found.groups())
    try:
        return f"-{date(year, month, day).isoformat()}"
    except ValueError:
        return found.group(0)
