"""Two sets of base prices side by side."""

from datetime import date, time
from decimal import Decimal
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keeptabs.pricing import load
from keeptabs.pricing.compare import Difference, difference, losses, rates
from keeptabs.pricing.match import Clause
from keeptabs.pricing.rows import NANOSECONDS, SECONDS_A_DAY, BaseFile, Head, Model, Row, day_of

AT = day_of(date(2026, 11, 24)) * SECONDS_A_DAY * NANOSECONDS
HEAD = Head(source="s", version="1", licence="MIT", converted="2026-11-24", sha256="", provider="acme")


def model(name: str, *rows: Row) -> Model:
    """A model with rows."""
    return Model(id=name, match=Clause(equals=name), rows=rows)


def plain(name: str, **unit: str) -> Model:
    """A model with a standard price."""
    return model(name, Row(unit=unit))


def files(*models: Model, provider: str = "acme") -> dict[str, BaseFile]:
    """The files of one provider."""
    return {provider: BaseFile(head=HEAD, models=models)}


def test_models_that_came_and_went_are_told_apart_from_those_that_changed() -> None:
    """Each model stands in one of the lists at most."""
    old = files(plain("same", input_mtok="1"), plain("gone", input_mtok="1"), plain("dearer", input_mtok="1"))
    new = files(plain("same", input_mtok="1"), plain("new", input_mtok="1"), plain("dearer", input_mtok="1.5"))
    found = difference(old, new, AT)
    assert (found.added, found.removed, found.other) == ((("acme", "new"),), (("acme", "gone"),), ())
    [change] = found.changed
    assert (change.model, change.old, change.new, change.ratio) == ("dearer", Decimal(1), Decimal("1.5"), 1.5)


def test_a_provider_that_the_newer_set_does_not_have_is_not_gone() -> None:
    """A file of one provider says nothing of the others."""
    old = files(plain("a", input_mtok="1")) | files(plain("b", input_mtok="1"), provider="other")
    assert not difference(old, files(plain("a", input_mtok="1")), AT)
    assert not difference({}, {}, AT)


def test_the_greatest_change_comes_first() -> None:
    """Up or down alike; what was free is the greatest of all, what has no other rate to compare comes last."""
    old = files(plain("m", input_mtok="1", output_mtok="8", images="0", audio_hours="4", input_mchars="1"))
    new = files(plain("m", input_mtok="3", output_mtok="1", images="1", audio_hours="4", requests_kcount="9"))
    found = difference(old, new, AT).changed
    assert [(each.key, each.size) for each in found] == [
        ("images", inf),
        ("output_mtok", 8),
        ("input_mtok", 3),
        ("input_mchars", 0),
        ("requests_kcount", 0),
    ]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ((Row(unit={"input_mtok": "1"}),), {("", "input_mtok", 0): Decimal(1)}),
        (
            (Row(unit={"input_mtok": "1"}), Row(unit={"input_mtok": "2"}, start=date(2026, 11, 24))),
            {("", "input_mtok", 0): Decimal(2)},
        ),
        (
            (Row(unit={"input_mtok": "1"}), Row(unit={"input_mtok": "2"}, start=date(2026, 11, 25))),
            {("", "input_mtok", 0): Decimal(1)},
        ),
        (
            (Row(unit={"input_mtok": "1"}, start=date(2027, 1, 1)),),
            {("", "input_mtok", 0): Decimal(1)},
        ),
        (
            (Row(unit={"input_mtok": "1"}), Row(unit={"input_mtok": "2"}, daily=(time(23), time(1)))),
            {("", "input_mtok", 0): Decimal(2)},
        ),
        (
            (Row(unit={"input_mtok": "1"}, tier={"input_mtok": ((9, "2"),)}),),
            {("", "input_mtok", 0): Decimal(1), ("", "input_mtok", 9): Decimal(2)},
        ),
        (
            (Row(unit={"input_mtok": "1"}), Row(unit={"input_mtok": "2"}, when={"service_tier": "flex"})),
            {("", "input_mtok", 0): Decimal(1), ("service_tier=flex", "input_mtok", 0): Decimal(2)},
        ),
        ((), {}),
    ],
    ids=["plain", "from today", "from tomorrow", "only to come", "by the hour", "steps", "kind", "none"],
)
def test_the_rates_of_a_day_are_those_that_the_book_would_take(
    rows: tuple[Row, ...], expected: dict[tuple[str, str, int], Decimal]
) -> None:
    """The last row that holds wins, and the first where none does."""
    assert rates(rows, AT) == expected


def test_a_change_of_history_or_names_alone_is_a_change_otherwise() -> None:
    """Calls of other days, or under other names, cost something else by it."""
    later = Row(unit={"input_mtok": "2"}, start=date(2027, 1, 1))
    old = files(plain("a", input_mtok="1"), plain("b", input_mtok="1"))
    renamed = Model(id="b", match=Clause(prefix="b"), rows=(Row(unit={"input_mtok": "1"}),))
    new = files(model("a", Row(unit={"input_mtok": "1"}), later), renamed)
    assert difference(old, new, AT) == Difference(other=(("acme", "a"), ("acme", "b")))


@pytest.mark.parametrize(("kept", "lost"), [(0, ["acme"]), (1, ["acme"]), (2, []), (4, [])])
def test_more_than_half_of_the_models_is_a_loss(kept: int, lost: list[str]) -> None:
    """Exactly half is not; new models do not make up for those that are gone."""
    old = files(*(plain(str(number), input_mtok="1") for number in range(4)))
    new = files(*(plain(str(number), input_mtok="1") for number in range(kept)), plain("x"), plain("y"), plain("z"))
    assert losses(old, new) == lost
    assert losses({}, new) == []


@given(st.sets(st.sampled_from(load.providers()), min_size=1))
def test_no_set_differs_from_itself(names: set[str]) -> None:
    """Whatever is in it."""
    every = {name: file for name in names if (file := load.base(name))}
    assert not difference(every, every, AT)
