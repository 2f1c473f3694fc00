from hypothesis import given
from hypothesis import strategies as st

from keeptabs.store.explore import Cell
from keeptabs.web.layout import STEPS, Laid, Side, Sum, lay, step

_counts = st.integers(0, 10**12)
_cells = st.dictionaries(
    st.tuples(st.sampled_from("abcdefg"), st.sampled_from("uvwxyz")),
    st.tuples(st.integers(1, 100), _counts, _counts, _counts, _counts, _counts),
).map(lambda found: [Cell(row, column, *values) for (row, column), values in found.items()])


def laid(cells: list[Cell], rows: int, columns: int) -> Laid:
    return lay(cells, lambda each: each.cost, Side(most=rows), Side(most=columns))


def added(sums: list[Sum]) -> Sum:
    return Sum(**{name: sum(getattr(each, name) for each in sums) for name in Sum.__struct_fields__})


@given(_cells, st.integers(1, 8), st.integers(1, 8))
def test_margins_add_up_whatever_is_cut(cells: list[Cell], rows: int, columns: int) -> None:
    """Rows, columns and cells each add up to the total, and there are no more of them than fit."""
    found = laid(cells, rows, columns)
    assert len(found.rows) <= rows
    assert len(found.columns) <= columns
    for sums in (found.cells, found.by_row, found.by_column):
        assert added(list(sums.values())) == found.total
    for row in found.rows:
        assert added([found.cells[key] for key in found.cells if key[0] == row]) == found.by_row[row]


@given(_cells, st.integers(2, 8))
def test_what_is_shown_is_not_less_than_what_is_left(cells: list[Cell], rows: int) -> None:
    """The rows stand in the order of their measure, and none that is cut is greater than one that is shown."""
    whole, cut = laid(cells, 1_000, 1_000), laid(cells, rows, 1_000)
    costs = [whole.by_row[row].cost for row in whole.rows]
    assert costs == sorted(costs, reverse=True)
    kept = [row for row in cut.rows if row is not None]
    assert kept == list(whole.rows[: len(kept)])


def test_days_stand_newest_first_and_the_oldest_are_cut() -> None:
    """Days go down from the newest and to the right up to it, however much they cost."""
    cells = [Cell(str(day), "x", 1, 0, 0, cost, 1, 0) for day, cost in ((100, 9), (90, 99), (1000, 1))]
    found = lay(cells, lambda each: each.cost, Side(most=2, is_days=True), Side(most=9))
    assert found.rows == ("1000", None)
    turned = [Cell(cell.column, cell.row, 1, 0, 0, cell.cost, 1, 0) for cell in cells]
    across = lay(turned, lambda each: each.cost, Side(most=9), Side(most=2, is_days=True))
    assert across.columns == (None, "1000")


@given(st.integers(1, 10**15), st.integers(1, 10**15))
def test_shade_is_a_step_that_there_is(value: int, top: int) -> None:
    """Anything is at least a little dark, the greatest is darkest, and nothing is not."""
    assert 1 <= step(value, max(value, top)) <= STEPS
    assert (step(value, value), step(0, top), step(0, 0)) == (STEPS, 0, 0)
