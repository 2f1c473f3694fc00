"""Questions of pages for properties, and the same in plain SQL over ``calls``."""

from typing import Any

from hypothesis import strategies as st
from ledgers import NOW

from keeptabs.store.database import Connection
from keeptabs.web.ask import PERIODS, Ask

_CONDITIONS = {
    "model": "model = ?",
    "service": "service = ?",
    "feature": "coalesce(json_extract(tags, '$.feature'), '') = ?",
    "site": "coalesce(site_file || ':' || site_line, '') = ?",
}
_HAVING = (
    {},
    {},
    {"model": "o3"},
    {"service": "desk"},
    {"feature": "mail", "service": "jobs"},
    {"site": "/app/a.py:1"},
)


def asks(path: str) -> st.SearchStrategy[Ask]:
    """Any period, with and without filters."""
    return st.builds(
        Ask,
        path=st.just(path),
        now=st.just(NOW),
        period=st.sampled_from(list(PERIODS)),
        having=st.sampled_from(_HAVING),
    )


def direct(db: Connection, ask: Ask, select: str, also: str = "true") -> list[tuple[Any, ...]]:
    """A query over the calls that are asked about; ``also`` is one more condition."""
    chosen = " AND ".join(_CONDITIONS[name] for name in ask.having) or "true"
    sql = select.replace("FROM calls", f"FROM calls WHERE started_at >= ? AND {chosen} AND {also}")
    return db.execute(sql, (ask.part.since, *ask.having.values())).fetchall()
