from collections.abc import Callable
from decimal import Decimal

import pytest

from keeptabs.cli._reprice_diff import Diff
from keeptabs.cli._reprice_look import show, show_list
from keeptabs.core.cost import Cost, CostStatus
from keeptabs.store.record import Record
from keeptabs.store.repricing import Batch, Repriced, Repricing

Make = Callable[..., Record]

UNPRICED = Cost(status=CostStatus.UNPRICED, why="no price for mine at openai")


def priced(usd: str, status: CostStatus = CostStatus.PRICED, why: str = "") -> Cost:
    return Cost(usd=Decimal(usd), status=status, why=why)


def shown(capsys: pytest.CaptureFixture[str], diff: Diff, *, is_applied: bool = False) -> list[str]:
    """The lines that are printed, without the space between their words."""
    show(
        diff,
        Repricing(at=0, book="a book", since=0, until=1, id=3, calls=diff.changed),
        "in all",
        is_applied=is_applied,
    )
    return [" ".join(line.split()) for line in capsys.readouterr().out.splitlines() if line.strip()]


def diff(*calls: Repriced, unreadable: int = 0) -> Diff:
    found = Diff()
    found.add(Batch(calls=list(calls), unreadable=unreadable))
    return found


@pytest.mark.parametrize(
    ("was", "now", "row", "before", "after"),
    [
        (
            UNPRICED,
            priced("1"),
            "gpt-4o-2024-08-06 openai unpriced → priced 1 – $1.0000 +$1.0000",
            "1 call of gpt-4o-2024-08-06 at openai would get a price. Before: no price for mine at openai.",
            "1 call of gpt-4o-2024-08-06 at openai got a price. Before: no price for mine at openai.",
        ),
        (
            priced("1"),
            UNPRICED,
            "gpt-4o-2024-08-06 openai priced → unpriced 1 $1.0000 – -$1.0000",
            "! 1 call of gpt-4o-2024-08-06 at openai would have no price: no price for mine at openai.",
            "! 1 call of gpt-4o-2024-08-06 at openai lost their price: no price for mine at openai.",
        ),
        (
            priced("1"),
            priced("1", CostStatus.PARTIAL, "no flex rates"),
            "gpt-4o-2024-08-06 openai priced → partial 1 $1.0000 $1.0000 $0.0000",
            "1 call of gpt-4o-2024-08-06 at openai, priced → partial: no flex rates.",
            "1 call of gpt-4o-2024-08-06 at openai, priced → partial: no flex rates.",
        ),
        (
            priced("1", CostStatus.PARTIAL, "no flex rates"),
            priced("0.99999"),
            "gpt-4o-2024-08-06 openai partial → priced 1 $1.0000 $1.0000 -<$0.0001",
            "1 call of gpt-4o-2024-08-06 at openai, partial → priced. Before: no flex rates.",
            "1 call of gpt-4o-2024-08-06 at openai, partial → priced. Before: no flex rates.",
        ),
    ],
    ids=["gains", "loses", "partial now", "partial before"],
)
def test_a_line_and_why(
    capsys: pytest.CaptureFixture[str], record: Make, was: Cost, now: Cost, row: str, before: str, after: str
) -> None:
    """The status before and after, amounts, the change with its sign; below, the reason."""
    found = diff(Repriced(id=1, detail="", call=record(cost=was).call, now=now))
    lines = shown(capsys, found)
    assert row in lines
    assert lines[-2] == before
    assert shown(capsys, found, is_applied=True)[-2] == after


def test_many_reasons_are_cut_and_what_is_lost_comes_first(capsys: pytest.CaptureFixture[str], record: Make) -> None:
    """Five of them, and how many there are beside; what cannot be read is told in any case."""
    gained = [
        Repriced(id=n, detail="", call=record(cost=UNPRICED, response_model=f"m{n}").call, now=priced("1"))
        for n in range(6)
    ]
    lost = Repriced(id=9, detail="", call=record(cost=priced("0.1")).call, now=UNPRICED)
    lines = shown(capsys, diff(*gained, lost, unreadable=2))
    notes = lines[lines.index(next(line for line in lines if line.startswith("!"))) :]
    assert len(notes) == 5 + 3
    assert notes[0].startswith("! 1 call of gpt-4o-2024-08-06 at openai would have no price")
    assert notes[5] == "… and 2 more reasons: --json has all of them."
    assert notes[6] == "! 2 calls cannot be read by this version and stayed as they are."


def test_nothing_that_changes_is_said(capsys: pytest.CaptureFixture[str], record: Make) -> None:
    """A ledger that agrees with the book needs no table."""
    call = record().call
    assert shown(capsys, diff(Repriced(id=1, detail="", call=call, now=call.cost))) == [
        "$0.0003 → $0.0003 $0.0000 1 call in all · 0 would change",
        "Nothing to change: the ledger agrees with the prices of a book.",
    ]


def test_a_list_tells_what_holds_from_what_was_undone(capsys: pytest.CaptureFixture[str]) -> None:
    """One without calls was taken back."""
    show_list(
        [
            Repricing(id=2, at=0, book="a book", since=0, until=1, before=10**9, after=2 * 10**9, calls=4),
            Repricing(id=1, at=0, book="a book", since=0, until=1),
        ]
    )
    lines = [line.split() for line in capsys.readouterr().out.splitlines() if line.strip()]
    assert lines[1][-6:] == ["a", "book", "4", "$1.0000", "$2.0000", "+$1.0000"]
    assert lines[2][-3:] == ["a", "book", "undone"]
