"""A step of the schema: sums of days beside those of hours, and indexes of models and users.

A month of a busy ledger has hundreds of thousands of hourly rollups, and a page asks about ten questions of them. Days
are a twentieth of that. They follow from the hours by triggers, so whatever changes a rollup changes its day.

Like every step this one is never changed again.
"""

from keeptabs.store.rollup_schema import KEY, SUMS

_DAY = 86_400_000_000_000  # nanoseconds
_MOST = 2**62  # as in ``rollup_schema``
_NAMES = KEY.split(", ")[1:]  # what tells rollups of one hour apart
DAY_KEY = ", ".join(("day", *_NAMES))


def _key(row: str) -> str:
    return ", ".join((f"{row}hour / {_DAY} * {_DAY}", *(f"{row}{name}" for name in _NAMES)))


def _within(sum_: str) -> str:
    return f"max(-{_MOST}, min({_MOST}, {sum_}))"


def _add(row: str, source: str) -> str:
    """Add rollups to their days: those of ``source``, or the one of a trigger."""
    more = ", ".join(f"{name} = {_within(f'{name} + excluded.{name}')}" for name in SUMS)
    return f"""
        INSERT INTO days ({DAY_KEY}, {", ".join(SUMS)})
        SELECT {_key(row)}, {", ".join(f"{row}{name}" for name in SUMS)} {source} WHERE true
        ON CONFLICT DO UPDATE SET {more}"""


def _set(change: str) -> str:
    """Change the day of the old rollup of a trigger."""
    changes = ", ".join(f"{name} = {_within(change.format(name=name))}" for name in SUMS)
    return f"UPDATE days SET {changes} WHERE ({DAY_KEY}) = ({_key('old.')})"


_TABLE = f"""
    CREATE TABLE days (
        day INTEGER NOT NULL,             -- its start in UTC, nanoseconds since the epoch
        provider TEXT NOT NULL,
        model TEXT NOT NULL,
        operation TEXT NOT NULL,
        service TEXT NOT NULL,
        feature TEXT NOT NULL,
        site_file TEXT NOT NULL,
        site_line INTEGER NOT NULL,
        site_function TEXT NOT NULL,
        outcome TEXT NOT NULL,
        {", ".join(f"{name} INTEGER NOT NULL" for name in SUMS)},
        PRIMARY KEY ({DAY_KEY})
    ) STRICT, WITHOUT ROWID
"""
_ADDED = f"CREATE TRIGGER rollups_added AFTER INSERT ON rollups BEGIN {_add('new.', '')}; END"
_CHANGED = (
    f"CREATE TRIGGER rollups_changed AFTER UPDATE ON rollups BEGIN {_set('{name} - old.{name} + new.{name}')}; END"
)
_REMOVED = f"""
    CREATE TRIGGER rollups_removed AFTER DELETE ON rollups BEGIN
        {_set("{name} - old.{name}")};
        DELETE FROM days WHERE ({DAY_KEY}) = ({_key("old.")}) AND calls = 0;
    END
"""

STEP: tuple[str, ...] = (
    _TABLE,
    _add("", "FROM rollups"),
    _ADDED,
    _CHANGED,
    _REMOVED,
    "CREATE INDEX calls_by_model ON calls (model, started_at)",
    # No sum has names of users in it, so that they go with their calls: what each spent is added up from this.
    "CREATE INDEX calls_by_user ON calls (user, started_at, cost) WHERE user IS NOT NULL",
)
