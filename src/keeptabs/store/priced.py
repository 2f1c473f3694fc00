"""By which prices the calls of a part were billed, and which have none. Money in nano-USD, times in nanoseconds."""

import msgspec

from keeptabs.core.cost import Cost
from keeptabs.store.database import Connection
from keeptabs.store.hours import within
from keeptabs.store.queries import UNPRICED
from keeptabs.store.slices import Slice, sliced
from keeptabs.store.wanted import Wanted


class ModelLine(msgspec.Struct, frozen=True):
    """The calls of a model at a provider, and how their costs are known; ``cost`` is None where none is.

    ``priced_at`` and ``unpriced_at`` are the newest hours with calls of that kind, None where there are none.
    """

    provider: str
    model: str
    calls: int
    cost: int | None
    unpriced: int
    estimated: int
    disputed: int
    stale: int
    tokens: int
    priced_at: int | None
    unpriced_at: int | None


class _Detail(msgspec.Struct, frozen=True):
    cost: Cost


_decoder = msgspec.json.Decoder(_Detail)


def models(db: Connection, part: Slice) -> list[ModelLine]:
    """One line a model: those that lack a price first, then the dearest."""
    table = sliced(db, part)
    sql = f"""{table.sql}
        SELECT provider, model, sum(calls), iif(sum(costed), sum(cost), NULL), sum(unpriced), sum(estimated),
            sum(disputed), sum(stale), sum(input + output), max(hour) FILTER (WHERE costed > 0),
            max(hour) FILTER (WHERE unpriced > 0)
        FROM sliced GROUP BY provider, model
        ORDER BY sum(unpriced) > 0 DESC, sum(cost) DESC, sum(calls) DESC, provider, model"""
    return [ModelLine(*row) for row in db.execute(sql, table.values)]


def newest(db: Connection, part: Slice, line: ModelLine, hour: int, *, unpriced: bool) -> Cost | None:
    """The cost of the newest call of a model in an hour, of those that have a price or of those that lack one.

    None where such calls were pruned.
    """
    wanted = Wanted(part=within(part, hour))
    sql = f"""
        SELECT detail FROM calls WHERE {wanted.condition()}
            AND provider = :of_provider AND model = :of_model AND {UNPRICED if unpriced else "cost IS NOT NULL"}
        ORDER BY started_at DESC, id DESC LIMIT 1"""
    values = {**wanted.values, "of_provider": line.provider, "of_model": line.model}
    found = db.execute(sql, values).fetchone()
    try:
        return _decoder.decode(found[0]).cost if found else None
    except msgspec.MsgspecError:  # a newer keeptabs wrote it
        return None
