"""The page that stands where another cannot: what is wrong, in one line."""

import msgspec

from keeptabs.web.page import Page


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong; ``is_start`` where nothing was recorded yet."""

    title: str
    said: str
    is_start: bool


# It is no page that can be asked for, so it does not lie in ``pages``.
PAGE = Page(id="error", title="Not to be had", path="/error", view=lambda _db, _ask: None)
