"""A span for each attempt: started where the application calls, ended where the call is measured."""

import sys
from functools import cache
from random import getrandbits
from typing import Any

import msgspec

from keeptabs.core.call import IN_PROMPT, Call, Identity
from keeptabs.core.dialect import Asked
from keeptabs.core.exchange import Request
from keeptabs.core.provider import Match
from keeptabs.sinks.otel.metrics import Metrics
from keeptabs.sinks.otel.providers import Providers
from keeptabs.sinks.otel.routes import ServerRoutes
from keeptabs.sinks.otel.semconv import Profile, at_end, at_start, of_identity, of_request
from keeptabs.sinks.otel.watch import Watch

_SUPPRESS = "suppress_instrumentation"  # the key in opentelemetry.context that exporters and applications set
# Inside a span of opentelemetry-util-genai these keys hold its data; what is written to ``attributes`` lands on it.
_OUTER = tuple(f"opentelemetry.genai.client.{kind}.context" for kind in ("inference", "embedding", "retrieval"))


class Starting(msgspec.Struct, frozen=True):
    """A call that begins: what is known of it before it is sent."""

    match: Match
    asked: Asked
    request: Request
    started_at: int  # ns since the epoch
    previous: Identity | None  # the attempt that it repeats

    @property
    def name(self) -> str:
        """The span's name."""
        return name_of(self.match.dialect.operation, self.asked)


def name_of(operation: str, asked: Asked) -> str:
    """A span's name: the operation, and the data source of a retrieval or else the model."""
    target = asked.settings.get("gen_ai.data_source.id") or asked.model
    return f"{operation} {target}" if target else operation


class Tracing:
    """Spans and metrics of calls, on whatever SDK there is."""

    def __init__(self, profile: Profile, providers: Providers) -> None:
        self.profile, self.providers = profile, providers
        self.metrics = Metrics(profile, providers)
        self.routes = ServerRoutes()
        self.watch = Watch([self.routes])

    def suppressed(self) -> bool:
        """True where the application, or an exporter, has telemetry turned off."""
        context = sys.modules.get("opentelemetry.context")
        if context is None:
            return False
        own_key = getattr(context, "_SUPPRESS_INSTRUMENTATION_KEY", _SUPPRESS)
        return bool(context.get_value(_SUPPRESS) or context.get_value(own_key))

    def current(self) -> str | None:
        """The id of the span that is current here, or None."""
        trace = sys.modules.get("opentelemetry.trace")
        context = trace.get_current_span().get_span_context() if trace is not None else None
        return f"{context.span_id:016x}" if context is not None and context.is_valid else None

    def start(self, starting: Starting) -> "SpanMark | OuterMark | None":
        """The mark for a call that begins here and now, or None when there is no SDK to tell."""
        outer = self._outer()
        if outer is not None:
            return OuterMark(self, outer)
        tracer, meter = self.providers.tracer(), self.providers.meter()
        return None if tracer is None and meter is None else SpanMark(self, tracer, starting)

    def _outer(self) -> Any | None:
        context = sys.modules.get("opentelemetry.context")
        if context is None or "opentelemetry.util.genai" not in sys.modules:
            return None
        found = (context.get_value(key) for key in _OUTER)
        return next((data for data in found if data is not None), None)


