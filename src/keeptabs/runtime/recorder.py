"""From a request to a recording, and from a finished recording to a measured call in every sink."""

import time
from collections import OrderedDict
from collections.abc import Callable
from fnmatch import fnmatchcase
from random import getrandbits
from typing import Any

import msgspec

from keeptabs.core.account import account_of
from keeptabs.core.call import Call, Identity
from keeptabs.core.dialect import Session
from keeptabs.core.exchange import Ending, Exchange, Request
from keeptabs.core.provider import Match
from keeptabs.meter import measure
from keeptabs.patching.recording import Recording
from keeptabs.patching.shield import shield
from keeptabs.patching.site import call_site
from keeptabs.pricing.book import Book
from keeptabs.providers import recogniser
from keeptabs.runtime.attempts import Attempt, Previous, attempt_before, remember
from keeptabs.runtime.guard import Guard, bare
from keeptabs.runtime.hashes import hashed
from keeptabs.runtime.tags import current_tags
from keeptabs.runtime.tokens import bytes_a_token
from keeptabs.runtime.worker import Worker
from keeptabs.sinks.ledger import Ledger
from keeptabs.sinks.otel.tracing import Starting, Tracing

_READ_AT_START = 64 * 1024  # bytes; a larger request is not parsed on the application's thread
_MOST_SETTLED = 10_000


class Mark(msgspec.Struct):
    """What a recording carries: who it is, its span's own mark where there is an SDK, and its place among attempts."""

    identity: Identity
    span: Any
    attempt: Attempt

    def attach(self) -> None:
        """Make the span current while the client sends."""
        if self.span is not None:
            self.span.attach()

    def detach(self) -> None:
        """Put back what was current before."""
        if self.span is not None:
            self.span.detach()


class Rules(msgspec.Struct, frozen=True):
    """What a recorder is told to do: what fingerprints are made with, and which hosts are asked for usage."""

    salt: Callable[[], bytes]
    ask_usage: tuple[str, ...] = ()
    guard_prompts: bool = False
    hash_key: Callable[[], bytes] = bytes  # empty: what is asked is not hashed

    def asks(self, host: str) -> bool:
        """True for a host whose streams are asked for their usage."""
        return any(fnmatchcase(host.lower(), pattern) for pattern in self.ask_usage)


