"""One exchange while it is in flight: fed by a client and its stream tap, finished exactly once."""

import os
import sys
from collections.abc import Callable, Iterable
from time import perf_counter_ns
from typing import Any

import msgspec

from keeptabs.core.dialect import Hider
from keeptabs.core.exchange import Account, CallSite, Ending, Exchange, Headers, Request, Response, Timing
from keeptabs.core.wire import WireError
from keeptabs.core.wire.encodings import Decoder, decoder
from keeptabs.core.wire.keep import Keeper, Nothing, keeper
from keeptabs.patching.shield import shield

_HEAD = 128 * 1024  # bytes of an upload that are kept: the form fields stand before the files
_BLOCK = 64 * 1024  # bytes of a stream that are gathered before they are folded, so that a chunk costs next to nothing


class Recording:
    """Collects what an Exchange is made of. Everything here runs on the application's thread: it must stay cheap.

    ``done`` is called once with the finished recording, whichever of the ways an exchange can end comes first.
    """

    __slots__ = (
        "_bytes",
        "_chunks",
        "_decoder",
        "_done",
        "_first",
        "_gap",
        "_gaps",
        "_head",
        "_head_size",
        "_keeper",
        "_last",
        "_pending",
        "_pid",
        "_size",
        "_start",
        "account",
        "amended",
        "cached",
        "client",
        "ended",
        "ending",
        "ends",
        "error",
        "headers",
        "hider",
        "mark",
        "markers",
        "request",
        "sent",
        "site",
        "started_at",
        "status",
        "streamed",
        "tags",
    )  # fmt: skip

    def __init__(
        self,
        client: str,
        request: Request,
        markers: tuple[bytes, ...],
        started_at: int,
        done: Callable[["Recording"], None],
    ) -> None:
        self.client, self.request, self.markers, self.started_at = client, request, markers, started_at
        self.status: int | None = None
        self.headers = Headers()
        self.ending, self.streamed = Ending.COMPLETE, False
        self.error: str | None = None
        self.site: CallSite | None = None
        self.tags: dict[str, str] = {}
        self.account = Account()
        self.cached = False  # a cache of the application answered
        self.amended: bytes | None = None  # the body to send instead, which asks for the usage of a stream
        self.hider: Hider | None = None  # what hides the answer to that from the application
        self.mark: Any = None  # what the span layer hangs on a recording
        self.sent: Callable[[BaseException | None], None] | None = None  # what a client does once its send is over
        self.ends: tuple[bytes, ...] = ()  # events at which to finish, where somebody waits for our facts
        self.ended = 0
        self._done = [done]  # popped once: list.pop is atomic
        self._keeper: Keeper = Nothing()
        self._decoder: Decoder | None = None
        self._pending: list[bytes] = []
        self._gaps: tuple[str, ...] = ()
        self._size = self._bytes = self._chunks = self._gap = 0
        self._first = self._last = 0
        self._head: list[bytes] = []
        self._head_size = 0
        self._pid = os.getpid()
        self._start = perf_counter_ns()

    def answered(self, status: int, headers: Iterable[tuple[bytes, bytes]], *, streamed: bool) -> None:
        """The head of the response is here; ``streamed`` tells that its body will come through ``chunk``."""
        if not self._done:
            return  # it has ended, and is read elsewhere
        self.status, self.headers, self.streamed = status, Headers(tuple(headers)), streamed
        self._keeper = keeper(status, self.headers.get("content-type"), self.markers)
        if streamed:
            self._open_decoder()

    def _open_decoder(self) -> None:
        try:
            self._decoder = decoder(self.headers.get("content-encoding"))
        except WireError as error:
            self._unreadable(error)

    def unseen(self) -> None:
        """The response could not be looked at: nothing is said of it, rather than something wrong."""
        self.status = None

    def body(self, data: bytes) -> None:
        """The whole decoded body of a response that was not streamed."""
        self._bytes = len(data)
        self._keeper.feed(data)

    def chunk(self, data: bytes) -> None:
        """The next raw bytes of a streamed body, as the client received them."""
        now = perf_counter_ns()
        if self._chunks:
            gap = now - self._last
            self._gap = max(self._gap, gap)
        else:
            self._first = now
        self._last = now
        self._chunks += 1
        self._size += len(data)
        self._pending.append(data)
        if self._size >= _BLOCK:
            self._fold()
        elif self.ends and data.endswith((b"\n\n", b"\r\n\r\n")) and self._has_ended():
            self.finish(Ending.COMPLETE)

    def _has_ended(self) -> bool:
        """True when what was gathered holds the event that an SDK waits for: it may end its own span at once."""
        gathered = b"\n" + b"".join(self._pending)  # an end is at the start of a line
        return any(end in gathered for end in self.ends)

    def upload(self, data: bytes) -> None:
        """The next bytes of a request body that is made while it is sent; its small fields come first."""
        if self._head_size < _HEAD:
            self._head.append(bytes(data[: _HEAD - self._head_size]))
            self._head_size += len(data)

    def _fold(self) -> None:
        with shield.stage("stream"):
            block, self._pending = b"".join(self._pending), []
            self._bytes += self._size
            self._size = 0
            if self._decoder is not None:
                try:
                    self._keeper.feed(self._decoder.feed(block))
                except WireError as error:
                    self._unreadable(error)

    def _unreadable(self, error: WireError) -> None:
        self._decoder, self._keeper = None, Nothing()
        self._gaps = (*self._gaps, str(error))

    def finish(self, ending: Ending, error: BaseException | None = None) -> None:
        """End the recording. The first call counts, from whatever thread; in a forked child none does."""
        try:
            done = self._done.pop()
        except IndexError:
            return
        if self._pid != os.getpid():
            return
        self.ended = perf_counter_ns()
        self.ending = ending
        self.error = None if error is None else type(error).__name__
        with shield.stage("finish"):
            done(self)

    def stopped(self, reason: BaseException | None) -> None:
        """End the recording for the exception that ended an iteration: its regular end, or a failure."""
        if reason is None or isinstance(reason, StopIteration | StopAsyncIteration):
            self.finish(Ending.COMPLETE)
        else:
            self.failed(reason)

    def failed(self, error: BaseException) -> None:
        """End the recording with the exception that the client raised."""
        self.finish(Ending.CANCELLED if _is_cancellation(error) else Ending.FAILED, error)

    def exchange(self) -> Exchange:
        """The finished recording as a value. Runs once, after ``finish``, on any thread."""
        if self._pending:
            self._fold()
        request, response = self.request, None
        if self._head:
            request = msgspec.structs.replace(request, body=b"".join(self._head))
        if self.status is not None:
            body = self._keeper.result()
            response = Response(status=self.status, headers=self.headers, body=body, flow=self._keeper.flow())
        return Exchange(
            request=request,
            response=response,
            timing=self._timing(),
            ending=self.ending,
            error=self.error,
            streamed=self.streamed,
            client=self.client,
            site=self.site,
            tags=self.tags,
            account=self.account,
            cached=self.cached,
            gaps=self._gaps + self._keeper.gaps,
        )

    def _timing(self) -> Timing:
        return Timing(
            started_at=self.started_at,
            duration=self.ended - self._start,
            first_chunk=self._first - self._start if self._chunks else None,
            last_chunk=self._last - self._start if self._chunks else None,
            longest_gap=self._gap,
            chunks=self._chunks,
            bytes=self._bytes,
        )


def _is_cancellation(error: BaseException) -> bool:
    """True for asyncio's, trio's and anyio's cancellation and for the interpreter's own stops; imports none of them."""
    asyncio = sys.modules.get("asyncio")
    cancelled = getattr(asyncio, "CancelledError", ()) if asyncio else ()
    return not isinstance(error, Exception) or isinstance(error, cancelled)
