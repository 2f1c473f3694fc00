"""What a page is: data and one function from a question to what its template shows."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

import keeptabs.web.pages
from keeptabs.core.discover import constants
from keeptabs.store.database import Connection
from keeptabs.web.ask import Ask
from keeptabs.web.audited import Audits


class State(msgspec.Struct, frozen=True, kw_only=True):
    """What a server has besides the ledger's content, for the few pages that need it."""

    file: Path
    audits: Audits


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """One page. Its template is ``id``.html; ``view`` gives the value that the template knows as ``view``.

    ``path`` may hold ``{name}``: the parameter comes in ``Ask.rest``. ``place`` is its place in the navigation, None
    for a page that is reached from others; ``under`` is then the id of the page that is lit up there. A page that
    needs the state of the server has ``view_with`` instead of ``view``. ``badge`` is what stands beside its title in
    the navigation of every page, "" for nothing: it must cost next to nothing.
    """

    id: str
    title: str
    path: str
    view: Callable[[Connection, Ask], Any] = lambda _db, _ask: None
    view_with: Callable[[Connection, Ask, State], Any] | None = None
    badge: Callable[[Connection, Ask, State], str] | None = None
    place: int | None = None
    under: str | None = None

    def seen(self, db: Connection, ask: Ask, state: State) -> Any:
        """What its template shows."""
        return self.view(db, ask) if self.view_with is None else self.view_with(db, ask, state)


@cache
def pages() -> tuple[Page, ...]:
    """All pages, those of the navigation first and in its order."""
    found = constants(keeptabs.web.pages, "PAGE", Page)
    return tuple(sorted(found, key=lambda page: (page.place is None, page.place or 0, page.id)))
