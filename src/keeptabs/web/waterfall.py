"""A trace as rows of a waterfall: spans under what made them, attempts together, waits between them, plumbing apart.

Nothing here knows of pages or the ledger. All walks are loops: a trace may be deeper than Python's stack.
"""

from collections import defaultdict
from collections.abc import Sequence
from itertools import groupby

import msgspec

_LEAST = 0.002  # of the whole: a bar that is shorter would not be seen


class Piece(msgspec.Struct, frozen=True, kw_only=True):
    """A span, or an attempt of a call. Times in nanoseconds, ``first_chunk`` from the start on, ``told`` from the end.

    Attempts of one operation have its ``operation``; several may have one ``id``. ``is_quiet`` says that nobody would
    miss it unless something of worth is under it.
    """

    id: str
    name: str
    started_at: int
    duration: int
    parent: str | None = None
    parent_name: str | None = None
    is_call: bool = False
    operation: str = ""
    attempt: int = 1
    first_chunk: int | None = None
    told: int | None = None
    cost: int | None = None
    is_failure: bool = False
    is_quiet: bool = False

    @property
    def ends(self) -> int:
        """When it was over."""
        return self.started_at + self.duration


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A row: where its bar begins and how long it is, in shares of the whole, and how much of that was waiting.

    ``piece`` is None for a wait between two attempts. ``cost`` is that of all calls of the row and under it.
    """

    piece: Piece | None
    name: str
    depth: int
    start: float
    length: float
    waiting: float = 0.0
    took: int = 0
    cost: int | None = None
    calls: int = 0


class Fold(msgspec.Struct, frozen=True):
    """Rows that stand one after the other and are of interest together, or not at all."""

    rows: tuple[Row, ...]
    is_plumbing: bool


class Waterfall(msgspec.Struct, frozen=True, kw_only=True):
    """All rows, from when on and how long; ``waited`` is the time between attempts."""

    folds: tuple[Fold, ...]
    started_at: int
    took: int
    waited: int

    @property
    def rows(self) -> list[Row]:
        """The rows, in their order."""
        return [row for fold in self.folds for row in fold.rows]


class _Tree:
    """The pieces in the order of rows: ``order`` has them after what they are under, with their depths."""

    def __init__(self, given: Sequence[Piece]) -> None:
        self.pieces = [*given, *_missing(given)]
        self.under = _parents(self.pieces)
        self.order: list[tuple[int, int]] = []
        self._below = self._children()
        self._walk()
        self.cost, self.calls, self.quiet = self._summed()

    def _children(self) -> dict[int | None, list[int]]:
        below: dict[int | None, list[int]] = defaultdict(list)
        first: dict[tuple[int | None, str], int] = {}
        for n, piece in enumerate(self.pieces):
            below[self.under[n]].append(n)
            key = (self.under[n], piece.operation)
            first[key] = min(first.get(key, piece.started_at), piece.started_at)
        for parent, found in below.items():
            found.sort(key=lambda n: self._place(n, first[parent, self.pieces[n].operation]))
        return below

    def _place(self, n: int, first: int) -> tuple[int, str, int, int, int]:
        """Attempts of one operation stand together, where the first of them began."""
        piece = self.pieces[n]
        begins = first if piece.operation else piece.started_at
        return begins, piece.operation, piece.attempt, piece.started_at, n

    def _walk(self) -> None:
        seen: set[int] = set()
        # Pieces that are under one another in a circle are reached from none: the first of them begins.
        begins = [*self._below[None], *sorted(range(len(self.pieces)), key=lambda n: self.pieces[n].started_at)]
        for root in begins:
            waiting = [(root, 0)]
            while waiting:
                n, depth = waiting.pop()
                if n in seen:
                    continue
                if not depth:
                    self.under[n] = None
                seen.add(n)
                self.order.append((n, depth))
                waiting += [(child, depth + 1) for child in reversed(self._below[n])]

    def _summed(self) -> tuple[list[int | None], list[int], list[bool]]:
        """By piece: the cost and number of calls there and below, and whether all of that is quiet."""
        cost = [piece.cost for piece in self.pieces]
        calls = [int(piece.is_call) for piece in self.pieces]
        quiet = [piece.is_quiet for piece in self.pieces]
        for n, depth in reversed(self.order):
            parent = self.under[n]
            if not depth or parent is None:
                continue
            cost[parent] = _sum(cost[parent], cost[n])
            calls[parent] += calls[n]
            quiet[parent] = quiet[parent] and quiet[n]
        return cost, calls, quiet


def _sum(one: int | None, other: int | None) -> int | None:
    return other if one is None else one if other is None else one + other


def _missing(given: Sequence[Piece]) -> list[Piece]:
    """The spans that are named as parents and are not there: as long as what is under them."""
    known = {piece.id for piece in given}
    under: dict[str, list[Piece]] = defaultdict(list)
    for piece in given:
        if piece.parent is not None and piece.parent not in known:
            under[piece.parent].append(piece)
    return [
        Piece(
            id=parent,
            name=next((piece.parent_name for piece in found if piece.parent_name), f"span {parent}"),
            started_at=min(piece.started_at for piece in found),
            duration=max(piece.ends for piece in found) - min(piece.started_at for piece in found),
        )
        for parent, found in under.items()
    ]


def _parents(pieces: Sequence[Piece]) -> list[int | None]:
    """For each piece the number of the one that it is under."""
    number: dict[str, int] = {}
    for n, piece in enumerate(pieces):
        number.setdefault(piece.id, n)
    found = [None if piece.parent is None else number[piece.parent] for piece in pieces]
    return [None if parent == n else parent for n, parent in enumerate(found)]


def waterfall(given: Sequence[Piece]) -> Waterfall:
    """The rows of a trace: every piece once, after what it is under."""
    if not given:
        return Waterfall(folds=(), started_at=0, took=0, waited=0)
    tree = _Tree(given)
    began = min(piece.started_at for piece in tree.pieces)
    took = max(piece.ends for piece in tree.pieces) - began
    rows: list[tuple[bool, Row]] = []
    last: dict[tuple[int | None, str], Piece] = {}
    for n, depth in tree.order:
        piece, key = tree.pieces[n], (tree.under[n], tree.pieces[n].operation)
        before = last.get(key) if piece.operation else None
        if before is not None and piece.started_at > before.ends:
            rows.append((False, _wait(before, piece, depth, began, took)))
        last[key] = piece
        rows.append((depth > 0 and tree.quiet[n], _row(tree, n, depth, began, took)))
    folds = tuple(Fold(tuple(row for _, row in some), quiet) for quiet, some in groupby(rows, key=lambda each: each[0]))
    waited = sum(row.took for _, row in rows if row.piece is None)
    return Waterfall(folds=folds, started_at=began, took=took, waited=waited)


def _row(tree: _Tree, n: int, depth: int, began: int, took: int) -> Row:
    piece = tree.pieces[n]
    start, length = _shares(piece.started_at, piece.duration, began, took)
    waiting = min(piece.first_chunk, piece.duration) / piece.duration if piece.first_chunk and piece.duration else 0.0
    return Row(
        piece=piece,
        name=piece.name,
        depth=depth,
        start=start,
        length=length,
        waiting=length * waiting,
        took=piece.duration,
        cost=tree.cost[n],
        calls=tree.calls[n],
    )


def _wait(before: Piece, after: Piece, depth: int, began: int, took: int) -> Row:
    waited = after.started_at - before.ends
    start, length = _shares(before.ends, waited, began, took)
    return Row(piece=None, name=_said(before.told, waited), depth=depth, start=start, length=length, took=waited)


def _said(told: int | None, waited: int) -> str:
    if told is None:
        return "backing off"
    asked = f"told to wait {told / 1e9:g} s"
    return f"{asked}, waited {waited / 1e9:.1f} s" if waited < told else f"{asked}, backing off"


def _shares(start: int, length: int, began: int, took: int) -> tuple[float, float]:
    if not took:
        return 0.0, 1.0
    share = max(length / took, _LEAST)
    return min((start - began) / took, 1 - share), share
