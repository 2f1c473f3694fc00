"""Keys: those that were seen in prompts, and the fingerprints of those that calls were made with.

Neither stands in the sums, so the calls themselves are read: ask of a part that has no more than ``MOST``.
"""

import msgspec

from keeptabs.core.call import IN_PROMPT
from keeptabs.store.database import Connection
from keeptabs.store.queries import UNPRICED
from keeptabs.store.slices import Slice
from keeptabs.store.wanted import Wanted

MOST = 20_000  # calls: 0.2 s (checked 2026-11-24)
_FACT = f"""'$.facts."{IN_PROMPT}"'"""
_NOTICED = f"(instr(detail, '{IN_PROMPT}') AND json_type(detail, {_FACT}) = 'array')"  # cheap before dear


class InPrompt(msgspec.Struct, frozen=True, kw_only=True):
    """A call whose prompt held what looks like keys, by the ids of the rules that noticed them."""

    id: int
    started_at: int
    provider: str
    model: str
    service: str
    site_file: str | None
    site_line: int | None
    trace_id: str
    kinds: tuple[str, ...]


class Use(msgspec.Struct, frozen=True):
    """What one service did with one key, which is known by its fingerprint; ``cost`` in nano-USD, None if not known."""

    provider: str
    key: str
    service: str
    calls: int
    cost: int | None
    unpriced: int
    first_at: int
    last_at: int


def in_prompts(db: Connection, part: Slice) -> list[InPrompt]:
    """The calls with keys in their prompts, the newest first."""
    wanted = Wanted(part=part)
    names = InPrompt.__struct_fields__[:-1]
    sql = f"""
        SELECT {", ".join(names)}, json_extract(detail, {_FACT}) FROM calls WHERE {wanted.condition()} AND {_NOTICED}
        ORDER BY started_at DESC, id DESC"""
    rows = db.execute(sql, wanted.values)
    return [InPrompt(**dict(zip(names, row, strict=False)), kinds=_words(row[-1])) for row in rows]


def _words(text: str) -> tuple[str, ...]:
    return tuple(str(each) for each in msgspec.json.decode(text))


def uses(db: Connection, part: Slice) -> list[Use]:
    """One line a key and service: the key that was used by the most services first, then by the most calls."""
    wanted = Wanted(part=part)
    sql = f"""
        WITH used AS (
            SELECT provider, account, service, count(*) AS calls, sum(cost) AS cost,
                sum({UNPRICED}) AS unpriced, min(started_at) AS first_at, max(started_at) AS last_at FROM calls
            WHERE {wanted.condition()} AND account IS NOT NULL GROUP BY provider, account, service)
        SELECT * FROM used WINDOW whole AS (PARTITION BY provider, account)
        ORDER BY count(*) OVER whole DESC, sum(calls) OVER whole DESC, provider, account, calls DESC, service"""
    return [Use(*row) for row in db.execute(sql, wanted.values)]
