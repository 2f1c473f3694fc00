"""One call whole: what it was billed for, what was left of its limits, where it was made, what else was tried."""

import re

import msgspec

from keeptabs.core.call import Call
from keeptabs.store import call_pages
from keeptabs.store.database import Connection
from keeptabs.store.queries import CallLine
from keeptabs.store.record import call_of
from keeptabs.web.ask import Ask, AskError
from keeptabs.web.bills import Bill, bill
from keeptabs.web.call_facts import Fact, asked, flow, limits, raw_usage, timing, where
from keeptabs.web.outcomes import Amount, Tag, amount, tag
from keeptabs.web.page import Page
from keeptabs.web.pages.calls import CallRow, row
from keeptabs.web.said import UNKNOWN, count, seconds

_STATUS = {"priced": "all priced", "free": "free", "no_usage": "no usage reported", "unpriced": "no price"}


class CallView(msgspec.Struct, frozen=True, kw_only=True):
    """One call."""

    title: str
    at: int
    trace_id: str
    trace_href: str
    cost: Amount
    cost_said: str
    took: str
    tokens: str
    tokens_said: str
    first_chunk: str
    flow: str
    outcome: Tag
    outcome_said: str
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
    found = call_pages.call(db, int(number)) if re.fullmatch(r"\d{1,18}", number) else None
    if found is None:
        raise AskError(f"there is no call {number} in this ledger")
    call = call_of(found.detail)
    attempts = call_pages.attempts(db, found)
    return CallView(
        title=f"{found.operation} {found.model}",
        at=found.started_at,
        trace_id=found.trace_id,
        trace_href=ask.url(f"/traces/{found.trace_id}", span=found.span_id),
        cost=amount(found),
        cost_said=cost_said(call),
        took=seconds(found.duration or None),
        tokens=tokens(found),
        tokens_said=tokens_said(found),
        first_chunk=seconds(found.first_chunk) if found.streamed else UNKNOWN,
        flow=flow(call),
        outcome=tag(found),
        outcome_said=f"attempt {found.attempt} of {max(found.attempt, len(attempts))}",
        bill=bill(call),
        limits=limits(call),
        where=where(ask, found, call),
        asked=asked(call),
        timing=timing(call),
        attempts=tuple(row(ask, each, ()) for each in attempts) if len(attempts) > 1 else (),
        gaps=call.gaps,
        usage=raw_usage(call.usage),
    )


def cost_said(call: Call) -> str:
    """How a cost is known."""
    status = call.cost.status.value
    return _STATUS.get(status, status.replace("_", " "))


def tokens(line: CallLine) -> str:
    """All tokens of a call; a dash where the wire told of none."""
    known = [each for each in (line.input, line.output) if each is not None]
    return count(sum(known)) if known else UNKNOWN


def tokens_said(line: CallLine) -> str:
    """What the tokens were."""
    if line.input is None and line.output is None:
        return "not told"
    cached = f", {count(line.cache_read)} from the provider’s cache" if line.cache_read else ""
    return f"{count(line.input)} in{cached} · {count(line.output)} out"


PAGE = Page(id="call", title="Call", path="/calls/{id}", view=view, under="calls")
