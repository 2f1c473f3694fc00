"""The fourth step of the schema: hourly sums of the calls, kept by triggers.

Triggers are a part of the file: whoever writes a call, also an older keeptabs, an import or a repricing, changes the
sums in the same transaction. A duplicate that is not inserted is not counted. Deleting calls leaves the sums: they
outlive what they were made from. Names of users are in none of them.

Like every step this one is never changed again; the conditions are copies of those in ``queries`` for that reason.
"""

_HOUR = 3_600_000_000_000  # nanoseconds
_MOST = 2**62  # a sum never leaves the range of its column, whatever a provider says was used
_LAST = 2**63 - 1

# Upper bounds of buckets in nanoseconds: 1 ms, and 2^(1/8) times as much each up to 4096 s, as an exponential
# histogram of scale 3 has them (opentelemetry.io/docs/specs/otel/metrics/data-model, checked 2026-11-24).
BOUNDS = tuple(round(1_000_000 * 2 ** (step / 8)) for step in range(22 * 8 + 1))

KEY = "hour, provider, model, operation, service, feature, site_file, site_line, site_function, outcome"  # of a rollup


def key(call: str) -> str:
    """The key of the rollup that a call is a part of; ``call`` is the prefix of its columns."""
    return f"""{call}started_at / {_HOUR} * {_HOUR}, {call}provider, {call}model, {call}operation, {call}service,
        coalesce(CAST(json_extract({call}tags, '$.feature') AS TEXT), ''), coalesce({call}site_file, ''),
        coalesce({call}site_line, 0), coalesce({call}site_function, ''), {call}outcome"""


def _unpriced(call: str) -> str:
    return f"""({call}cost_status IN ('unpriced', 'partial')
        OR ({call}cost_status = 'no_usage' AND {call}error_type IS NULL AND {call}outcome <> 'cancelled'))"""


def sums(call: str) -> dict[str, str]:
    """What each sum adds up for one call."""
    return {
        "calls": "1",
        "retries": f"({call}attempt > 1)",
        "ok": f"({call}error_type IS NULL AND {call}outcome <> 'cancelled')",
        "streamed": f"({call}streamed <> 0)",
        "cached": f"({call}cached <> 0)",
        "unpriced": _unpriced(call),
        "estimated": f"({call}cost_status = 'estimated')",
        "disputed": f"({call}cost_status = 'disputed')",
        "stale": f"({call}cost_status = 'stale')",
        "costed": f"({call}cost IS NOT NULL)",
        "cost": f"coalesce({call}cost, 0)",
        "saved": f"coalesce({call}saved, 0)",
        "told_input": f"({call}input IS NOT NULL)",
        "input": f"coalesce({call}input, 0)",
        "told_output": f"({call}output IS NOT NULL)",
        "output": f"coalesce({call}output, 0)",
        "told_cache_read": f"({call}cache_read IS NOT NULL)",
        "cache_read": f"coalesce({call}cache_read, 0)",
        "cache_write": f"coalesce({call}cache_write, 0)",
        "reasoning": f"coalesce({call}reasoning, 0)",
        "duration": f"{call}duration",
    }


SUMS = tuple(sums(""))
_MONEY = ("unpriced", "estimated", "disputed", "stale", "costed", "cost", "saved")  # what a repricing changes


def _within(sum_: str) -> str:
    return f"max(-{_MOST}, min({_MOST}, {sum_}))"


