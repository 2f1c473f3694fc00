"""The application's own spans, of the traces that hold a call: so that a trace is whole in the ledger.

On the application's thread a span that has ended is put into a queue, and that is all. What other traces there are is
forgotten after a minute; spans that are not sampled are not kept.
"""

import time
from collections import OrderedDict, deque
from typing import Any

from keeptabs.store.gathering import MOST_SPANS, Gathering
from keeptabs.store.span_attributes import Clean, kept
from keeptabs.store.spans import SpanLine

_OWN = "keeptabs"  # the scope of our own spans, which are calls
_MOST_TRACES = 4_096  # that are known to hold a call


class AppSpans:
    """A listener that gathers spans. All but ``ended`` and ``called`` belong to one thread."""

    def __init__(self, clean: Clean, service: str) -> None:
        self._clean, self._service = clean, service
        self.forked()

    def forked(self) -> None:
        """Begin anew, as in a forked child: what the parent gathered is the parent's."""
        self._ended: deque[Any] = deque(maxlen=MOST_SPANS)
        self._called: deque[str] = deque(maxlen=_MOST_TRACES)
        self._known: OrderedDict[str, None] = OrderedDict()
        self._gathering: Gathering[Any] = Gathering()

    def started(self, span: Any) -> None:
        """Nothing: a span is kept when it has ended."""

    def ending(self, span: Any) -> None:
        """Nothing yet."""

    def ended(self, span: Any) -> None:
        """Queue the span; past what the queue holds the oldest is forgotten."""
        self._ended.append(span)

    def called(self, trace_id: str) -> None:
        """Note that a trace holds a call."""
        self._called.append(trace_id)

    def sift(self) -> list[SpanLine]:
        """The spans that have ended of traces that hold a call by now; the others wait."""
        now = time.monotonic()
        while self._called:
            self._know(self._called.popleft())
        while self._ended:
            span = self._ended.popleft()
            if is_wanted(span):
                self._gathering.add(f"{span.context.trace_id:032x}", span, now)
        found = self._gathering.take([trace_id for trace_id in self._gathering.traces if trace_id in self._known])
        self._gathering.expire(now)
        return [line_of(span, self._clean, self._service) for span in found]

    def _know(self, trace_id: str) -> None:
        self._known[trace_id] = None
        self._known.move_to_end(trace_id)
        if len(self._known) > _MOST_TRACES:
            self._known.popitem(last=False)


def is_wanted(span: Any) -> bool:
    """True for a span that is sampled, and none of ours."""
    scope = span.instrumentation_scope
    return bool(span.context.trace_flags.sampled) and (scope is None or scope.name != _OWN)


def line_of(span: Any, clean: Clean, service: str) -> SpanLine:
    """A span of the SDK as the ledger keeps it."""
    scope, parent = span.instrumentation_scope, span.parent
    named = service or str(span.resource.attributes.get("service.name", ""))
    return SpanLine(
        trace_id=f"{span.context.trace_id:032x}",
        span_id=f"{span.context.span_id:016x}",
        parent_id=f"{parent.span_id:016x}" if parent is not None else None,
        name=str(clean(span.name[:256])),
        kind=span.kind.name.lower(),
        started_at=span.start_time,
        duration=max(span.end_time - span.start_time, 0),
        status=span.status.status_code.name.lower(),
        service=named,
        scope=scope.name if scope is not None else "",
        attributes=kept(span.attributes or {}, clean),
        source="app",
    )
