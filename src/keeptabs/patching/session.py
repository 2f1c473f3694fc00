"""One websocket connection, many exchanges: the messages that pass are told apart and recorded, each with its own."""

import re

import msgspec

from keeptabs.core.dialect import Session
from keeptabs.core.exchange import Ending, Request
from keeptabs.patching.recorder import Recorder
from keeptabs.patching.recording import Recording

_MOST_OPEN = 64  # exchanges of one connection; past this the oldest is given up
_NORMAL = (1000, 1001, 1005, 1006)  # close codes that say nothing of an error (RFC 6455 §7.4.1)
_CONTENT = (b"content-type", b"content-encoding")
# The type of a message whose first members are plain ones: then no more of it needs to be looked at.
_TYPE = re.compile(rb'\s*\{[^{\[]{0,200}?"type"\s*:\s*("[^"\\]*")')


class Handshake(msgspec.Struct, frozen=True):
    """How a connection was opened: the request (method WS), and the answer's status and headers."""

    request: Request
    status: int
    headers: tuple[tuple[bytes, bytes], ...]


class Exchanged:
    """An exchange that is open. ``names`` are JSON strings, one of which stands in each message that is its own."""

    __slots__ = ("head", "names", "recording", "taken")

    def __init__(self, recording: Recording, names: tuple[bytes, ...]) -> None:
        self.recording, self.names = recording, names
        self.taken = False  # the server has begun to answer
        self.head = True  # nothing was received yet


class MessageSession:
    """Records the exchanges of one connection. Sending and receiving may be done by two threads."""

    def __init__(self, recorder: Recorder, client: str, handshake: Handshake, how: Session) -> None:
        self._recorder, self._client, self._how = recorder, client, how
        self._handshake = handshake
        kept = (pair for pair in handshake.headers if pair[0].lower() not in _CONTENT)
        self._headers = (*kept, (b"content-type", b"application/x-ndjson"))
        self._lane, self._id = _member(how.lane), _member(how.id)
        self._asked: dict[bytes, bytes] = {}  # what set the session up, by the text that told it
        self._told: dict[bytes, bytes] = {}
        self._open: list[Exchanged] = []
        self._over = False

    def sent(self, message: object) -> Exchanged | None:
        """Take a message before it is sent; the exchange that it begins, if any."""
        line = _line(message)
        if line is None:
            return None
        looked_at = _looked_at(line)
        self._set_up(self._asked, looked_at, line)
        if not _holds(looked_at, self._how.asks) or (not self._tells_apart and self._waiting(line)):
            return None
        return self._begin(line, self._named(line, self._lane))

    def unsent(self, begun: Exchanged, error: BaseException) -> None:
        """The message that began an exchange could not be sent."""
        if begun in self._open:
            self._open.remove(begun)
            begun.recording.failed(error)

    def received(self, message: object) -> None:
        """Take a message before the application gets it."""
        line = _line(message)
        if line is None:
            return
        looked_at, how = _looked_at(line), self._how
        self._set_up(self._told, looked_at, line)
        if _holds(looked_at, how.alone):
            self._whole(line)
        elif _holds(looked_at, how.refuses):
            self._end(self._waiting(line), line)
        else:
            if _holds(looked_at, how.begins):
                self._take_up(line)
            opened = self._owner(line)
            if _holds(looked_at, how.ends):
                self._end(opened, line)
            elif opened is not None:
                self._feed(opened, line)

    def closed(self, error: BaseException | None, code: int | None = None, reason: str = "") -> None:
        """The connection is closed, by the application where there is no ``error``; what is open ends.

        A ``code`` of the server's that tells of an error is one, even where nothing is open.
        """
        told = None if error is None or code is None or code in _NORMAL else _error(code, reason)
        if told is not None and not self._open and not self._over:
            self._whole(told)
        self._over = True  # each further attempt to receive says so again
        while self._open:
            opened = self._open.pop(0)
            if told is not None:
                self._feed(opened, told)
            opened.recording.finish(Ending.CLOSED if error is None else Ending.FAILED, error)

    def __del__(self) -> None:
        """End what is open when the application drops the connection."""
        for opened in self.__dict__.get("_open", ()):
            opened.recording.finish(Ending.COLLECTED)

    @property
    def _tells_apart(self) -> bool:
        return self._lane is not None or self._id is not None

    def _set_up(self, kept: dict[bytes, bytes], looked_at: bytes, line: bytes) -> None:
        for text in self._how.setup:
            if text in looked_at:
                kept.pop(text, None)  # the newest stands last
                kept[text] = line
                return

    def _begin(self, first: bytes | None, names: tuple[bytes, ...] = ()) -> Exchanged | None:
        lines = [*self._asked.values(), *([] if first is None else [first])]
        request = msgspec.structs.replace(self._handshake.request, body=b"\n".join(lines))
        recording = self._recorder.begin(self._client, request)
        if recording is None:
            return None
        opened = Exchanged(recording, names)
        self._open.append(opened)
        if len(self._open) > _MOST_OPEN:
            self._open.pop(0).recording.finish(Ending.COLLECTED)
        return opened

    def _take_up(self, line: bytes) -> None:
        """The exchange that the server begins to answer: the one that waits, else a new one unless one is open."""
        name = self._named(line, self._id)
        known = [opened for opened in self._open if opened.taken and (not name or name[0] in opened.names)]
        opened = self._waiting(line) or (None if known else self._begin(None, self._named(line, self._lane)))
        if opened is not None:
            opened.taken, opened.names = True, opened.names + name

    def _waiting(self, line: bytes) -> Exchanged | None:
        """The oldest exchange that is not taken up and is not another lane's."""
        waiting = (opened for opened in tuple(self._open) if not opened.taken)
        return next((opened for opened in waiting if not opened.names or _holds(line, opened.names)), None)

    def _owner(self, line: bytes) -> Exchanged | None:
        """The exchange that a message belongs to; one that names none is taken to be the oldest's that is answered."""
        opened = tuple(self._open)
        if len(opened) < 2:  # nothing to tell apart
            return opened[0] if opened else None
        named = (one for one in opened if one.names and _holds(line, one.names))
        taken = (one for one in opened if one.taken)
        return next(named, None) or next(taken, opened[0])

    def _feed(self, opened: Exchanged, line: bytes) -> None:
        if opened.head:
            opened.head = False
            opened.recording.answered(self._handshake.status, self._headers, streamed=True)
            line = b"\n".join([*(told for told in self._told.values() if told is not line), line])
        opened.recording.chunk(line + b"\n")

    def _end(self, opened: Exchanged | None, line: bytes) -> None:
        if opened is None:
            self._whole(line)
            return
        self._feed(opened, line)
        if opened in self._open:
            self._open.remove(opened)
        opened.recording.finish(Ending.COMPLETE)

    def _whole(self, line: bytes) -> None:
        """An exchange of one message."""
        opened = self._begin(None)
        if opened is not None:
            self._end(opened, line)

    def _named(self, line: bytes, member: re.Pattern[bytes] | None) -> tuple[bytes, ...]:
        found = member.search(line) if member is not None else None
        return (found[1],) if found else ()