class CallRecorder:
    """Begins recordings for the clients, and takes them to the sinks when they are done."""

    def __init__(self, book: Book, tracing: Tracing, ledger: Ledger | None, rules: Rules) -> None:
        self._book, self._tracing, self._ledger, self._rules = book, tracing, ledger, rules
        self._live: dict[int, Recording] = {}
        self._settled = Settled()
        self.guard = Guard(rules.salt, prompts=rules.guard_prompts)
        self._unwanted = ("", "")  # method and path of the last request that was none of ours
        self.worker: Worker[Recording] = Worker(self.keep, self._commit, self._finish_live)
        tracing.providers.changed = self.worker.at_exit

    def wants(self, method: str, path: str) -> bool:
        """True when a request could be an LLM call; the providers are looked for at the first request."""
        if (method, path) == self._unwanted:  # the layers below a client ask again for the same request
            return False
        wanted = recogniser().could_match(method, path)
        if not wanted:
            self._unwanted = (method, path)
        return wanted

    def sighted(self, host: str, port: int, via: str) -> None:
        """A host that is reached in a way which cannot be recorded: noted where it is a provider's, for the doctor."""
        if self._ledger is not None and recogniser().is_provider_host(host, port):
            self._ledger.sighted(host, via)
            self.worker.start()

    def note(self, call: Call, identity: Identity) -> None:
        """Keep a call that another instrumentation's span has told of."""
        if self._ledger is not None:
            route = self._tracing.routes.route(int(identity.trace_id, 16))
            tagged = msgspec.structs.replace(call, tags=current_tags())
            self._ledger.add(tagged, msgspec.structs.replace(identity, route=route))
            self.worker.start()

    def session(self, request: Request) -> Session | None:
        """How messages make exchanges where the request's path says so."""
        wanted = recogniser().match(request.method, request.host, request.port, request.path)
        return wanted.dialect.session if wanted else None

    def begin(self, client: str, request: Request) -> Recording | None:
        """Begin a recording: parse what is small, start the span, note the call site and the tags."""
        wanted = recogniser().match(request.method, request.host, request.port, request.path)
        if wanted is None or self._tracing.suppressed():
            return None
        small = request if len(request.body) <= _READ_AT_START else msgspec.structs.replace(request, body=b"")
        asked = self.guard.asked(wanted.ask(small))
        if wanted.is_chance(small, asked):
            return None
        started_at, parent_id = time.time_ns(), self._tracing.current()
        recording = Recording(client, request, wanted.dialect.markers, started_at, self._done)
        recording.site, recording.tags = call_site(), current_tags()
        previous = attempt_before(request, parent_id)
        span = None
        with shield.stage("span"):
            before = previous.identity if previous else None
            span = self._tracing.start(Starting(wanted, asked, request, started_at, before))
        identity = _identity(span.identity if span else None, previous)
        remember(attempt := Attempt(request, identity, parent_id))
        recording.mark = Mark(identity, span, attempt)
        if span is not None and span.inline:
            recording.ends = wanted.dialect.ends
        with shield.stage("ask for usage"):
            self._ask_usage(recording, wanted)
        self._live[id(recording)] = recording
        return recording

    def _ask_usage(self, recording: Recording, wanted: Match) -> None:
        how = wanted.dialect.usage_on_request
        if how is None or not self._rules.asks(recording.request.host):
            return
        recording.amended = how.amend(recording.request.body)
        if recording.amended is not None:
            recording.hider = how.hider()

    def _done(self, recording: Recording) -> None:
        self._live.pop(id(recording), None)
        mark = recording.mark
        if mark is not None:
            mark.attempt.finished(recording)
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
        if call is not None and call.deferred and not self._settled.is_first(call):
            call = None  # the same result, fetched again
        if call is not None:
            call = self._guarded(call, exchange)
            with shield.stage("hashes"):
                call = hashed(call, exchange.request, self._rules.hash_key())
        for gap in call.gaps if call else ():
            shield.count("wire", gap)
        identity = recording.mark.identity
        if recording.mark.span is not None:
            with shield.stage("span"):
                recording.mark.span.end(call, identity, recording.started_at + exchange.timing.duration)
        if call is not None and self._ledger is not None:
            self._ledger.add(call, identity)

    def _measure(self, exchange: Exchange) -> Call | None:
        """With prices, else without: a call that cannot be priced is still a call."""
        with shield.stage("account"):
            account = account_of(exchange.request, exchange.response, self._rules.salt())
            exchange = msgspec.structs.replace(exchange, account=account)
        with shield.stage("measure"):
            return self._counted(exchange, measure(exchange, self._book))
        with shield.stage("measure without prices"):
            return measure(exchange, None)
        return None

    def _guarded(self, call: Call, exchange: Exchange) -> Call:
        """The call as it may be kept; of one that cannot be looked at, no words are."""
        with shield.stage("guard"):
            return self.guard.clean(self.guard.noticed(call, exchange.request))
        return bare(call)

    def _counted(self, exchange: Exchange, call: Call | None) -> Call | None:
        """The call; where its tokens are estimated, with what a tokeniser says of the text, if there is one."""
        ratio = bytes_a_token(exchange, call) if call is not None and call.usage and call.usage.estimated else None
        if ratio is None:
            return call
        return measure(msgspec.structs.replace(exchange, bytes_a_token=ratio), self._book)

    def _finish_live(self) -> None:
        if self._ledger is not None:
            self._ledger.hurry()
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


class Settled:
    """The results of deferred work that were counted: one may be fetched any number of times."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[str, str | None], None] = OrderedDict()

    def is_first(self, call: Call) -> bool:
        """True the first time that a result is seen; one without an id is always new."""
        if call.response_id is None:
            return True
        key = (call.provider, call.response_id)
        if key in self._known:
            return False
        self._known[key] = None
        if len(self._known) > _MOST_SETTLED:
            self._known.popitem(last=False)
        return True


def _identity(own: Identity | None, previous: Previous | None) -> Identity:
    """Ids of the span where there is one, else our own; attempts of one operation share its id and trace."""
    before = previous.identity if previous else None
    own = own or Identity(
        trace_id=before.trace_id if before else f"{getrandbits(128):032x}", span_id=f"{getrandbits(64):016x}"
    )
    if previous is None or before is None:
        return msgspec.structs.replace(own, operation_id=own.span_id)
    return msgspec.structs.replace(
        own,
        operation_id=before.operation_id,
        attempt=before.attempt + 1,
        previous_span_id=before.span_id,
        waited=previous.waited,
        too_early=previous.too_early,
    )
