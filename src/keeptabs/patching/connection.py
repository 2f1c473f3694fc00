"""What the websocket clients share: a session that hangs on the client's own connection, and the guards around it."""

from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

import msgspec

from keeptabs.patching.patch import Wrapper
from keeptabs.patching.recorder import Recorder
from keeptabs.patching.session import Exchanged, Handshake, MessageSession, opened
from keeptabs.patching.shield import shield

_NAME = "_keeptabs"
_UNSEEN = object()
_CAPTURE = shield.stage("capture")


class Closing(msgspec.Struct, frozen=True):
    """How a connection ended: by an error, unless the application closed it, and with the server's close frame."""

    error: BaseException | None = None
    code: int | None = None
    reason: str = ""


class Connections:
    """The connections of one client family, each with its session from its first message on."""

    def __init__(self, recorder: Recorder, client: str, handshake: Callable[[Any], Handshake]) -> None:
        self._recorder, self._client, self._handshake = recorder, client, handshake

    def session(self, connection: Any) -> MessageSession | None:
        """The session of a connection, or None when it is none of ours."""
        found = getattr(connection, _NAME, _UNSEEN)
        if found is _UNSEEN:
            found = None
            with _CAPTURE:
                found = opened(self._recorder, self._client, self._handshake(connection))
            with _CAPTURE:
                setattr(connection, _NAME, found)
        return found if isinstance(found, MessageSession) else None


class Guard:
    """Around one call of a connection's method, of which ``first`` is the first argument."""

    def __init__(self, session: MessageSession, connection: Any, first: Any) -> None:
        self.session, self.connection, self.first = session, connection, first

    def __enter__(self) -> Self:
        with _CAPTURE:
            self.before()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            with _CAPTURE:
                self.raised(error)

    def passed(self, result: Any) -> Any:
        """What the method returned, noted and as it is."""
        with _CAPTURE:
            self.returned(result)
        return result

    def before(self) -> None:
        """The method is about to be called."""

    def returned(self, result: Any) -> None:
        """The method returned."""

    def raised(self, error: BaseException) -> None:
        """The method raised."""


class Sent(Guard):
    """Around sending a message: an exchange begins before it goes out, and fails with it."""

    begun: Exchanged | None = None

    def before(self) -> None:
        """The message may begin an exchange."""
        self.begun = self.session.sent(self.message())

    def message(self) -> object:
        """The message, where it is not the first argument itself."""
        return self.first

    def raised(self, error: BaseException) -> None:
        """The message did not go out."""
        if self.begun is not None:
            self.session.unsent(self.begun, error)


class Received(Guard):
    """Around receiving: a message is noted before the application has it."""

    def message(self, result: Any) -> object:
        """The message in what was received, or None where it holds none."""
        return result

    def closing(self, end: Any) -> Closing | None:
        """The end that an exception, or a result without a message, tells of; None for a timeout, say."""

    def returned(self, result: Any) -> None:
        """A message, or word of the end."""
        message = self.message(result)
        if message is None:
            self.raised(result)
        else:
            self.session.received(message)

    def raised(self, error: Any) -> None:
        """The connection may be at its end."""
        end = self.closing(error)
        if end is not None:
            self.session.closed(end.error, end.code, end.reason)


class Closed(Guard):
    """Around closing, by the application: what is open is left, however closing goes."""

    def returned(self, result: Any) -> None:
        """It is closed."""
        self.session.closed(None)

    def raised(self, error: BaseException) -> None:
        """It is closed all the same."""
        self.session.closed(None)


def around(connections: Connections, guard: type[Guard], *, asynchronous: bool, named: str = "") -> Wrapper:
    """A wrapper for a method of a connection, which stands in a guard where there is a session to tell.

    ``named`` is the keyword by which the method's first argument may be passed.
    """

    def call(wrapped: Callable[..., Any], connection: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        session = connections.session(connection)
        if session is None:
            return wrapped(*args, **kwargs)
        guarded = guard(session, connection, args[0] if args else kwargs.get(named))
        if asynchronous:
            return awaited(guarded, wrapped, args, kwargs)
        with guarded:
            return guarded.passed(wrapped(*args, **kwargs))

    async def awaited(
        guarded: Guard, wrapped: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        with guarded:
            return guarded.passed(await wrapped(*args, **kwargs))

    return call


class _Opening:
    """Around a handshake, which may be refused."""

    def __init__(self, refused: Callable[[Any, BaseException], None], client: Any) -> None:
        self._refused, self._client = refused, client

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            with _CAPTURE:
                self._refused(self._client, error)


def opening(refused: Callable[[Any, BaseException], None], *, asynchronous: bool) -> Wrapper:
    """A wrapper for the method that opens a connection: ``refused`` is told of the client and what it raised."""

    def call(wrapped: Callable[..., Any], client: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if asynchronous:
            return awaited(wrapped, client, args, kwargs)
        with _Opening(refused, client):
            return wrapped(*args, **kwargs)

    async def awaited(wrapped: Callable[..., Any], client: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        with _Opening(refused, client):
            return await wrapped(*args, **kwargs)

    return call


def always(wrapper: Wrapper) -> Callable[[Any], Wrapper]:
    """The same wrapper, whatever module it is made for."""
    return lambda _: wrapper
