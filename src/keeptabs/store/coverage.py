"""For how many calls of the ledger a price is known, and for which it is not, or not for certain."""

import msgspec

from keeptabs.core.call import Call
from keeptabs.store.database import Connection
from keeptabs.store.queries import ANSWERED
from keeptabs.store.record import call_of

# A call that failed and used nothing is on no bill: it has no price, and needs none.
_BILLED = f"(cost_status <> 'no_usage' OR {ANSWERED})"
_GAPS = ("unpriced", "partial", "no_usage")
_DOUBTS = ("disputed", "stale")


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """Calls of one model whose cost is not known (see ``_GAPS``), or not for certain (``_DOUBTS``)."""

    provider: str
    model: str
    status: str
    calls: int
    tokens: int  # those that the wire told of
    newest: Call | None  # None where it cannot be read

    @property
    def why(self) -> str:
        """What is not known of the newest of them."""
        return self.newest.cost.why if self.newest else ""

    @property
    def is_gap(self) -> bool:
        """True where some or all of the cost is missing."""
        return self.status in _GAPS


class Coverage(msgspec.Struct, frozen=True, kw_only=True):
    """How many calls there are that cost something or may, and what is not known of them, the most calls first."""

    calls: int
    lines: tuple[Line, ...]

    @property
    def gaps(self) -> int:
        """The calls of which some or all of the cost is missing."""
        return sum(line.calls for line in self.lines if line.is_gap)

    @property
    def share(self) -> float:
        """The share of the calls whose whole cost is known; 1 where there are no calls."""
        return 1 - self.gaps / self.calls if self.calls else 1.0


def coverage(db: Connection, since: int) -> Coverage:
    """What is known of the costs of all calls since a time (nanoseconds since the epoch)."""
    (calls,) = db.execute(f"SELECT count(*) FROM calls WHERE started_at >= ? AND {_BILLED}", (since,)).fetchone()
    statuses = (*_GAPS, *_DOUBTS)
    # Beside max() SQLite takes the other columns from the row that has the greatest: lang_select.html, "bare columns".
    sql = f"""
        SELECT provider, model, cost_status, count(*), sum(coalesce(input, 0) + coalesce(output, 0)), detail, max(id)
        FROM calls WHERE started_at >= ? AND {_BILLED} AND cost_status IN ({", ".join("?" * len(statuses))})
        GROUP BY provider, model, cost_status ORDER BY count(*) DESC, provider, model"""
    return Coverage(calls=calls, lines=tuple(_line(row) for row in db.execute(sql, (since, *statuses))))


def _line(row: tuple[str, str, str, int, int, str, int]) -> Line:
    provider, model, status, calls, tokens, detail, _ = row
    try:
        newest = call_of(detail)
    except msgspec.MsgspecError:  # a newer keeptabs wrote it
        newest = None
    return Line(provider=provider, model=model, status=status, calls=calls, tokens=tokens, newest=newest)
