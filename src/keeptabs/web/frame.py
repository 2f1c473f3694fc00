"""What stands around every page: navigation, period, filters, and which ledger it is."""

from pathlib import Path

import msgspec

from keeptabs.store.database import Connection
from keeptabs.web.ask import PERIODS, Ask
from keeptabs.web.page import Page, pages
from keeptabs.web.said import short

_ALIVE = 90_000_000_000  # nanoseconds since it last wrote: a process is still there


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """A page or a period to go to."""

    title: str
    href: str
    is_here: bool
    badge: str = ""

    @property
    def name(self) -> str:
        """Its title."""
        return self.title


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """A filter, and the address without it."""

    name: str
    value: str
    without: str


class Frame(msgspec.Struct, frozen=True, kw_only=True):
    """The frame of one page."""

    pages: tuple[Link, ...]
    periods: tuple[Link, ...]
    filters: tuple[Filter, ...]
    scope: str
    ledger: str
    writers: str


def frame(db: Connection, file: Path, page: Page, ask: Ask, badges: dict[str, str]) -> Frame:
    """The frame of ``page``; ``badges`` stand beside pages that have something to say, by their ids."""
    return Frame(
        pages=_links(page.under or page.id, ask, badges),
        periods=tuple(Link(title=each, href=ask.url(period=each), is_here=each == ask.period) for each in PERIODS),
        filters=tuple(
            Filter(name=name, value=value or "(none)", without=ask.url(**{name: None}))
            for name, value in ask.having.items()
        ),
        scope=f"service {ask.having['service']}" if "service" in ask.having else "all services",
        ledger=f"{file.name} · {_calls(db)} calls",
        writers=_writers(db, ask.now),
    )


def bare(file: Path, ask: Ask) -> Frame:
    """The frame where the ledger cannot be asked."""
    return Frame(pages=_links("", ask, {}), periods=(), filters=(), scope="", ledger=file.name, writers="")


def _links(here: str, ask: Ask, badges: dict[str, str]) -> tuple[Link, ...]:
    return tuple(
        Link(title=each.title, href=ask.url(each.path), is_here=each.id == here, badge=badges.get(each.id, ""))
        for each in pages()
        if each.place is not None
    )


def _calls(db: Connection) -> str:
    return short(db.execute("SELECT coalesce(sum(calls), 0) FROM rollups").fetchone()[0])


def _writers(db: Connection, now: int) -> str:
    count = db.execute("SELECT count(*) FROM processes WHERE seen_at > ?", (now - _ALIVE,)).fetchone()[0]
    return f"{count} {'process' if count == 1 else 'processes'} writing" if count else "nothing is writing"
