"""One trace: its waterfall, what it cost together, and one of its calls beside it."""

from collections.abc import Sequence

import msgspec

from keeptabs.store import call_pages, traces
from keeptabs.store.database import Connection
from keeptabs.store.traces import MOST, TraceCall, TraceSpan
from keeptabs.web.ask import Ask, AskError
from keeptabs.web.bills import Bill, bill
from keeptabs.web.call_facts import Fact, facts, flow, limits, readable, where
from keeptabs.web.figures import Figures, of_trace, tokens
from keeptabs.web.outcomes import Tag, amount, word
from keeptabs.web.page import Page
from keeptabs.web.pieces import attributes, looked_at, pieces
from keeptabs.web.said import seconds, usd
from keeptabs.web.waterfall import Fold, Row, waterfall

_DEEPEST = 12  # that is drawn further in than what it is under


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the waterfall as it is drawn: shares of the width in per cent."""

    name: str
    depth: int
    kind: str  # call, span, failed or idle
    href: str | None
    is_chosen: bool
    start: str
    waiting: str
    flowing_from: str
    flowing: str
    end: str
    tokens: str
    tag: Tag | None
    took: str
    cost: str


class Lines(msgspec.Struct, frozen=True):
    """Rows; those of plumbing are folded."""

    lines: tuple[Line, ...]
    is_plumbing: bool


class Chosen(msgspec.Struct, frozen=True, kw_only=True):
    """The call that stands beside the waterfall."""

    title: str
    href: str
    flow: str
    bill: Bill
    limits: tuple[Fact, ...]
    where: tuple[Fact, ...]


class TraceView(msgspec.Struct, frozen=True, kw_only=True):
    """A trace. ``span`` is what is known of a span of the application, where one is looked at."""

    title: str
    trace_id: str
    at: int
    calls_href: str
    figures: Figures
    scale: str
    folds: tuple[Lines, ...]
    folded: int
    note: str
    chosen: Chosen | None
    span: tuple[Fact, ...]


def view(db: Connection, ask: Ask) -> TraceView:
    """The page. Raises AskError where there is no such trace."""
    trace_id, span_id = ask.rest["trace_id"], ask.rest.get("span", "")
    calls, spans = traces.calls(db, trace_id), traces.spans(db, trace_id)
    if not calls and not spans:
        raise AskError(f"there is no trace {trace_id} in this ledger")
    shown = calls[:MOST]
    drawn = waterfall(pieces(shown, spans))
    call = looked_at(shown, span_id)
    lines = _Lines(ask, shown, call.id if call else 0, span_id)
    chosen = _chosen(db, ask, call) if call else None
    return TraceView(
        title=drawn.rows[0].name,
        trace_id=trace_id,
        at=drawn.started_at,
        calls_href=ask.url("/calls", q=trace_id),
        figures=of_trace(shown, drawn, call, chosen.flow if chosen else ""),
        scale=f"0 s … {seconds(drawn.took)}",
        folds=tuple(lines.fold(fold) for fold in drawn.folds),
        folded=sum(len(fold.rows) for fold in drawn.folds if fold.is_plumbing),
        note=f"Only the first {MOST:,} calls are shown and summed." if len(calls) > MOST else "",
        chosen=chosen,
        span=_span(spans, span_id),
    )


class _Lines:
    """Makes the rows of a waterfall into lines."""

    def __init__(self, ask: Ask, calls: Sequence[TraceCall], chosen: int, span_id: str) -> None:
        self._ask, self._chosen, self._span_id = ask, chosen, span_id
        self._calls = {(call.span_id, call.attempt, call.started_at): call for call in calls}
        self._tried_again = {call.operation_id for call in calls if call.attempt > 1}

    def fold(self, fold: Fold) -> Lines:
        """The lines of some rows."""
        return Lines(tuple(self._line(row) for row in fold.rows), fold.is_plumbing)

    def _line(self, row: Row) -> Line:
        piece = row.piece
        call = self._calls.get((piece.id, piece.attempt, piece.started_at)) if piece and piece.is_call else None
        return Line(
            name=self._name(row, call),
            depth=min(row.depth, _DEEPEST),
            kind=_kind(row),
            href=self._ask.url(span=piece.id, trace_id=None) if piece else None,
            is_chosen=call.id == self._chosen if call else piece is not None and piece.id == self._span_id,
            start=_percent(row.start),
            waiting=_percent(row.waiting),
            flowing_from=_percent(row.start + row.waiting),
            flowing=_percent(row.length - row.waiting),
            end=_percent(row.start + row.length),
            tokens=tokens(call) if call and (call.input is not None or call.output is not None) else "",
            tag=Tag(word(call), "bad" if call.error_type else "warn") if call and call.outcome != "ok" else None,
            took=seconds(row.took),
            cost=amount(call).text
            if call and call.error_type is None
            else usd(row.cost)
            if row.cost is not None
            else "",
        )

    def _name(self, row: Row, call: TraceCall | None) -> str:
        return f"{row.name} · attempt {call.attempt}" if call and call.operation_id in self._tried_again else row.name


def _kind(row: Row) -> str:
    if row.piece is None:
        return "idle"
    return "failed" if row.piece.is_failure else "call" if row.piece.is_call else "span"


def _percent(share: float) -> str:
    return f"{100 * share:.2f}%"


def _chosen(db: Connection, ask: Ask, chosen: TraceCall) -> Chosen | None:
    line = call_pages.call(db, chosen.id)
    call = readable(line.detail) if line else None
    if line is None or call is None:
        return None
    attempt = f" · attempt {line.attempt}" if line.attempt > 1 else ""
    return Chosen(
        title=f"{line.operation} {line.model}{attempt}",
        href=ask.url(f"/calls/{line.id}"),
        flow=flow(call),
        bill=bill(call),
        limits=limits(call),
        where=where(ask, line, call),
    )


def _span(spans: Sequence[TraceSpan], span_id: str) -> tuple[Fact, ...]:
    found = next((span for span in spans if span.span_id == span_id), None)
    if found is None:
        return ()
    told = sorted(attributes(found).items())
    return facts(
        ("span", found.name, ""),
        ("kind", found.kind, ""),
        ("status", found.status, "bad" if found.status == "error" else ""),
        ("service", found.service, ""),
        ("took", seconds(found.duration), ""),
        *(
            (name, value if isinstance(value, str) else msgspec.json.encode(value).decode(), "mono")
            for name, value in told
        ),
    )


PAGE = Page(id="trace", title="Trace", path="/traces/{trace_id}", view=view, under="traces")
