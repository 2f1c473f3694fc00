"""One call whole: what it was billed for, what was left of its limits, where it was made, what else was tried."""

import re

import msgspec

from keeptabs.store import call_pages
from keeptabs.store.database import Connection
from keeptabs.web.ask import Ask, AskError
from keeptabs.web.bills import Bill, bill
from keeptabs.web.call_facts import Fact, asked, limits, raw_usage, readable, timing, where
from keeptabs.web.figures import Figures, of_call
from keeptabs.web.page import Page
from keeptabs.web.pages.calls import CallRow, row


class CallView(msgspec.Struct, frozen=True, kw_only=True):
    """One call."""

    title: str
    at: int
    trace_id: str
    trace_href: str
    figures: Figures
    bill: Bill
    limits: tuple[Fact, ...]
    where: tuple[Fact, ...]
    asked: tuple[Fact, ...]
    timing: tuple[Fact, ...]
    attempts: tuple[CallRow, ...]
    gaps: tuple[str, ...]
    usage: str


def view(db: Connection, ask: Ask) -> CallView:
    """The page. Raises AskError where there is no such call."""
    number = ask.rest["id"]
    found = call_pages.call(db, int(number)) if re.fullmatch(r"[0-9]{1,18}", number) else None
    if found is None:
        raise AskError(f"there is no call {number} in this ledger")
    call = readable(found.detail)
    if call is None:
        raise AskError(f"call {number} was written by a newer keeptabs, and cannot be read by this one")
    attempts = call_pages.attempts(db, found)
    return CallView(
        title=f"{found.operation} {found.model}",
        at=found.started_at,
        trace_id=found.trace_id,
        trace_href=ask.url(f"/traces/{found.trace_id}", span=found.span_id),
        figures=of_call(found, call, len(attempts)),
        bill=bill(call),
        limits=limits(call),
        where=where(ask, found, call),
        asked=asked(call),
        timing=timing(call),
        attempts=tuple(row(ask, each, ()) for each in attempts) if len(attempts) > 1 else (),
        gaps=call.gaps,
        usage=raw_usage(call.usage),
    )


PAGE = Page(id="call", title="Call", path="/calls/{id}", view=view, under="calls")
