import sqlite3
from contextlib import closing

from keeptabs.store.migrations import STEPS, migrate
from keeptabs.store.record import Columns


def version(db: sqlite3.Connection) -> int:
    found: tuple[int] = db.execute("PRAGMA user_version").fetchone()
    return found[0]


def test_a_new_file_gets_the_newest_schema() -> None:
    """Every step is taken, and the columns are those that a record has."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        migrate(db)
        names = [line[1] for line in db.execute("PRAGMA table_info(calls)")]
        assert version(db) == len(STEPS)
    assert names == ["id", *Columns.__struct_fields__]


def test_migrating_again_changes_nothing() -> None:
    """Steps that a file has taken are not taken again."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        migrate(db)
        migrate(db)
        assert version(db) == len(STEPS)


def test_a_file_of_a_newer_version_is_left_alone() -> None:
    """An older keeptabs does not touch the schema of a newer one."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        db.execute(f"PRAGMA user_version = {len(STEPS) + 5}")
        migrate(db)
        assert version(db) == len(STEPS) + 5
        assert db.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)


def test_an_old_file_is_brought_up_with_its_rows() -> None:
    """Each earlier version becomes the newest, keeps its calls, and takes new ones."""
    for known in range(1, len(STEPS)):
        with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
            for statements in STEPS[:known]:
                for statement in statements:
                    db.execute(statement)
            db.execute(f"PRAGMA user_version = {known}")
            db.execute(_OLD_CALL)
            migrate(db)
            names = [line[1] for line in db.execute("PRAGMA table_info(calls)")]
            assert names == ["id", *Columns.__struct_fields__]
            assert db.execute("SELECT model, cached FROM calls").fetchall() == [("m", 0)]


# A call as the first version wrote it.
_OLD_CALL = """
    INSERT INTO calls (started_at, duration, provider, operation, model, server, streamed, outcome, cost_status,
        service, trace_id, span_id, operation_id, attempt, tags, detail)
    VALUES (1, 1, 'p', 'chat', 'm', 's', 0, 'ok', 'priced', '', 't', 's', 'o', 1, '{}', '{}')
"""
