import pytest
from ledgers import HOUR, NOW, made, memory

from keeptabs.core.exchange import Timing
from keeptabs.web.ask import DAY, Ask
from keeptabs.web.by_model import course, grouped, outstanding
from keeptabs.web.charts import Note


def test_models_without_a_colour_are_one() -> None:
    """The dearest five have their own, all others are summed; of six each has its own."""
    spent = {f"m{n}": {0: n} for n in range(1, 8)}
    assert grouped(spent, [0, 1]) == {**{f"m{n}": [n, 0] for n in (7, 6, 5, 4, 3)}, "other": [3, 0]}
    del spent["m1"]
    assert list(grouped(spent, [0])) == ["m7", "m6", "m5", "m4", "m3", "m2"]


def test_a_model_of_that_name_is_not_the_others() -> None:
    """Nobody keeps a provider from calling a model "other"."""
    spent = {"other": {0: 99}, **{f"m{n}": {0: n} for n in range(1, 8)}}
    assert grouped(spent, [0])["all other"] == [1 + 2 + 3]
    assert grouped(spent, [0])["other"] == [99]


@pytest.mark.parametrize(
    ("totals", "note"),
    [
        ([1, 1, 1, 5, 1, 1, 1], Note(3, "d3: a, $4.00 above its usual")),
        ([2, 2, 2, 3, 2, 2, 2], None),
        ([1, 1, 1, 5, 1, 1], None),
        ([0, 0, 0, 0, 0, 0, 0], None),
    ],
    ids=["one stands out", "half as much again", "too few", "nothing"],
)
def test_a_day_that_stands_out_is_named(totals: list[int], note: Note | None) -> None:
    """With the model that is the most of it, and how far above its own usual it was."""
    dollars = [each * 10**9 for each in totals]
    assert outstanding([f"d{n}" for n in range(len(totals))], dollars, {"a": dollars, "b": [0] * len(totals)}) == note


@pytest.mark.parametrize(
    ("period", "days", "step", "columns"),
    [
        ("24h", 0, "an hour", 25),
        ("7d", 6, "a day", 8),
        ("28d", 27, "a day", 29),
        ("all", 0, "a day", 1),
        ("all", 91, "a day", 92),
        ("all", 92, "a week", 14),
        ("all", 2_000, "four weeks", 72),
    ],
)
def test_columns_are_as_long_as_reads_well(period: str, days: int, step: str, columns: int) -> None:
    """Hours for a day, days up to three months, then weeks and four weeks."""
    first = (NOW // DAY - days) * DAY + HOUR
    with memory([made(1, timing=Timing(started_at=first, duration=1))]) as db:
        found = course(db, Ask(path="/", now=NOW, period=period), first)
    assert (found.step, len(found.times)) == (step, columns)


def test_days_lead_to_their_calls() -> None:
    """A column that is a day is a link; one of an hour is none."""
    with memory([made(1)]) as db:
        ask = Ask(path="/", now=NOW, having={"model": "gpt-4o"})
        assert course(db, ask, NOW).marks.hrefs[-1] == "/calls?model=gpt-4o&day=2026-11-18"
        assert course(db, Ask(path="/", now=NOW, period="24h"), NOW).marks.hrefs == ()