_TABLE = f"""
    CREATE TABLE rollups (
        hour INTEGER NOT NULL,            -- its start, nanoseconds since the epoch
        provider TEXT NOT NULL,
        model TEXT NOT NULL,
        operation TEXT NOT NULL,
        service TEXT NOT NULL,
        feature TEXT NOT NULL,            -- the tag of this name; '' where there is none, as for all that follow
        site_file TEXT NOT NULL,
        site_line INTEGER NOT NULL,
        site_function TEXT NOT NULL,
        outcome TEXT NOT NULL,
        {", ".join(f"{name} INTEGER NOT NULL" for name in SUMS)},
        PRIMARY KEY ({KEY})
    ) STRICT, WITHOUT ROWID
"""
_HISTOGRAMS = """
    CREATE TABLE histograms (
        hour INTEGER NOT NULL,
        provider TEXT NOT NULL,
        model TEXT NOT NULL,
        measure TEXT NOT NULL,            -- duration, first_chunk or longest_gap
        bound INTEGER NOT NULL,           -- nanoseconds: the values up to here, and above the bound before
        count INTEGER NOT NULL,
        PRIMARY KEY (hour, provider, model, measure, bound)
    ) STRICT, WITHOUT ROWID
"""
_MEASURES = {
    "duration": "nullif({call}duration, 0)",  # recordings do not always say how long
    "first_chunk": "CASE WHEN {call}streamed THEN {call}first_chunk END",
    "longest_gap": "nullif({call}longest_gap, 0)",
}
_BOUND = "(SELECT min(bound) FROM bounds WHERE bound >= value)"


def _counted(measure: str, call: str, source: str) -> str:
    """Count the values of a measure into its histogram: those of ``source``, or of the one call of a trigger."""
    value = _MEASURES[measure].format(call=call)
    return f"""
        INSERT INTO histograms SELECT hour, provider, model, '{measure}', bound, count(*) FROM (
            SELECT hour, provider, model, {_BOUND} AS bound FROM (
                SELECT {call}started_at / {_HOUR} * {_HOUR} AS hour, {call}provider AS provider,
                    {call}model AS model, {value} AS value {source})
            WHERE value IS NOT NULL)
        WHERE true GROUP BY 1, 2, 3, 5
        ON CONFLICT DO UPDATE SET count = count + excluded.count"""


def _summed(call: str, source: str) -> str:
    """Add up calls: those of ``source``, or the one call of a trigger."""
    more = ", ".join(f"{name} = {_within(f'{name} + excluded.{name}')}" for name in SUMS)
    return f"""
        INSERT INTO rollups ({KEY}, {", ".join(SUMS)})
        SELECT {key(call)}, {", ".join(sums(call).values())} {source} WHERE true
        ON CONFLICT DO UPDATE SET {more}"""


def _changed(name: str) -> str:
    old, new = sums("old.")[name], sums("new.")[name]
    return f"{name} = {_within(f'{name} - {old} + {new}')}"


_ADDED = f"""
    CREATE TRIGGER calls_added AFTER INSERT ON calls BEGIN
        {_summed("new.", "")};
        {"; ".join(_counted(measure, "new.", "") for measure in _MEASURES)};
    END
"""
_REPRICED = f"""
    CREATE TRIGGER calls_repriced AFTER UPDATE OF cost, cost_status, saved ON calls BEGIN
        UPDATE rollups SET {", ".join(map(_changed, _MONEY))} WHERE ({KEY}) = ({key("old.")});
    END
"""

FROM_CALLS = (_summed("", "FROM calls"), *(_counted(measure, "", "FROM calls") for measure in _MEASURES))  # all of them
STEP: tuple[str, ...] = (
    "ALTER TABLE calls ADD COLUMN saved INTEGER",  # nano-USD that a cache of the application made unnecessary
    "ALTER TABLE calls ADD COLUMN longest_gap INTEGER",  # nanoseconds between two chunks of a stream
    """
    UPDATE calls SET longest_gap = CASE WHEN streamed THEN json_extract(detail, '$.timing.longest_gap') END,
        saved = CAST(round(json_extract(detail, '$.cost.saved') * 1e9) AS INTEGER)
    WHERE (streamed OR cached) AND json_valid(detail)
    """,
    "CREATE INDEX calls_failed ON calls (started_at) WHERE error_type IS NOT NULL OR outcome = 'cancelled'",
    "CREATE INDEX calls_by_span ON calls (span_id)",
    "CREATE TABLE bounds (bound INTEGER PRIMARY KEY) STRICT",
    f"INSERT INTO bounds VALUES {', '.join(f'({bound})' for bound in (*BOUNDS, _LAST))}",
    # What rollups alone still know: hours before this one are no longer held against the calls.
    "CREATE TABLE pruned (before INTEGER NOT NULL, calls INTEGER NOT NULL) STRICT",
    _TABLE,
    _HISTOGRAMS,
    *FROM_CALLS,
    _ADDED,
    _REPRICED,
)
