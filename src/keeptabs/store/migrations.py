"""The schema, as an append-only list of steps. ``PRAGMA user_version`` counts the steps that a file has taken."""

import sqlite3

from keeptabs.store import day_schema, rollup_schema

STEPS: tuple[tuple[str, ...], ...] = (
    (
        """
    CREATE TABLE calls (
        id INTEGER PRIMARY KEY,
        started_at INTEGER NOT NULL,      -- nanoseconds since the epoch
        duration INTEGER NOT NULL,        -- nanoseconds
        first_chunk INTEGER,              -- nanoseconds after the start
        provider TEXT NOT NULL,
        operation TEXT NOT NULL,
        model TEXT NOT NULL,              -- that answered, else that was asked for
        server TEXT NOT NULL,
        streamed INTEGER NOT NULL,
        outcome TEXT NOT NULL,
        status INTEGER,
        error_type TEXT,
        request_id TEXT,
        input INTEGER,                    -- tokens; NULL: the wire did not say
        output INTEGER,
        cache_read INTEGER,
        cache_write INTEGER,
        reasoning INTEGER,
        cost INTEGER,                     -- nano-USD; NULL: not known
        cost_status TEXT NOT NULL,
        site_file TEXT,
        site_line INTEGER,
        site_function TEXT,
        service TEXT NOT NULL,
        trace_id TEXT NOT NULL,
        span_id TEXT NOT NULL,
        parent_id TEXT,
        parent_name TEXT,
        operation_id TEXT NOT NULL,
        attempt INTEGER NOT NULL,
        tags TEXT NOT NULL,               -- JSON object
        detail TEXT NOT NULL              -- the whole Call as JSON
    ) STRICT
    """,
        "CREATE INDEX calls_by_time ON calls (started_at)",
        "CREATE INDEX calls_by_trace ON calls (trace_id)",
        """
    CREATE TABLE faults (
        stage TEXT NOT NULL,
        cause TEXT NOT NULL,
        count INTEGER NOT NULL,
        last_at INTEGER NOT NULL,         -- nanoseconds since the epoch
        PRIMARY KEY (stage, cause)
    ) STRICT
    """,
        """
    CREATE TABLE processes (
        pid INTEGER NOT NULL,
        started_at INTEGER NOT NULL,
        seen_at INTEGER NOT NULL,
        service TEXT NOT NULL,
        command TEXT NOT NULL,
        version TEXT NOT NULL,
        clients TEXT NOT NULL,            -- JSON object: patched module -> version
        spans TEXT NOT NULL,              -- where spans go
        PRIMARY KEY (pid, started_at)
    ) STRICT
    """,
    ),
    (
        "ALTER TABLE calls ADD COLUMN account TEXT",  # fingerprint of the key
        "ALTER TABLE calls ADD COLUMN user TEXT",  # by tag, else as the provider was told
        "ALTER TABLE calls ADD COLUMN route TEXT",  # http.route of the server span above
        "ALTER TABLE calls ADD COLUMN cached INTEGER NOT NULL DEFAULT 0",  # a cache of the application answered
        "ALTER TABLE calls ADD COLUMN settles TEXT",  # the deferred work whose result this is: it counts once
        "CREATE INDEX calls_repeated ON calls (operation_id, attempt) WHERE attempt > 1",
        "CREATE UNIQUE INDEX calls_settle_once ON calls (settles) WHERE settles IS NOT NULL",
        """
    CREATE TABLE hosts (
        host TEXT NOT NULL,               -- of a provider, reached in a way that cannot be recorded
        via TEXT NOT NULL,                -- what it was seen by
        count INTEGER NOT NULL,
        last_at INTEGER NOT NULL,         -- nanoseconds since the epoch
        PRIMARY KEY (host, via)
    ) STRICT
    """,
    ),
    (
        """
    CREATE TABLE repricings (
        id INTEGER PRIMARY KEY,
        at INTEGER NOT NULL,              -- nanoseconds since the epoch
        book TEXT NOT NULL,               -- the version of the prices that were applied
        since INTEGER NOT NULL,           -- the calls that were priced again: from here, in nanoseconds,
        until INTEGER NOT NULL,           -- to before here
        before INTEGER NOT NULL,          -- nano-USD of the changed calls
        after INTEGER NOT NULL
    ) STRICT
    """,
        """
    CREATE TABLE repriced_calls (
        repricing INTEGER NOT NULL REFERENCES repricings (id),
        call INTEGER NOT NULL REFERENCES calls (id),
        was TEXT NOT NULL,                -- the Cost it had, as JSON
        PRIMARY KEY (repricing, call)
    ) STRICT, WITHOUT ROWID
    """,
        """
    CREATE TABLE estimates (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        created_at INTEGER NOT NULL,      -- nanoseconds since the epoch
        provider TEXT NOT NULL,
        model TEXT NOT NULL,
        calls_a_day REAL NOT NULL,
        usd_a_call INTEGER NOT NULL,      -- nano-USD, as all amounts
        low_a_day INTEGER NOT NULL,
        mid_a_day INTEGER NOT NULL,
        high_a_day INTEGER NOT NULL,
        basis TEXT NOT NULL               -- what it was made from, as JSON
    ) STRICT
    """,
    ),
    rollup_schema.STEP,
    day_schema.STEP,
)


def migrate(connection: sqlite3.Connection) -> None:
    """Bring a file to the newest schema, all missing steps in one transaction.

    A file from a newer version is left alone. Processes that open a new file at once wait for one another.
    """
    if version(connection) >= len(STEPS):
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        for number in range(version(connection), len(STEPS)):
            for statement in STEPS[number]:
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {len(STEPS)}")
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def version(connection: sqlite3.Connection) -> int:
    """How many steps a file has taken."""
    (done,) = connection.execute("PRAGMA user_version").fetchone()
    return int(done)
