"""Which route of the application a call is made for: ``http.route`` of the server span that encloses it."""

from collections import OrderedDict
from typing import Any

_MOST = 4096  # requests that are served at once; past it the oldest is forgotten
_SERVER = "SERVER"


class ServerRoutes:
    """A listener that remembers the server span of each trace while it lasts."""

    def __init__(self) -> None:
        self._live: OrderedDict[int, Any] = OrderedDict()

    def started(self, span: Any) -> None:
        """Remember the span when it is a server's."""
        if span.kind.name == _SERVER:
            self._live[span.context.trace_id] = span
            if len(self._live) > _MOST:
                self._live.popitem(last=False)

    def ending(self, span: Any) -> None:
        """Nothing: what ends is ended soon."""

    def ended(self, span: Any) -> None:
        """Forget the span."""
        known = self._live.get(span.context.trace_id)
        if known is not None and known.context.span_id == span.context.span_id:
            self._live.pop(span.context.trace_id, None)

    def route(self, trace_id: int) -> str | None:
        """The route that the trace's server span names by now."""
        span = self._live.get(trace_id)
        found = span.attributes.get("http.route") if span is not None else None
        return found if isinstance(found, str) else None
