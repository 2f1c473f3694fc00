"""From a request to a recording, and from a finished recording to a measured call in every sink."""

import time
from contextvars import ContextVar
from random import getrandbits
from typing import Any

import msgspec

from keeptabs.core.call import Call, Identity
from keeptabs.core.exchange import Ending, Exchange, Request
from keeptabs.core.limits import count
from keeptabs.meter import measure
from keeptabs.patching.recording import Recording
from keeptabs.patching.shield import shield
from keeptabs.patching.site import call_site
from keeptabs.pricing.book import Book
from keeptabs.providers import recogniser
from keeptabs.runtime.tags import current_tags
from keeptabs.runtime.worker import Worker
from keeptabs.sinks.ledger import Ledger
from keeptabs.sinks.otel.tracing import Starting, Tracing

_READ_AT_START = 64 * 1024  # bytes; a larger request is not parsed on the application's thread

# The attempt before, in this thread or task: an SDK's retry loop runs in one of them.
_previous: ContextVar[tuple[str, Identity] | None] = ContextVar("keeptabs_previous_attempt", default=None)


class Mark(msgspec.Struct):
    """What a recording carries for its span: who it is, and the span's own mark where there is an SDK."""

    identity: Identity
    span: Any = None

    def attach(self) -> None:
        """Make the span current while the client sends."""
        if self.span is not None:
            self.span.attach()

    def detach(self) -> None:
        """Put back what was current before."""
        if self.span is not None:
            self.span.detach()


class CallRecorder:
    """Begins recordings for the clients, and takes them to the sinks when they are done."""

    def __init__(self, book: Book, tracing: Tracing, ledger: Ledger | None) -> None:
        self._book, self._tracing, self._ledger = book, tracing, ledger
        self._live: dict[int, Recording] = {}
        self.worker: Worker[Recording] = Worker(self.keep, self._commit, self._finish_live)
        tracing.providers.changed = self.worker.at_exit

    def wants(self, method: str, path: str) -> bool:
        """True when a request could be an LLM call; the providers are looked for at the first POST."""
        return recogniser().could_match(method, path)

    def begin(self, client: str, request: Request) -> Recording | None:
        """Begin a recording: parse what is small, start the span, note the call site and the tags."""
        wanted = recogniser().match(request.method, request.host, request.port, request.path)
        if wanted is None or self._tracing.suppressed():
            return None
        small = request if len(request.body) <= _READ_AT_START else msgspec.structs.replace(request, body=b"")
        asked = wanted.ask(small)
        if wanted.is_chance(small, asked):
            return None
        started_at = time.time_ns()
        recording = Recording(client, request, wanted.dialect.markers, started_at, self._done)
        recording.site, recording.tags = call_site(), current_tags()
        previous = _attempt_before(request)
        span = None
        with shield.stage("span"):
            span = self._tracing.start(Starting(wanted, asked, request, started_at, previous))
        recording.mark = Mark(_identity(span.identity if span else None, previous), span)
        if span is not None and span.inline:
            recording.ends = wanted.dialect.ends
        _previous.set((f"{request.host}{request.path}", recording.mark.identity))
        self._live[id(recording)] = recording
        return recording

    def _done(self, recording: Recording) -> None:
        self._live.pop(id(recording), None)
        mark = recording.mark
        inline = mark is not None and mark.span is not None and mark.span.inline
        if inline and recording.ending is not Ending.COLLECTED:  # a finaliser must not do so much
            self.keep(recording)
            self.worker.start()
        else:
            self.worker.put(recording)

    def keep(self, recording: Recording) -> None:
        """Measure a finished recording and hand it to every sink; each can fail alone."""
        exchange = recording.exchange()
        call = self._measure(exchange)
        for gap in call.gaps if call else ():
            shield.count("wire", gap)
        mark = recording.mark or Mark(_identity(None, None))
        if mark.span is not None:
            with shield.stage("span"):
                mark.span.end(call, mark.identity, recording.started_at + exchange.timing.duration)
        if call is not None and self._ledger is not None:
            self._ledger.add(call, mark.identity)

    def _measure(self, exchange: Exchange) -> Call | None:
        """With prices, else without: a call that cannot be priced is still a call."""
        with shield.stage("measure"):
            return measure(exchange, self._book)
        with shield.stage("measure without prices"):
            return measure(exchange, None)
        return None

    def _finish_live(self) -> None:
        for recording in list(self._live.values()):
            recording.finish(Ending.EXITED)

    def _commit(self, last: bool) -> None:
        if self._ledger is not None:
            self._ledger.commit(last=last)
        if last:
            with shield.stage("export"):
                self._tracing.providers.shutdown()

    def forked(self) -> None:
        """Begin anew in a forked child."""
        self._live.clear()
        self.worker.forked()


def _attempt_before(request: Request) -> Identity | None:
    """The attempt that this request repeats, where the SDK counts its retries."""
    if not count(request.headers.get("x-stainless-retry-count")):
        return None
    target, identity = _previous.get() or ("", None)
    return identity if target == f"{request.host}{request.path}" else None


def _identity(own: Identity | None, previous: Identity | None) -> Identity:
    """Ids of the span where there is one, else our own; attempts of one operation share its id and trace."""
    own = own or Identity(
        trace_id=previous.trace_id if previous else f"{getrandbits(128):032x}", span_id=f"{getrandbits(64):016x}"
    )
    return msgspec.structs.replace(
        own,
        operation_id=previous.operation_id if previous else own.span_id,
        attempt=previous.attempt + 1 if previous else 1,
        previous_span_id=previous.span_id if previous else None,
    )
