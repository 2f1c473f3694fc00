"""What a page was asked: its period and filters, all of which stand in the URL."""

import re
from collections.abc import Mapping
from typing import cast
from urllib.parse import urlencode

import msgspec

from keeptabs.core.errors import UserError
from keeptabs.store.slices import DIMENSIONS, Dimension, Slice

_HOUR = 3_600_000_000_000  # nanoseconds
DAY = 24 * _HOUR
PERIODS: dict[str, int | None] = {"24h": DAY, "7d": 7 * DAY, "28d": 28 * DAY, "all": None}  # None: since ever
DEFAULT = "28d"
_LONGEST = 500  # characters of a value; a longer one is nobody's model or file


class AskError(UserError):
    """The URL asks for what there is not. The message says which part of it."""


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """A page's question. ``now`` is when it was asked, in nanoseconds since the epoch; ``rest`` is the page's own."""

    path: str
    now: int
    period: str = DEFAULT
    having: dict[Dimension, str] = {}
    rest: dict[str, str] = {}

    @property
    def part(self) -> Slice:
        """The part of the ledger that is asked about: whole hours, so that rollups answer."""
        length = PERIODS[self.period]
        since = 0 if length is None else (self.now - length) // _HOUR * _HOUR
        return Slice(since=since, having=self.having)

    @property
    def before(self) -> Slice | None:
        """The period of the same length before; None where all is asked."""
        length = PERIODS[self.period]
        if length is None:
            return None
        part = self.part
        return Slice(since=part.since - length, until=part.since, having=self.having)

    def url(self, path: str | None = None, **changes: str | None) -> str:
        """A link with the same question but for ``changes``; None takes a part away."""
        kept = self.rest if path is None or path == self.path else {}
        said: dict[str, str | None] = {"period": None if self.period == DEFAULT else self.period}
        for part in (self.having, kept, changes):
            said.update((str(name), value) for name, value in part.items())
        query = urlencode({name: value for name, value in said.items() if value is not None and value != ""})
        return f"{path or self.path}?{query}" if query else path or self.path


def ask(path: str, query: Mapping[str, str], now: int) -> Ask:
    """Read a URL. Raises AskError when it makes no sense."""
    for name, value in query.items():
        if len(value) > _LONGEST or "\0" in value:
            raise AskError(f"{name}: its value is longer than {_LONGEST} characters, or holds a zero byte")
    period = query.get("period", DEFAULT)
    if period not in PERIODS:
        raise AskError(f"period: {period!r} is none of {', '.join(PERIODS)}")
    having = {cast("Dimension", name): value for name, value in query.items() if name in DIMENSIONS}
    rest = {
        name: value
        for name, value in query.items()
        if name not in DIMENSIONS and name != "period" and re.fullmatch(r"[a-z_]{1,20}", name)
    }
    return Ask(path=path, now=now, period=period, having=having, rest=rest)
