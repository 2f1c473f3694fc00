"""The newest traces: what began each, how many calls it made, what they cost together and how it ended."""

import msgspec

from keeptabs.store import traces
from keeptabs.store.call_pages import ListedCall
from keeptabs.store.database import Connection
from keeptabs.store.traces import TraceLine
from keeptabs.web.ask import Ask
from keeptabs.web.frame import Filter
from keeptabs.web.outcomes import Amount, Tag
from keeptabs.web.page import Page
from keeptabs.web.pages._wanted import before, chips, wanted, without_place
from keeptabs.web.said import UNKNOWN, clock, count, day, usd


class TraceRow(msgspec.Struct, frozen=True, kw_only=True):
    """One trace."""

    at: int
    day: str
    name: str
    href: str
    service: str
    models: str
    calls: str
    cost: Amount
    took: int
    outcome: Tag


class TracesView(msgspec.Struct, frozen=True, kw_only=True):
    """A page of traces, and where it goes on."""

    rows: tuple[TraceRow, ...]
    chips: tuple[Filter, ...]
    note: str
    older: str | None
    newest: str | None


def view(db: Connection, ask: Ask) -> TracesView:
    """The page."""
    found = traces.newest(db, wanted(ask), before(ask))
    ids = [call.trace_id for call in found.calls]
    sums, roots = traces.summed(db, ids), traces.roots(db, ids)
    return TracesView(
        rows=tuple(_row(ask, call, sums[call.trace_id], roots.get(call.trace_id)) for call in found.calls),
        chips=chips(ask),
        note=f"Looked back to {clock(found.looked_back)} UTC." if found.looked_back is not None else "",
        older=ask.url(before=str(found.older)) if found.older else None,
        newest=without_place(ask).url() if "before" in ask.rest else None,
    )


def _row(ask: Ask, call: ListedCall, trace: TraceLine, root: str | None) -> TraceRow:
    return TraceRow(
        at=call.started_at,
        day=day(call.started_at),
        name=root or trace.name or f"{call.operation} {call.model}",
        href=ask.url(f"/traces/{trace.trace_id}"),
        service=trace.service or UNKNOWN,
        models=trace.model if trace.models == 1 else f"{trace.model} and {trace.models - 1} more",
        calls=count(trace.calls),
        cost=_cost(trace),
        took=trace.ended_at - trace.started_at,
        outcome=_outcome(trace),
    )


def _cost(trace: TraceLine) -> Amount:
    if not trace.costed:
        return Amount("no price" if trace.unpriced else UNKNOWN, is_gap=bool(trace.unpriced))
    return Amount(usd(trace.cost), "in part" if trace.unpriced else "", is_gap=bool(trace.unpriced))


def _outcome(trace: TraceLine) -> Tag:
    """How many of its operations came to nothing, or how many attempts it took that none did."""
    if trace.lost:
        return Tag("failed" if trace.failed == trace.calls else f"{count(trace.lost)} failed", "bad")
    return Tag(f"ok after {count(trace.failed)} failed", "warn") if trace.failed else Tag("ok")


PAGE = Page(id="traces", title="Traces", path="/traces", view=view, place=4)
