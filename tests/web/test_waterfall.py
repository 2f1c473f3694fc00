from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keeptabs.web.waterfall import Piece, Row, Waterfall, waterfall

SECOND = 1_000_000_000


def piece(name: str, start: float, took: float, **fields: Any) -> Piece:
    """A piece by seconds; a call where it has an operation."""
    given_ = {"id": name, "name": name, "is_call": "operation" in fields, **fields}
    return Piece(started_at=int(start * SECOND), duration=int(took * SECOND), **given_)


_ids = st.sampled_from("abcdefgh")
_pieces = st.lists(
    st.builds(
        Piece,
        id=_ids,
        name=_ids,
        started_at=st.integers(0, 100),
        duration=st.integers(0, 50),
        parent=st.none() | _ids | st.sampled_from(["gone", "lost"]),
        is_call=st.booleans(),
        operation=st.sampled_from(["", "", "x", "y"]),
        attempt=st.integers(1, 3),
        first_chunk=st.none() | st.integers(0, 60),
        cost=st.none() | st.integers(0, 10**9),
        is_quiet=st.booleans(),
    ),
    max_size=15,
)


def shown(drawn: Waterfall) -> list[Row]:
    return [row for row in drawn.rows if row.piece is not None]


@given(_pieces)
def test_every_piece_has_one_row(pieces: list[Piece]) -> None:
    """Whatever names what as its parent, also in circles: each piece is there once, beside spans that are missing."""
    rows = [row.piece for row in shown(waterfall(pieces)) if row.piece]
    assert [rows.count(each) for each in pieces] == [pieces.count(each) for each in pieces]
    known = {each.id for each in pieces}
    assert {each.id for each in rows} - known == {each.parent for each in pieces if each.parent} - known


@given(_pieces)
def test_depth_grows_by_one_at_a_time(pieces: list[Piece]) -> None:
    """A row is at most one step further in than the one before, so that what it is under stands above it."""
    depths = [row.depth for row in shown(waterfall(pieces))]
    assert all(after <= before + 1 for before, after in zip([-1, *depths], depths, strict=False))


@given(_pieces)
def test_costs_of_roots_add_up_to_all_calls(pieces: list[Piece]) -> None:
    """No cost is lost or counted twice on its way to the roots."""
    roots = [row for row in shown(waterfall(pieces)) if row.depth == 0]
    assert sum(row.cost or 0 for row in roots) == sum(each.cost or 0 for each in pieces)
    assert sum(row.calls for row in roots) == sum(each.is_call for each in pieces)
    assert all(row.cost is None for row in roots) == all(each.cost is None for each in pieces)


@given(_pieces)
def test_bars_are_within_the_whole(pieces: list[Piece]) -> None:
    """A bar begins and ends within the lane, and its waiting is a part of it."""
    for row in waterfall(pieces).rows:
        assert 0 <= row.start <= row.start + row.length <= 1 + 1e-9
        assert 0 <= row.waiting <= row.length


def test_attempts_stand_together_with_the_waits_between() -> None:
    """Attempts of one operation are not torn apart by what ran meanwhile, and a wait says what was asked for."""
    drawn = waterfall(
        [
            piece("root", 0, 12),
            piece("first", 1, 0.3, parent="root", operation="op", told=4 * SECOND),
            piece("meanwhile", 1.4, 1, parent="root"),
            piece("second", 1.5, 0.3, parent="root", operation="op", attempt=2),
            piece("third", 5.8, 5, parent="root", operation="op", attempt=3, first_chunk=2 * SECOND, cost=7),
        ]
    )
    assert [(row.name, row.depth) for row in drawn.rows] == [
        ("root", 0),
        ("first", 1),
        ("told to wait 4 s, waited 0.2 s", 1),
        ("second", 1),
        ("backing off", 1),
        ("third", 1),
        ("meanwhile", 1),
    ]
    assert (drawn.rows[0].cost, drawn.took, drawn.waited) == (7, 12 * SECOND, int(4.2 * SECOND))
    assert drawn.rows[5].waiting == pytest.approx(2 / 12)


def test_wait_as_long_as_asked_is_no_haste() -> None:
    """Who waits as long as the provider asked for backs off."""
    drawn = waterfall(
        [piece("a", 0, 1, operation="op", told=2 * SECOND), piece("b", 3.5, 1, operation="op", attempt=2)]
    )
    assert drawn.rows[1].name == "told to wait 2 s, backing off"


def test_attempts_that_overlap_wait_for_nothing() -> None:
    """An attempt that began before the end of the one before has no wait."""
    drawn = waterfall([piece("a", 0, 2, operation="op"), piece("b", 1, 2, operation="op", attempt=2)])
    assert ([row.name for row in drawn.rows], drawn.waited) == (["a", "b"], 0)


def test_plumbing_is_folded_unless_something_is_under_it() -> None:
    """Quiet spans are folded with those beside them; one with a call under it, and a root, is not."""
    drawn = waterfall(
        [
            piece("root", 0, 9, is_quiet=True),
            piece("one", 1, 1, parent="root", is_quiet=True),
            piece("inside", 1, 1, parent="one", is_quiet=True),
            piece("two", 2, 1, parent="root", is_quiet=True),
            piece("over", 4, 2, parent="root", is_quiet=True),
            piece("call", 4, 1, parent="over", operation="op"),
        ]
    )
    folds = [(fold.is_plumbing, [row.name for row in fold.rows]) for fold in drawn.folds]
    assert folds == [(False, ["root"]), (True, ["one", "inside", "two"]), (False, ["over", "call"])]


def test_missing_parent_is_as_long_as_what_is_under_it() -> None:
    """A span that is not kept stands with the name that its calls know, from the first to the last of them."""
    drawn = waterfall(
        [
            piece("a", 1, 1, parent="gone", parent_name="POST /answer", operation="x"),
            piece("b", 4, 2, parent="gone", operation="y"),
        ]
    )
    root = drawn.rows[0]
    assert (root.name, root.took, root.depth, len(drawn.rows)) == ("POST /answer", 5 * SECOND, 0, 3)


def test_trace_may_be_deeper_than_the_stack() -> None:
    """A chain of thousands of spans is drawn like any other."""
    depth = 3_000
    chain = [piece(str(n), n, depth - n, parent=str(n - 1) if n else None) for n in range(depth)]
    assert [row.depth for row in waterfall(chain).rows] == list(range(depth))


def test_nothing_has_no_rows() -> None:
    """Without pieces there is nothing to draw."""
    assert waterfall([]).folds == ()
