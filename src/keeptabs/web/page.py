"""What a page is: data and one function from a question to what its template shows."""

from collections.abc import Callable
from functools import cache
from typing import Any

import msgspec

import keeptabs.web.pages
from keeptabs.core.discover import constants
from keeptabs.store.database import Connection
from keeptabs.web.ask import Ask


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """One page. Its template is ``id``.html; ``view`` gives the value that the template knows as ``view``.

    ``path`` may hold ``{name}``: the parameter comes in ``Ask.rest``. ``place`` is its place in the navigation, None
    for a page that is reached from others; ``under`` is then the id of the page that is lit up there.
    """

    id: str
    title: str
    path: str
    view: Callable[[Connection, Ask], Any]
    place: int | None = None
    under: str | None = None


@cache
def pages() -> tuple[Page, ...]:
    """All pages, those of the navigation first and in its order."""
    found = constants(keeptabs.web.pages, "PAGE", Page)
    return tuple(sorted(found, key=lambda page: (page.place is None, page.place or 0, page.id)))
