"""A step of the schema: spans beside the calls of a trace, and calls that another tool's span told of.

A call that is told of may be seen on the wire as well. It counts once: what was told is withdrawn, which takes it out
of the sums, and then removed. Like every step this one is never changed again.
"""

from keeptabs.store.rollup_schema import KEY, MEASURES, SUMS, key, sums

WITHDRAWN = "withdrawn"
_HOUR = 3_600_000_000_000  # nanoseconds

_SPANS = """
    CREATE TABLE spans (
        id INTEGER PRIMARY KEY,
        trace_id TEXT NOT NULL,
        span_id TEXT NOT NULL,
        parent_id TEXT,
        name TEXT NOT NULL,
        kind TEXT NOT NULL,               -- internal, server, client, producer, consumer
        started_at INTEGER NOT NULL,      -- nanoseconds since the epoch
        duration INTEGER NOT NULL,        -- nanoseconds
        status TEXT NOT NULL,             -- unset, ok, error
        service TEXT NOT NULL,
        scope TEXT NOT NULL,              -- the instrumentation that made it
        attributes TEXT NOT NULL,         -- JSON object: bounded, without contents and keys
        source TEXT NOT NULL              -- app: of the process itself; otlp: it was sent
    ) STRICT
"""


def _less() -> str:
    found = sums("old.")
    return ", ".join(f"{name} = {name} - {found[name]}" for name in SUMS)


def _uncounted(measure: str) -> str:
    value = MEASURES[measure].format(call="old.")
    place = f"""(hour, provider, model, measure, bound) = (old.started_at / {_HOUR} * {_HOUR}, old.provider, old.model,
            '{measure}', (SELECT min(bound) FROM bounds WHERE bounds.bound >= {value}))"""
    return f"""
        UPDATE histograms SET count = count - 1 WHERE {place};
        DELETE FROM histograms WHERE {place} AND count = 0"""


_WITHDRAW = f"""
    CREATE TRIGGER calls_withdrawn AFTER UPDATE OF source ON calls WHEN new.source = '{WITHDRAWN}' BEGIN
        UPDATE rollups SET {_less()} WHERE ({KEY}) = ({key("old.")});
        DELETE FROM rollups WHERE ({KEY}) = ({key("old.")}) AND calls = 0;
        {"; ".join(map(_uncounted, MEASURES))};
    END
"""

STEP: tuple[str, ...] = (
    "ALTER TABLE calls ADD COLUMN source TEXT NOT NULL DEFAULT 'tap'",
    "CREATE INDEX calls_told ON calls (trace_id) WHERE source <> 'tap'",
    "CREATE INDEX calls_told_answers ON calls (json_extract(detail, '$.response_id')) WHERE source <> 'tap'",
    _SPANS,
    "CREATE UNIQUE INDEX spans_once ON spans (trace_id, span_id)",
    "CREATE INDEX spans_by_time ON spans (started_at)",
    "CREATE TABLE spans_dropped (why TEXT PRIMARY KEY, count INTEGER NOT NULL) STRICT",
    _WITHDRAW,
)
