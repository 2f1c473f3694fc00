"""A send within which the client tries again by itself: each try is a recording of its own."""

from contextvars import ContextVar
from types import TracebackType

from keeptabs.core.exchange import Ending
from keeptabs.patching.guard import Sending
from keeptabs.patching.recorder import Recorder
from keeptabs.patching.recording import Recording
from keeptabs.patching.shield import shield


class Retrying(Sending):
    """``Sending`` whose recording is that of the try that is being made."""

    __slots__ = ("_error", "_over", "_recorder")

    def __init__(self, recorder: Recorder, recording: Recording) -> None:
        super().__init__(recording)
        self._recorder, self._over = recorder, False
        self._error: BaseException | None = None

    @property
    def recording(self) -> Recording:
        """The recording of the last try so far."""
        return self._recording

    def __enter__(self) -> None:
        super().__enter__()
        _current.set(self)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _current.set(None)
        super().__exit__(kind, error, trace)

    def tried(self, error: BaseException | None = None) -> None:
        """The client has given this try up, or may do so: then it makes another."""
        self._over, self._error = True, error

    def give_up(self) -> None:
        """End the recording of a try that is over, where the client that makes the tries does not."""
        if not self._over:
            return
        if self._error is not None:
            self._recording.failed(self._error)
        else:
            self._recording.finish(Ending.COMPLETE)

    def begins(self) -> None:
        """The client begins a try: after one that is over it is a new one, with the same request."""
        if not self._over:
            return
        self._over = False
        last, sent = self._recording, self._recording.sent
        last.sent = None  # the send goes on
        self.__exit__(None, None, None)
        with shield.stage("capture"):
            self._recording = self._recorder.begin(last.client, last.request) or last
        self._recording.sent = sent
        self.__enter__()


_current: ContextVar[Retrying | None] = ContextVar("keeptabs_retrying", default=None)


def retrying() -> Retrying | None:
    """The send in progress in this thread or task, if it is of a client that tries again."""
    return _current.get()
