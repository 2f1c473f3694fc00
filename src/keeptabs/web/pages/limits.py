"""The page of rate limits: what is left of them, when they run out, and what was refused."""

from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec

from keeptabs.store import limits_told
from keeptabs.store.database import Connection
from keeptabs.store.limits_told import Limit, Refused, Waits
from keeptabs.store.rollups import HOUR
from keeptabs.store.slices import Slice
from keeptabs.web.ask import Ask
from keeptabs.web.charts import Series
from keeptabs.web.columns import columns, name, series
from keeptabs.web.page import Page, State

_LOW = 0.1  # the share of a limit below which it deserves attention
_RECENT = 600_000_000_000  # nanoseconds: what was told before says nothing of now
_MOST_LINES = 60
_WORST = 6
_FEW = 1_000  # calls that are read for the badge


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One limit. ``empty_in`` is in nanoseconds, None where it does not run out, or nobody called of late."""

    limit: Limit
    state: str
    is_bad: bool
    empty_in: int | None
    href: str

    @property
    def kind(self) -> str:
        """The colour of its bar."""
        return "c5" if self.is_bad else "c3" if self.state else "c1"


class Hour(msgspec.Struct, frozen=True, kw_only=True):
    """An hour in which calls were refused, and where to see them."""

    refused: Refused
    href: str


class View(msgspec.Struct, frozen=True, kw_only=True):
    """What the page shows. ``read`` calls were looked at for limits: the newest ones."""

    lines: tuple[Line, ...]
    more: int
    is_recent: bool  # everything that is shown was told in the last minutes
    read: int
    calls: int
    refused: int
    retried: int
    told: int
    early: int
    names: tuple[str, ...]
    series: tuple[Series, ...]
    worst: tuple[Hour, ...]
    waits: tuple[Waits, ...]
    href: str

    @property
    def next_empty(self) -> Line | None:
        """The limit that runs out first, as it goes."""
        known = [line for line in self.lines if line.empty_in is not None]
        return min(known, key=lambda line: line.empty_in or 0, default=None)


def view(db: Connection, ask: Ask) -> View:
    """The limits as the newest answers told them, and the refusals of the period."""
    every = limits_told.refused(db, ask.part)
    read, told = limits_told.told(db, ask.part, list({each.hour for each in every}))
    lines = [_line(limit, ask) for limit in limits_told.follow(told)]
    lines.sort(key=lambda line: not line.state)
    refused, waits = [each for each in every if each.refused], limits_told.waits(db, ask.part)
    starts = columns(ask, refused[0].hour if refused else ask.now)
    return View(
        lines=tuple(lines[:_MOST_LINES]),
        more=max(0, len(lines) - _MOST_LINES),
        is_recent=all(ask.now - line.limit.bucket.at < _RECENT for line in lines),
        read=read,
        calls=sum(each.calls for each in every),
        refused=sum(each.refused for each in refused),
        retried=sum(each.retried for each in waits),
        told=sum(each.told for each in waits),
        early=sum(each.early for each in waits),
        names=tuple(name(start, starts) for start in starts),
        series=tuple(series(_by_model(refused), starts)),
        worst=tuple(_hour(each, ask) for each in sorted(refused, key=lambda each: -each.refused)[:_WORST]),
        waits=tuple(waits),
        href=ask.url("/calls", outcome="rate_limited"),
    )


def _badge(db: Connection, ask: Ask, _state: State) -> str:
    """How many limits are low, or run out, by what was told in the last minutes."""
    hours = [ask.now // HOUR * HOUR, (ask.now - _RECENT) // HOUR * HOUR]
    _, told = limits_told.told(db, Slice(since=ask.now - _RECENT), list(set(hours)), _FEW)
    low = sum(bool(_line(limit, ask).state) for limit in limits_told.follow(told))
    return str(low) if low else ""


def _line(limit: Limit, ask: Ask) -> Line:
    bucket = limit.bucket
    is_recent = ask.now - bucket.at < _RECENT
    seconds = bucket.empty_in if is_recent else None
    if seconds is not None:
        state = "is empty" if seconds <= 0 else "runs out"
    else:
        state = "low" if is_recent and bucket.headroom < _LOW else ""
    return Line(
        limit=limit,
        state=state,
        is_bad=seconds is not None,
        empty_in=None if seconds is None else int(seconds * 1e9),
        href=ask.url("/calls", provider=limit.provider, model=limit.model),
    )


def _by_model(refused: Sequence[Refused]) -> dict[str, dict[int, float]]:
    found: dict[str, dict[int, float]] = {}
    for each in refused:
        hours = found.setdefault(each.model, {})
        hours[each.hour] = hours.get(each.hour, 0) + each.refused
    return found


def _hour(each: Refused, ask: Ask) -> Hour:
    day = datetime.fromtimestamp(each.hour / 1e9, tz=UTC).strftime("%Y-%m-%d")
    href = ask.url("/calls", outcome="rate_limited", provider=each.provider, model=each.model, day=day)
    return Hour(refused=each, href=href)


PAGE = Page(id="limits", title="Limits", path="/limits", view=view, place=5, badge=_badge)
