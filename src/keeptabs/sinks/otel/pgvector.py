"""Vector search in PostgreSQL, by the spans that the application's database instrumentation makes.

A span that is a search gets what a retrieval has, and becomes a call for the ledger. Nothing is seen of statements
without a span: where no such instrumentation is on, or a sampler drops the trace. The statement is read and forgotten.
"""

import time
from collections import deque
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import msgspec

from keeptabs.core.call import Call, Identity
from keeptabs.core.cost import Cost, CostStatus
from keeptabs.core.dialect import Asked
from keeptabs.core.exchange import Timing
from keeptabs.core.outcome import Outcome, OutcomeKind
from keeptabs.dialects.vector.pgvector import ask
from keeptabs.patching.shield import shield
from keeptabs.patching.site import call_site

SLOW = 1.0  # seconds
_PROVIDER, _OPERATION = "pgvector", "retrieval"
_SCOPES = {  # github.com/open-telemetry/opentelemetry-python-contrib 0.66b2
    f"opentelemetry.instrumentation.{name}": name
    for name in ("aiopg", "asyncpg", "dbapi", "psycopg", "psycopg2", "sqlalchemy")
}
_REMEMBERED = 256  # searches that an outer span of the same statement may still be open around
# In the words of the drivers; every other error is what PostgreSQL says of a statement.
_TIMEOUTS = ("timeout", "querycanceled")
_CONNECTIONS = ("connection", "operationalerror", "interfaceerror")

Keep = Callable[[Call, Identity], None]


class _Told(msgspec.Struct, frozen=True):
    """A search that was told of."""

    scope: str
    statement: int  # its hash
    start: int
    end: int


class PgVector:
    """A listener that hands every search to ``keep``, on the thread that made it; past ``slow`` seconds it is slow."""

    def __init__(self, keep: Keep, *, slow: float = SLOW) -> None:
        self._keep, self._slow = keep, slow
        self._told: deque[_Told] = deque(maxlen=_REMEMBERED)

    def started(self, span: Any) -> None:
        """Be there when a span of a database ends."""
        scope = span.instrumentation_scope
        if scope is not None and scope.name in _SCOPES:
            _before_end(span, self._look)

    def ending(self, span: Any) -> None:
        """Nothing: a span of the SDK is read-only by now."""

    def ended(self, span: Any) -> None:
        """Nothing: all is told."""

    def _look(self, span: Any, ended_at: int) -> None:
        statement, duration = _statement(span.attributes), ended_at - span.start_time
        asked = ask(statement) if statement else None
        if asked is None or self._is_told(span, hash(statement), ended_at):
            return
        ours = {name: value for name, value in asked.settings.items() if not name.startswith("db.")}
        if duration > self._slow * 1e9:
            ours["keeptabs.slow"] = True
        span.set_attributes({"gen_ai.operation.name": _OPERATION, "gen_ai.provider.name": _PROVIDER, **ours})
        self._keep(_call(span, asked, Timing(started_at=span.start_time, duration=duration)), _identity(span))

    def _is_told(self, span: Any, statement: int, ended_at: int) -> bool:
        """True for the span of another instrumentation around a search: SQLAlchemy's around its driver's."""
        told = _Told(span.instrumentation_scope.name, statement, span.start_time, ended_at)
        around = any(
            one.scope != told.scope and one.statement == statement and told.start <= one.start and one.end <= told.end
            for one in tuple(self._told)
        )
        if not around:
            self._told.append(told)
        return around


def _before_end(span: Any, then: Callable[[Any, int], None]) -> None:
    """Call ``then`` when a span is about to end and can still be written to.

    Processors hear of an end only when it is read-only (opentelemetry-sdk 1.45.2, ``_on_ending`` too), so the span's
    own ``end`` is covered until it is called.
    """

    def end(end_time: int | None = None) -> None:
        vars(span).pop("end", None)
        ended_at = time.time_ns() if end_time is None else end_time
        try:
            with shield.stage("watch"):
                then(span, ended_at)
        finally:
            span.end(ended_at)

    span.end = end


def _statement(attributes: Mapping[str, Any]) -> str | None:
    """The statement of a span of PostgreSQL, under its stable or its older name."""
    if (attributes.get("db.system.name") or attributes.get("db.system")) != "postgresql":
        return None
    found = attributes.get("db.query.text") or attributes.get("db.statement")
    return found if isinstance(found, str) else None


def _call(span: Any, asked: Asked, timing: Timing) -> Call:
    said = span.attributes
    namespace = said.get("db.namespace") or said.get("db.name")
    settings = {**asked.settings, "db.namespace": namespace} if namespace else asked.settings
    port = said.get("server.port") or said.get("net.peer.port")
    return Call(
        provider=_PROVIDER,
        operation=_OPERATION,
        api="sql",
        server=str(said.get("server.address") or said.get("net.peer.name") or ""),
        port=port if isinstance(port, int) else 0,
        path="",
        client=_SCOPES[span.instrumentation_scope.name],
        sdk=None,
        request=Asked(settings=settings),
        response_model=None,
        response_id=None,
        request_id=None,
        service_tier=None,
        system_fingerprint=None,
        finish_reasons=(),
        streamed=False,
        timing=timing,
        usage=None,
        cost=Cost(usd=Decimal(0), status=CostStatus.FREE, why="a database is not billed by the search"),
        outcome=_outcome(span),
        rate_limit=None,
        resend_count=0,
        site=call_site(),
        tags={},
        gaps=(),
    )


def _identity(span: Any) -> Identity:
    own, above = span.context, span.parent
    return Identity(
        trace_id=f"{own.trace_id:032x}",
        span_id=f"{own.span_id:016x}",
        parent_id=f"{above.span_id:016x}" if above is not None else None,
        operation_id=f"{own.span_id:016x}",
        sampled=bool(own.trace_flags.sampled),
    )


def _outcome(span: Any) -> Outcome:
    if span.status.status_code.name != "ERROR":
        return Outcome(kind=OutcomeKind.OK)
    raised = (event.attributes.get("exception.type") for event in span.events if event.name == "exception")
    name = str(span.attributes.get("error.type") or next(raised, None) or "error").rpartition(".")[2]
    return Outcome(kind=_kind(name.lower()), error_type=name)


def _kind(name: str) -> OutcomeKind:
    if any(word in name for word in _TIMEOUTS):
        return OutcomeKind.TIMEOUT
    if any(word in name for word in _CONNECTIONS):
        return OutcomeKind.CONNECTION
    return OutcomeKind.BAD_REQUEST