def opened(recorder: Recorder, client: str, handshake: Handshake) -> MessageSession | None:
    """The session of a connection that was opened, or None when it is none of ours."""
    if not recorder.wants(handshake.request.method, handshake.request.path):
        return None
    how = recorder.session(handshake.request)
    return None if how is None else MessageSession(recorder, client, handshake, how)


def refused(recorder: Recorder, client: str, handshake: Handshake, body: bytes) -> None:
    """Record a handshake that the server answered with an error: an exchange that is over."""
    if handshake.status < 400 or not recorder.wants(handshake.request.method, handshake.request.path):
        return
    recording = recorder.begin(client, handshake.request)
    if recording is not None:
        recording.answered(handshake.status, handshake.headers, streamed=False)
        recording.body(body)
        recording.finish(Ending.COMPLETE)


def _member(name: str | None) -> re.Pattern[bytes] | None:
    return None if name is None else re.compile(rb'"%s"\s*:\s*("[^"\\]+")' % name.encode())


def _line(message: object) -> bytes | None:
    """A message that could be a JSON object, on one line; None for others, such as frames of audio."""
    if isinstance(message, str):
        message = message.encode("utf-8", "replace")
    if not isinstance(message, bytes) or not message[:16].lstrip().startswith(b"{"):
        return None
    return message.replace(b"\n", b" ").strip() if b"\n" in message else message


def _looked_at(line: bytes) -> bytes:
    """The part of a message that tells what it is: its type where that stands early, else all of it."""
    found = _TYPE.match(line)
    return found[1] if found else line


def _holds(text: bytes, wanted: tuple[bytes, ...]) -> bool:
    return any(one in text for one in wanted)


def _error(code: int, reason: str) -> bytes:
    return msgspec.json.encode({"error": {"code": str(code), "message": reason}})
