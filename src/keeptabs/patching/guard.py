"""Outermost client wins: while one client of ours is sending, the clients below it stay silent."""

from contextvars import ContextVar
from types import TracebackType

from keeptabs.patching.recording import Recording
from keeptabs.patching.shield import shield

_sending: ContextVar[bool] = ContextVar("keeptabs_sending", default=False)


def is_sending() -> bool:
    """True inside the ``send`` of a client that is being recorded, in this thread or task."""
    return _sending.get()


class Sending:
    """The time between a request's start and its response's head, for sync and async clients alike.

    Inside, the recording's span is the current one, so that spans of the layers below become its children; both are
    put back before the application goes on, and nothing is held across a stream. An exception ends the recording.
    """

    __slots__ = ("_recording",)

    def __init__(self, recording: Recording) -> None:
        self._recording = recording

    def __enter__(self) -> None:
        _sending.set(True)
        if self._recording.mark is not None:
            with shield.stage("span"):
                self._recording.mark.attach()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._recording.mark is not None:
            with shield.stage("span"):
                self._recording.mark.detach()
        sent, self._recording.sent = self._recording.sent, None  # it refers to the recording: a cycle while it is there
        if sent is not None:
            with shield.stage("capture"):
                sent(error)
        _sending.set(False)  # no token: a coroutine may be closed in another context than it was started in
        if error is not None:
            self._recording.failed(error)
