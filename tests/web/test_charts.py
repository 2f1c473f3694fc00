import json
import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keeptabs.web.charts import Marks, Note, Series, bar, plot, scale, spark, stacked, steps


@given(st.floats(1e-9, 1e12))
def test_a_scale_is_round_and_holds_its_values(top: float) -> None:
    """A scale ends at or above the highest value, in two to five steps of 1, 2, 2.5 or 5 times a power of ten."""
    end, step = scale(top)
    assert end >= top * (1 - 1e-12)
    assert 2 <= len(steps(end, step)) <= 6
    assert round(step / 10 ** math.floor(math.log10(step) + 1e-9), 9) in {1, 2, 2.5, 5}


@pytest.mark.parametrize(("share", "width"), [(0, "0.0%"), (0.5, "50.0%"), (1, "100.0%"), (7, "100.0%"), (-1, "0.0%")])
def test_a_bar_stays_in_its_place(share: float, width: str) -> None:
    """Whatever the share, from nothing to all."""
    assert f'width="{width}"' in bar(share)


@pytest.mark.parametrize("values", [[], [1], [0, 0], [-1, -2]])
def test_what_has_no_course_has_no_line(values: list[float]) -> None:
    """One value, or nothing above zero, is no course."""
    assert spark(values) == ""


def test_a_spark_ends_at_its_edges() -> None:
    """The first value is at the left, the last at the right, the highest at the top."""
    points = re.search(r'polyline points="([^"]*)"', spark([1, 3, 2], width=100, height=30))
    assert points is not None
    assert points[1] == "0.0,20.0 50.0,4.0 100.0,12.0"


TWO = [Series("<b>", [1, 0, 3]), Series("o3", [2, 0, 1])]


def test_columns_say_what_they_are_made_of() -> None:
    """A column that is pointed at tells its sum and its parts; one of nothing is not drawn; names are text."""
    drawn = stacked(["Mon", "Tue", "Wed"], TWO, "Spend")
    assert "<title>Mon: $3.00\n&lt;b&gt; $1.00\no3 $2.00</title>" in drawn
    assert "<title>Tue" not in drawn
    assert "<b>" not in drawn


def test_columns_lead_somewhere_where_they_are_told_to() -> None:
    """Each to its own address; a note stands above its column."""
    marks = Marks(note=Note(2, "Wed: much"), hrefs=["/1", "/2", "/3?a=1&b=2"])
    drawn = stacked(["Mon", "Tue", "Wed"], TWO, "Spend", marks=marks)
    assert re.findall(r'<a href="([^"]*)"', drawn) == ["/1", "/3?a=1&amp;b=2"]
    assert re.search(r'class="note"[^>]*text-anchor="end">Wed: much', drawn)


def test_a_chart_of_nothing_is_empty() -> None:
    """No columns and no values are no fault."""
    assert "<rect" not in stacked([], [], "Spend")
    assert "<rect" not in stacked(["Mon"], [Series("a", [0])], "Spend")


def test_a_plot_has_the_data_of_the_drawing() -> None:
    """Seconds, values as they are, gaps where there is none, and which columns are links."""
    marks = Marks(note=Note(0, "x"), hrefs=["/1", "/2", "/3"])
    made = json.loads(plot([0, 10**9, 2 * 10**9], TWO, unit="$", stacked=True, marks=marks))
    assert (made["times"], made["linked"], made["note"]) == ([0, 1, 2], [0, 2], {"column": 0, "text": "x"})
    assert json.loads(plot([0], [Series("a", [math.nan])]))["series"] == [{"name": "a", "values": [None]}]
