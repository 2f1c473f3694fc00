"""What came from caches: of the provider, and of the application. Money in nano-USD, times in nanoseconds."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Context, Decimal

import msgspec

from keeptabs.core.cost import Cost, PriceLine
from keeptabs.store.database import Connection
from keeptabs.store.hours import within
from keeptabs.store.rollups import DAY
from keeptabs.store.slices import Slice, sliced
from keeptabs.store.wanted import Wanted

MOST = 5_000  # calls whose bills are read: 0.1 s (checked 2026-11-24)
_EXACT = Context(prec=60, traps=[])
_SUMS = """sum(calls), sum(iif(told_input, input, 0)), sum(cache_read), sum(cache_write), sum(cached), sum(saved)"""


class Cached(msgspec.Struct, frozen=True):
    """Sums over calls. ``input`` are all input tokens; ``read`` those of them that came from the provider's cache.

    ``written`` were put into it. ``local`` calls were answered by a cache of the application, which ``saved`` so much.
    """

    calls: int
    input: int
    read: int
    written: int
    local: int
    saved: int

    @property
    def share(self) -> float | None:
        """The share of the input that came from the provider's cache; None where there was no input."""
        return self.read / self.input if self.input else None


class HourLine(msgspec.Struct, frozen=True):
    """One hour; ``touched`` are calls like those that had to do with the provider's cache, and maybe some more."""

    hour: int
    touched: int
    sums: Cached


class PlaceLine(msgspec.Struct, frozen=True):
    """Input tokens of one model at one place in the code; without a place the three are "", 0 and ""."""

    provider: str
    model: str
    file: str
    line: int
    function: str
    input: int
    read: int


class Saved(msgspec.Struct, frozen=True, kw_only=True):
    """What the provider's cache saved, in USD, by the bills of ``calls`` that it had a part in, from ``since`` on.

    ``unknown`` further calls have a bill that does not say what an input token costs in full.
    """

    usd: Decimal
    calls: int
    unknown: int
    since: int
    is_whole: bool


class _Detail(msgspec.Struct, frozen=True):
    cost: Cost  # which knows how its lines are written


_decoder = msgspec.json.Decoder(_Detail)


def together(some: Iterable[Cached]) -> Cached:
    """The sum of sums."""
    columns = zip(*(msgspec.structs.astuple(each) for each in some), strict=True)
    return Cached(*([sum(column) for column in columns] or [0] * len(Cached.__struct_fields__)))


def by_hour(db: Connection, part: Slice) -> list[HourLine]:
    """One line an hour, in the order of time."""
    table = sliced(db, part)
    sql = f"""{table.sql} SELECT hour, sum(calls) FILTER (WHERE cache_read > 0 OR cache_write > 0), {_SUMS}
        FROM sliced GROUP BY hour ORDER BY hour"""
    found = db.execute(sql, table.values)
    return [HourLine(hour, calls or 0, Cached(*sums)) for hour, calls, *sums in found]


def by_place(db: Connection, part: Slice) -> list[PlaceLine]:
    """One line a model and place in the code."""
    table = sliced(db, part, grain=DAY)
    sql = f"""{table.sql}
        SELECT provider, model, site_file, site_line, site_function, sum(iif(told_input, input, 0)), sum(cache_read)
        FROM sliced GROUP BY provider, model, site_file, site_line, site_function"""
    return [PlaceLine(*row) for row in db.execute(sql, table.values)]


def saved(db: Connection, part: Slice, lines: Sequence[HourLine], most: int = MOST) -> Saved:
    """What the provider's cache saved, exactly: by the bills of the newest hours that have no more than ``most`` calls.

    ``lines`` are all hours of the part. One hour is read at least.
    """
    hours, is_whole = _hours(lines, most)
    usd, calls, unknown = Decimal(0), 0, 0
    for bill in _bills(db, part, hours):
        gain = gained(bill)
        calls += 1
        if gain is None:
            unknown += 1
        else:
            usd = _EXACT.add(usd, gain)
    return Saved(usd=usd, calls=calls - unknown, unknown=unknown, since=min(hours, default=0), is_whole=is_whole)


def _hours(lines: Sequence[HourLine], most: int) -> tuple[list[int], bool]:
    hours, read = list[int](), 0
    for line in reversed(lines):
        if line.touched:
            read += line.touched
            if hours and read > most:
                return hours, False
            hours.append(line.hour)
    return hours, True


def _bills(db: Connection, part: Slice, hours: list[int]) -> Iterator[tuple[PriceLine, ...]]:
    wanted = Wanted(part=part).condition()
    sql = f"SELECT detail FROM calls WHERE {wanted} AND (cache_read > 0 OR cache_write > 0)"
    for hour in hours:
        for (detail,) in db.execute(sql, Wanted(part=within(part, hour)).values):
            try:
                yield _decoder.decode(detail).cost.lines
            except msgspec.MsgspecError:  # a newer keeptabs wrote it
                continue


def gained(lines: Sequence[PriceLine]) -> Decimal | None:
    """What a bill would have been more, had all its input been billed in full; below zero where writing cost more.

    None where the bill does not say what input costs in full.
    """
    full = next((line for line in lines if line.unit == "input.text"), None)
    touched = [line for line in lines if line.unit.startswith(("cache_read", "cache_write"))]
    if full is None or not touched or any(not _is_text(line) for line in touched):
        return None
    tokens = sum((line.quantity for line in touched), Decimal(0))
    paid = sum((line.amount for line in touched), Decimal(0))
    return _EXACT.subtract(_EXACT.divide(_EXACT.multiply(tokens, full.rate), Decimal(full.per)), paid)


def _is_text(line: PriceLine) -> bool:
    """Audio and images from a cache are not billed as text in full."""
    return not line.unit.endswith((".audio", ".image", ".video"))
