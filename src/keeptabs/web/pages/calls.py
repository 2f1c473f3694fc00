"""Calls, newest or dearest first, a page at a time, and whatever somebody has the name of."""

from collections.abc import Sequence

import msgspec

from keeptabs.store import call_pages, call_search
from keeptabs.store.call_pages import Failed, ListedCall
from keeptabs.store.database import Connection
from keeptabs.store.slices import Slice
from keeptabs.web.ask import Ask, AskError
from keeptabs.web.frame import Filter, Link
from keeptabs.web.outcomes import Amount, Tag, amount, tag
from keeptabs.web.page import Page
from keeptabs.web.pages._wanted import before, chips, filters, part, wanted, without_place
from keeptabs.web.said import UNKNOWN, clock, count, day, place

SORTS = {"time": "newest", "cost": "dearest"}
_OWN = ("q", "user", "least", "failed", "unpriced")  # what the form asks for


class CallRow(msgspec.Struct, frozen=True, kw_only=True):
    """One call of the list, and where each part of it leads."""

    at: int
    href: str
    model: str
    model_href: str
    operation: str
    place: str
    site: str
    site_href: str
    tokens: str
    cost: Amount
    took: int | None
    outcome: Tag
    trace_href: str


class CallsView(msgspec.Struct, frozen=True, kw_only=True):
    """A page of calls. ``note`` says what is not there, and why; ``kept`` is what the form keeps of the URL."""

    rows: tuple[CallRow, ...]
    days: tuple[str, ...]
    sorts: tuple[Link, ...]
    chips: tuple[Filter, ...]
    asked: dict[str, str]
    kept: dict[str, str]
    note: str = ""
    older: str | None = None
    newest: str | None = None
    named: tuple[Link, ...] = ()


def view(db: Connection, ask: Ask) -> CallsView:
    """The page."""
    sort = ask.rest.get("sort") or "time"
    if sort not in SORTS:
        raise AskError(f"sort: {sort!r} is none of {', '.join(SORTS)}")
    if ask.rest.get("q", "").strip():
        return _searched(db, ask, ask.rest["q"].strip())
    return _dearest(db, ask) if sort == "cost" else _newest(db, ask)


def _newest(db: Connection, ask: Ask) -> CallsView:
    found = call_pages.newest(db, wanted(ask), before(ask))
    note = f"Looked back to {clock(found.looked_back)} UTC." if found.looked_back is not None else ""
    if found.older is None:
        note = _gone(db, ask)
    return _view(
        db,
        ask,
        found.calls,
        note=note,
        older=ask.url(before=str(found.older)) if found.older else None,
        newest=without_place(ask).url() if "before" in ask.rest else None,
    )


def _gone(db: Connection, ask: Ask) -> str:
    """What the end of the list says where older calls are gone."""
    since = call_pages.whole_since(db)
    return (
        f"Calls before {clock(since)} UTC are gone; what they cost is still in all sums."
        if since > part(ask).since
        else ""
    )


def _dearest(db: Connection, ask: Ask) -> CallsView:
    found = call_pages.dearest(db, wanted(ask))
    note = f"The {len(found.calls)} dearest" if len(found.calls) == call_pages.PAGE else ""
    if not found.is_all:
        note = f"{note or 'The dearest'} of the {call_pages.MOST_SORTED:,} newest calls, since {clock(found.since)} UTC"
    return _view(db, ask, found.calls, note=f"{note}." if note else "")


def _searched(db: Connection, ask: Ask, text: str) -> CallsView:
    found = call_search.by_id(db, text)
    named = [] if found else _names(db, part(ask), text)
    note = (
        f"Searched: trace and span ids of all calls by their beginning; request and response ids of the "
        f"{call_search.RECENT:,} newest; names of models, call sites, features and services by what they contain."
    )
    return _view(db, ask, found, note=note, named=tuple(_named(ask, each) for each in named))


def _names(db: Connection, whole: Slice, text: str) -> list[call_search.Named]:
    """Names of the newest days, where there are any: a whole month of a busy ledger takes a second to read."""
    newest = msgspec.structs.replace(whole, since=max(whole.since, call_search.newest_week(db)))
    return call_search.named(db, newest, text) or call_search.named(db, whole, text)


def _named(ask: Ask, each: call_search.Named) -> Link:
    shown = place(each.value) if each.dimension == "site" else each.value
    href = ask.url(**{each.dimension: each.value}, q=None, before=None)
    return Link(title=f"{each.dimension} {shown}", href=href, is_here=False, badge=count(each.calls))


def _view(  # noqa: PLR0913 - the parts of a page
    db: Connection,
    ask: Ask,
    calls: Sequence[ListedCall],
    *,
    note: str = "",
    older: str | None = None,
    newest: str | None = None,
    named: tuple[Link, ...] = (),
) -> CallsView:
    failed = call_pages.failed_attempts(db, calls)
    sort, first = ask.rest.get("sort") or "time", without_place(ask)
    return CallsView(
        rows=tuple(row(ask, call, failed) for call in calls),
        days=tuple(day(call.started_at) for call in calls),
        sorts=tuple(Link(title=SORTS[name], href=first.url(sort=name), is_here=name == sort) for name in SORTS),
        chips=chips(ask),
        asked={name: ask.rest.get(name, "") for name in _OWN},
        kept={**filters(ask), **{name: ask.rest[name] for name in ("day", "sort") if name in ask.rest}},
        note=note,
        older=older,
        newest=newest,
        named=named,
    )


def row(ask: Ask, call: ListedCall, failed: Sequence[Failed]) -> CallRow:
    """A call as a row; ``failed`` are attempts of any operations, from which those before this one are taken."""
    earlier = [each for each in failed if each.operation_id == call.operation_id and each.attempt < call.attempt]
    site = f"{call.site_file}:{call.site_line or 0}" if call.site_file else ""
    return CallRow(
        at=call.started_at,
        href=ask.url(f"/calls/{call.id}"),
        model=call.model,
        model_href=ask.url("/calls", model=call.model, before=None, q=None),
        operation=call.operation,
        place=place(call.site_file, call.site_line),
        site=site,
        site_href=ask.url("/calls", site=site, before=None, q=None),
        tokens=UNKNOWN if (call.input, call.output) == (None, None) else f"{count(call.input)} → {count(call.output)}",
        cost=amount(call),
        took=call.duration or None,
        outcome=tag(call, earlier),
        trace_href=ask.url(f"/traces/{call.trace_id}"),
    )


PAGE = Page(id="calls", title="Calls", path="/calls", view=view, place=3)
