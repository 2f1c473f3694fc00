from collections.abc import Callable
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from keeptabs.audit.prices import Prices
from keeptabs.audit.rule import Rule
from keeptabs.audit.rules.prompt_cache import RULE
from keeptabs.core.digest import Digest
from keeptabs.store.record import Record
from keeptabs.testing.month.made import LIMITED, MINUTE, START, Kind, Maker, Used, prompt

Find = Callable[[Rule, list[Record]], tuple[int, Decimal | None]]
Kinds = Callable[..., Kind]
NOTHING = (0, None)


def prompts(maker: Maker, kind: Kind, count: int = 30, **given: Any) -> list[Record]:
    """Calls of 2,000 tokens, of which 1,500 are a system prompt: the same one, or as it is given."""
    same, every = maker.hash(), given.get("every", 1)
    cached, size = given.get("cached", 0), given.get("size", 1_500)
    records = []
    for number in range(count):
        system = maker.hash() if given.get("changes") else same
        first = size + (number % 2) * given.get("grows", 0)
        digest = prompt(maker.hash(), (given.get("part", "s"), system, first), ("u", maker.hash(), 2_000 - size))
        used = Used(input=2_000 - cached, cached=cached, output=1)
        records.append(maker.record(kind, START + number * every * MINUTE, used, digest=digest))
    return records


@pytest.mark.parametrize(
    ("given", "saved"),
    [
        ({}, "0.08265"),
        ({"cached": 1_000}, "0.02755"),
        ({"changes": True}, "0.08265"),
        ({"cached": 1_300}, None),
        ({"every": 5}, "0.08265"),
        ({"every": 6}, None),
        ({"cached": 1_200}, None),
        ({"size": 1_024}, "0.0564224"),
        ({"changes": True, "size": 1_024}, "0.0564224"),
        ({"changes": True, "grows": 75}, "0.083163"),
        ({"changes": True, "grows": 90}, None),
        ({"size": 900}, None),
        ({"count": 20}, None),
        ({"changes": True, "part": "u"}, None),
        ({"changes": True, "grows": 400}, None),
        ({"changes": True, "every": 6}, None),
    ],
    ids=[
        "never cached",
        "cached in part",
        "another beginning of the same size",
        "cached as far as may be",
        "just in time for the cache",
        "too late for the cache",
        "cached to four fifths",
        "just long enough",
        "just long enough, and another",
        "a little longer",
        "longer by more than a twentieth",
        "too short for the cache",
        "too few",
        "it is the question that differs",
        "another beginning of another size",
        "another beginning much later",
    ],
)
def test_beginnings_that_are_read_anew(
    given: dict[str, Any], saved: str | None, maker: Maker, kind: Kinds, found: Find
) -> None:
    """29 of 30 calls, 1,500 tokens each, at 1.90 USD a million less."""
    expected = NOTHING if saved is None else (1, Decimal(saved))
    assert found(RULE, prompts(maker, kind(), **given)) == expected


@pytest.mark.parametrize("fields", [{"usage": None}, {"cached": "local"}, {"outcome": LIMITED}, {"digest": Digest()}])
def test_what_no_cache_could_have_had(fields: dict[str, Any], maker: Maker, kind: Kinds, found: Find) -> None:
    """No tokens, no answer, no hashes."""
    records = [
        msgspec.structs.replace(each, call=msgspec.structs.replace(each.call, **fields))
        for each in prompts(maker, kind())
    ]
    assert found(RULE, records) == NOTHING


def test_the_part_that_differs_is_named(maker: Maker, kind: Kinds, prices: Prices) -> None:
    """By what it is and where it stands."""
    (finding,) = RULE.find(prompts(maker, kind(), changes=True, part="t"), prices)
    assert "tools (part 1)" in finding.title
    assert finding.rows == (("1: tools", 29),)


@pytest.mark.parametrize(("well", "findings"), [(80, 1), (81, 0)])
def test_now_and_then_is_no_habit(well: int, findings: int, maker: Maker, kind: Kinds, found: Find) -> None:
    """Twenty of a hundred calls are; the others were read from the cache."""
    missed = prompts(maker, kind(), count=21)
    read = prompts(maker, kind(), count=well - 1, cached=1_500)
    assert found(RULE, [*missed, *read])[0] == findings