class SpanMark:
    """A call with a span of its own."""

    inline = False

    def __init__(self, tracing: Tracing, tracer: Any, starting: Starting) -> None:
        context, trace = _api()
        self._tracing, self._asked = tracing, starting.asked
        self._attached: Any = None
        self._token: Any = None
        self._context, self._trace = context, trace
        tracer = tracer or trace.NoOpTracer()  # where only metrics are wanted
        parent, previous = trace.get_current_span(), starting.previous
        attributes = at_start(starting.match, starting.request, starting.asked)
        if previous is not None:
            attributes["http.request.resend_count"] = previous.attempt
        self.span = tracer.start_span(
            starting.name,
            kind=trace.SpanKind.CLIENT,
            attributes=attributes,
            links=[trace.Link(_span_context(trace, previous))] if previous else None,
            start_time=starting.started_at,
        )
        self.identity = _identity(self.span, parent, tracing.routes)

    def attach(self) -> None:
        """Make the span current until ``detach``."""
        self._attached = self._trace.set_span_in_context(self.span)
        self._token = self._context.attach(self._attached)

    def detach(self) -> None:
        """Put back what was current before, unless this is another context: a coroutine may be closed in one."""
        if self._token is not None and self._context.get_current() is self._attached:
            self._context.detach(self._token)

    def end(self, call: Call | None, identity: Identity, ended_at: int) -> None:
        """End the span with what was measured; ``call`` is None when measuring failed."""
        try:
            if call is not None:
                self._describe(call, identity)
                self._tracing.metrics.record(call, self._trace.set_span_in_context(self.span))
        finally:
            self.span.end(end_time=ended_at)

    def _describe(self, call: Call, identity: Identity) -> None:
        if not self.span.is_recording():
            return
        found = at_end(call, self._tracing.profile)
        found.update(of_identity(identity))
        if call.request != self._asked:  # a body that was too large to be read before it was sent
            found.update(of_request(call.request))
            self.span.update_name(name_of(call.operation, call.request))
        self.span.set_attributes(found)
        for rule in call.facts.get(IN_PROMPT, ()):
            self.span.add_event("keeptabs.secret", {"keeptabs.secret.rule": rule})
        if call.outcome.error_type is not None:
            self.span.set_status(self._trace.StatusCode.ERROR)


class OuterMark:
    """A call inside a GenAI span of an SDK-level instrumentation: its span gets our facts, and we open none.

    ``inline`` tells the runtime to measure on the application's thread, before the outer span ends.
    """

    inline = True

    def __init__(self, tracing: Tracing, data: Any) -> None:
        _, trace = _api()
        self._tracing, self._data = tracing, data
        self.identity = _identity(trace.get_current_span(), None, tracing.routes)

    def attach(self) -> None:
        """The outer span is current already."""

    def detach(self) -> None:
        """Nothing was attached."""

    def end(self, call: Call | None, identity: Identity, ended_at: int) -> None:
        """Write what the SDK-level instrumentation cannot see: cost, limits, attempts, provider codes."""
        if call is None:
            return
        ours = {name: value for name, value in at_end(call, self._tracing.profile).items() if _is_ours(name)}
        ours.update(of_identity(identity))
        ours["keeptabs.attempts"] = identity.attempt
        for stale in [name for name in self._data.attributes if _is_ours(name)]:
            del self._data.attributes[stale]  # of the attempt before
        self._data.attributes.update(ours)
        self._tracing.metrics.record_own(call)


def _is_ours(name: str) -> bool:
    return name.startswith(("keeptabs.", "code.")) or name in ("gen_ai.usage.cost", "http.response.status_code")


@cache
def _api() -> tuple[Any, Any]:
    """OpenTelemetry's context and trace modules, imported when the first span is started."""
    from opentelemetry import context, trace

    return context, trace


def _identity(span: Any, parent: Any | None, routes: ServerRoutes) -> Identity | None:
    """Who a span is, below ``parent``; None for one that is nobody, as spans of a disabled SDK are."""
    own = span.get_span_context()
    above = parent.get_span_context() if parent is not None else None
    if not own.is_valid:
        return None
    is_parent_itself = above is not None and above.span_id == own.span_id  # what a tracer that does nothing returns
    has_parent = above is not None and above.is_valid
    return Identity(
        trace_id=f"{own.trace_id:032x}",
        span_id=f"{getrandbits(64) if is_parent_itself else own.span_id:016x}",
        parent_id=f"{above.span_id:016x}" if above is not None and has_parent else None,
        parent_name=getattr(parent, "name", None) if has_parent else None,
        sampled=bool(own.trace_flags.sampled),
        route=routes.route(own.trace_id),
    )


def _span_context(trace: Any, identity: Identity) -> Any:
    flags = trace.TraceFlags(trace.TraceFlags.SAMPLED if identity.sampled else trace.TraceFlags.DEFAULT)
    return trace.SpanContext(int(identity.trace_id, 16), int(identity.span_id, 16), is_remote=False, trace_flags=flags)
