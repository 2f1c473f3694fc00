"""Overview: what it cost, who spent it, what failed, what to change."""

from datetime import UTC, datetime, timedelta

import msgspec

from keeptabs.audit.run import Audit
from keeptabs.store import call_pages, overview
from keeptabs.store.call_pages import Failed, ListedCall
from keeptabs.store.database import Connection
from keeptabs.store.overview import Sums
from keeptabs.store.rollups import HOUR
from keeptabs.store.slices import FOREVER, Slice
from keeptabs.store.wanted import Wanted
from keeptabs.web.ask import DAY, Ask
from keeptabs.web.by_model import Course, course
from keeptabs.web.outcomes import Amount, Tag, amount, tag
from keeptabs.web.page import Page, State
from keeptabs.web.said import place

_SITES, _CALLS, _FINDINGS = 5, 6, 3
_WEEK = 7
_SAID = {"24h": "24 hours", "7d": "7 days", "28d": "28 days"}


class Month(msgspec.Struct, frozen=True, kw_only=True):
    """What the calendar month has cost, and will cost if its other days are as the last ``days`` were; nano-USD."""

    spent: int
    heads_for: int
    days: int


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """A place in the code, what its calls cost, and its share of the dearest's."""

    name: str
    function: str
    cost: int | None
    share: float
    href: str


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A call in the list."""

    call: ListedCall
    amount: Amount
    tag: Tag
    place: str
    href: str


class Worth(msgspec.Struct, frozen=True, kw_only=True):
    """A finding of the last audit; what it would have saved in nano-USD, None where that is not known."""

    saves: int | None
    title: str
    evidence: str


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    """The page. ``change`` is the spend against the period before: a share, None where ``before`` says why not."""

    sums: Sums
    change: float | None
    before: str
    month: Month | None
    first_chunk: int | None
    duration: int | None
    course: Course
    sites: tuple[Site, ...]
    calls: tuple[Line, ...]
    calls_are: str
    findings: int | None  # of the last audit; None where there was none yet
    worth: tuple[Worth, ...]
    looking: str | None  # while an audit goes on


def view(db: Connection, ask: Ask, state: State) -> Overview:
    """What the page shows."""
    part = ask.part
    sums = overview.sums(db, part)
    lines, are = _calls(db, ask)
    share, before = change(db, ask, sums)
    state.audits.want(ask.period, ask.now)
    audited, running = state.audits.latest(), state.audits.running
    return Overview(
        sums=sums,
        change=share,
        before=before,
        month=month(db, ask),
        first_chunk=overview.slowest(db, part, "first_chunk"),
        duration=overview.slowest(db, part, "duration"),
        course=course(db, ask, sums.first),
        sites=_sites(db, ask),
        calls=lines,
        calls_are=are,
        findings=None if audited is None else len(audited.found.findings),
        looking=None if running is None else f"looking at {running.of:,} calls",
        worth=() if audited is None else worth(audited.found),
    )


def worth(audit: Audit) -> tuple[Worth, ...]:
    """The first findings."""
    return tuple(
        Worth(saves=None if each.usd is None else round(each.usd * 10**9), title=each.title, evidence=each.evidence)
        for each in audit.findings[:_FINDINGS]
    )


def change(db: Connection, ask: Ask, sums: Sums) -> tuple[float | None, str]:
    """How much more was spent than in the period before, as a share of that; or why it cannot be told."""
    before = ask.before
    if before is None:
        return None, "since ever"
    earlier = overview.sums(db, before)
    said = _SAID[ask.period]
    if not earlier.cost:
        return None, f"nothing was spent in the {said} before"
    if overview.first_hour(db) > before.since + (before.until - before.since) // 10:
        return None, f"the {said} before are recorded in part"
    return (None if sums.cost is None else sums.cost / earlier.cost - 1), f"on the {said} before"


def month(db: Connection, ask: Ask) -> Month | None:
    """Where the calendar month (UTC) heads; None where there was no whole day yet to tell by."""
    today = ask.now // DAY * DAY
    start = datetime.fromtimestamp(ask.now / 1e9, tz=UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    end = (start + timedelta(days=32)).replace(day=1)
    first = overview.sums(db, Slice(since=today - _WEEK * DAY, until=today, having=ask.having)).first
    if first is None:
        return None
    days = -(-(today - first) // DAY)
    of_days = overview.sums(db, Slice(since=today - days * DAY, until=today, having=ask.having)).cost
    spent = overview.sums(db, Slice(since=round(start.timestamp()) * 10**9, having=ask.having)).cost
    if of_days is None or spent is None:
        return None
    so_far = overview.sums(db, Slice(since=today, having=ask.having)).cost or 0
    usual, left = of_days // days, (round(end.timestamp()) * 10**9 - today) // DAY - 1  # days after today
    return Month(spent=spent, heads_for=spent - so_far + max(so_far, usual) + left * usual, days=days)


def _sites(db: Connection, ask: Ask) -> tuple[Site, ...]:
    found = overview.sites(db, ask.part, _SITES)
    most = max((each.cost or 0 for each in found), default=0)
    return tuple(
        Site(
            name=place(each.file, each.line),
            function=each.function,
            cost=each.cost,
            share=(each.cost or 0) / most if most else 0.0,
            href=ask.url("/calls", site=f"{each.file}:{each.line}"),
        )
        for each in found
    )


def _calls(db: Connection, ask: Ask) -> tuple[tuple[Line, ...], str]:
    """The dearest of the last hour; where it was quiet, the newest."""
    part = Slice(since=max(ask.part.since, ask.now - HOUR), until=FOREVER, having=ask.having)
    calls, are = call_pages.dearest(db, Wanted(part=part)).calls[:_CALLS], "most expensive in the last hour first"
    if not calls:
        calls, are = call_pages.newest(db, Wanted(part=ask.part)).calls[:_CALLS], "newest first"
    failed = call_pages.failed_attempts(db, calls)
    return tuple(_line(call, failed, ask) for call in calls), are


def _line(call: ListedCall, failed: list[Failed], ask: Ask) -> Line:
    earlier = [each for each in failed if each.operation_id == call.operation_id and each.attempt < call.attempt]
    return Line(
        call=call,
        amount=amount(call),
        tag=tag(call, earlier),
        place=place(call.site_file, call.site_line),
        href=ask.url(f"/calls/{call.id}"),
    )


PAGE = Page(id="overview", title="Overview", path="/", view_with=view, place=0)
