"""A step of the schema: how far calls were shipped. Like every step it is never changed again."""

STEP: tuple[str, ...] = (
    """
    CREATE TABLE shipments (
        destination TEXT PRIMARY KEY,     -- a URL
        call INTEGER NOT NULL,            -- the id of the last call that is done with,
        span_id TEXT NOT NULL,            -- and its span, by which it is known again
        sent INTEGER NOT NULL,
        refused INTEGER NOT NULL,         -- by the receiver
        expired INTEGER NOT NULL,         -- not sent, since they were too old
        at INTEGER NOT NULL               -- nanoseconds since the epoch
    ) STRICT, WITHOUT ROWID
    """,
)
