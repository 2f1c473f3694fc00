import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keeptabs.core.dialect import Session
from keeptabs.core.exchange import Exchange, Request
from keeptabs.dialects.openai.responses import DIALECT
from keeptabs.patching.recording import Recording
from keeptabs.patching.session import Handshake, MessageSession, opened, refused

VOICE = Session(
    setup=(b'"setup"', b'"told"', b'"limits"'),
    asks=(b'"ask"',),
    begins=(b'"begin"',),
    ends=(b'"end"',),
    refuses=(b'"refuse"',),
    alone=(b'"alone"',),
    lane="lane",
    id="id",
)
TURNS = Session(asks=(b'"ask"',), begins=(b'"part"', b'"last"'), ends=(b'"last"',))
MARKERS = (b'"type"', b'"error":')
HEADERS = ((b"X-Request-Id", b"req_1"), (b"Content-Type", b"text/plain"))


class Notes:
    """A recorder that keeps what it gets."""

    def __init__(self, how: Session | None) -> None:
        self.how, self.exchanges, self.is_off = how, list[Exchange](), False

    def wants(self, method: str, path: str) -> bool:
        return path == "/talk"

    def sighted(self, host: str, port: int, via: str) -> None:
        raise AssertionError

    def session(self, request: Request) -> Session | None:
        return self.how

    def begin(self, client: str, request: Request) -> Recording | None:
        return None if self.is_off else Recording(client, request, MARKERS, 0, self._done)

    def _done(self, recording: Recording) -> None:
        self.exchanges.append(recording.exchange())

    def told(self) -> list[tuple[str, str, str]]:
        """Of each exchange what was sent, what was received, and how it ended."""
        return [(_short(one.request.body), _short(one.response), one.ending.value) for one in self.exchanges]


def _short(what: Any) -> str:
    """The names of messages, one after the other; a dash where the server said nothing."""
    if what is None:
        return "-"
    body = what if isinstance(what, bytes) else what.body
    return " ".join(_name(json.loads(line)) for line in body.splitlines())


def _name(message: dict[str, Any]) -> str:
    said = message.get("type") or "error"
    return said + "".join(str(message[key]) for key in ("id", "of", "lane", "n") if key in message)


def handshake(status: int = 101, path: str = "/talk") -> Handshake:
    return Handshake(Request(method="WS", host="localhost", path=path), status, HEADERS)


def play(how: Session, script: str, notes: Notes | None = None, *, close: bool = True) -> Notes:
    """Messages by name: ``>ask`` is sent, ``<end`` received; ``=1`` is an id, ``@1`` names one, ``/a`` is a lane."""
    notes = notes or Notes(how)
    session = MessageSession(notes, "client", handshake(), how)
    for word in script.split():
        (session.sent if word[0] == ">" else session.received)(message(word[1:]))
    if close:
        session.closed(None)
    return notes


def message(word: str) -> str:
    said: dict[str, Any] = {}
    for mark, name in (("/", "lane"), ("@", "of"), ("=", "id")):
        word, _, value = word.partition(mark)
        if value:
            said[name] = value
    return json.dumps({"type": word, **said})


@pytest.mark.parametrize(
    ("script", "told"),
    [
        (">ask <begin=1 <part <end@1", [("ask", "begin1 part end1", "complete")]),
        ("<begin=1 <part <end@1", [("", "begin1 part end1", "complete")]),
        ("<end@1", [("", "end1", "complete")]),
        ("<part <note >note", []),
        (">setup <told >ask <begin=1 <end@1", [("setup ask", "told begin1 end1", "complete")]),
        (">setup >ask <begin <end >ask <begin <end", [("setup ask", "begin end", "complete")] * 2),
        ("<told <limits <told <end", [("", "limits told end", "complete")]),
        (">ask <refuse", [("ask", "refuse", "complete")]),
        ("<refuse", [("", "refuse", "complete")]),
        (
            ">ask <begin=1 <refuse <end@1",
            [("", "refuse", "complete"), ("ask", "begin1 end1", "complete")],
        ),
        (
            ">ask <begin=1 <alone <end@1",
            [("", "alone", "complete"), ("ask", "begin1 end1", "complete")],
        ),
        (
            "<begin=1 >ask <part@1 <begin=2 <part@2 <end@2 <part@1 <end@1",
            [("ask", "begin2 part2 end2", "complete"), ("", "begin1 part1 part1 end1", "complete")],
        ),
        (
            "<begin=1 <begin=2 <end@1 <end@2",
            [("", "begin1 end1", "complete"), ("", "begin2 end2", "complete")],
        ),
        (
            ">ask/a >ask/b <begin=2/b <part/b <begin=1/a <part/b <end@2/b <end@1/a",
            [("askb", "begin2b partb partb end2b", "complete"), ("aska", "begin1a end1a", "complete")],
        ),
        (
            ">ask/a >ask/a <begin=1/a <end@1/a <begin=2/a <end@2/a",
            [("aska", "begin1a end1a", "complete"), ("aska", "begin2a end2a", "complete")],
        ),
        (">ask", [("ask", "-", "closed")]),
        (">ask <begin=1 <part", [("ask", "begin1 part", "closed")]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_messages_make_exchanges(script: str, told: list[tuple[str, str, str]]) -> None:
    """Each message goes to the exchange that it belongs to, in whatever order they come."""
    assert play(VOICE, script).told() == told


@pytest.mark.parametrize(
    ("script", "told"),
    [
        (">ask <part <part <last", [("ask", "part part last", "complete")]),
        ("<part <last <part <last", [("", "part last", "complete"), ("", "part last", "complete")]),
        ("<last", [("", "last", "complete")]),
        (">ask >ask <part <last", [("ask", "part last", "complete")]),
        (">ask <part >ask <last <part <last", [("ask", "part last", "complete"), ("ask", "part last", "complete")]),
        ("<note", []),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_format_that_names_nothing(script: str, told: list[tuple[str, str, str]]) -> None:
    """Turns follow each other, and what is asked twice before an answer is one turn."""
    assert play(TURNS, script).told() == told


def test_the_newest_of_what_was_set_up_stands_before_each_exchange() -> None:
    """What was told counts with the first chunk, and the head is the handshake's with a type of its own."""
    session = MessageSession(notes := Notes(VOICE), "client", handshake(), VOICE)
    for number in range(3):
        session.received(json.dumps({"type": "told", "n": number}))
        session.sent(json.dumps({"type": "setup", "n": number}))
    for _ in range(2):
        session.sent(message("ask"))
        session.received(message("begin"))
        session.received(message("end"))
    assert notes.told() == [("setup2 ask", "told2 begin end", "complete")] * 2
    first = notes.exchanges[0]
    assert first.response is not None
    assert (first.timing.chunks, first.streamed, first.response.status) == (2, True, 101)
    assert first.response.headers.get("x-request-id") == "req_1"
    assert first.response.headers.get("content-type") == "application/x-ndjson"


@pytest.mark.parametrize(
    "sent",
    [
        b'{"type":"ask"}',
        '{"type":"ask"}',
        '\n{\n  "type": "ask",\n  "text": "a\\nb"\n}\n',
        '{"event":"x","type":"ask"}',
        '{"text":{"type":"note"},"type":"ask"}',
    ],
    ids=["bytes", "text", "indented", "second", "late"],
)
def test_a_message_is_known_however_it_is_written(sent: Any) -> None:
    """Text or bytes, on one line or many, wherever its type stands."""
    session = MessageSession(notes := Notes(VOICE), "client", handshake(), VOICE)
    assert session.sent(sent) is not None
    session.closed(None)
    body = notes.exchanges[0].request.body
    assert json.loads(body)["type"] == "ask"
    assert len(body.splitlines()) == 1


@pytest.mark.parametrize(
    "sent",
    [
        b"\x00\x01audio",
        b'  "ask"',
        bytearray(b'{"type":"ask"}'),
        None,
        ["ask"],
        '{"type":"note","text":"\\"ask\\""}',
        '{"type":"note","of":"ask"}',
        "",
    ],
    ids=repr,
)
def test_other_messages_begin_nothing(sent: Any) -> None:
    """Frames of audio, fragments, and text that only quotes a type."""
    session = MessageSession(notes := Notes(VOICE), "client", handshake(), VOICE)
    assert session.sent(sent) is None
    session.received(sent)
    session.closed(None)
    assert notes.exchanges == []


def test_a_message_that_could_not_be_sent() -> None:
    """Its exchange has failed, and is over."""
    session = MessageSession(notes := Notes(VOICE), "client", handshake(), VOICE)
    begun = session.sent(message("ask"))
    assert begun is not None
    session.unsent(begun, ConnectionError())
    session.received(message("end"))
    assert [(one.ending.value, one.error) for one in notes.exchanges] == [
        ("failed", "ConnectionError"),
        ("complete", None),
    ]


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (1011, [("ask", "begin error", "failed")]),
        (4001, [("ask", "begin error", "failed")]),
        (1000, [("ask", "begin", "failed")]),
        (1006, [("ask", "begin", "failed")]),
        (None, [("ask", "begin", "failed")]),
    ],
)
def test_a_connection_that_breaks(code: int | None, told: list[Any]) -> None:
    """What is open has failed, with the server's reason where its close code tells of an error."""
    session = MessageSession(notes := Notes(VOICE), "client", handshake(), VOICE)
    session.sent(message("ask"))
    session.received(message("begin"))
    for _ in range(2):
        session.closed(ConnectionError(), code, "no money")
    assert notes.told() == told


def test_an_error_that_closes_an_idle_connection_is_an_exchange() -> None:
    """So a session that could not be set up is seen, once."""
    session = MessageSession(notes := Notes(VOICE), "client", handshake(), VOICE)
    session.sent(message("setup"))
    for _ in range(2):
        session.closed(ConnectionError(), 1007, "no such key")
    assert notes.told() == [("setup", "error", "complete")]


def test_a_session_that_is_dropped() -> None:
    """What was open is not forgotten."""
    assert play(VOICE, ">ask <begin", close=False).told() == [("ask", "begin", "collected")]


def test_a_recorder_that_declines() -> None:
    """Where telemetry is suppressed nothing is recorded, and nothing breaks."""
    notes = Notes(VOICE)
    notes.is_off = True
    assert play(VOICE, ">ask <begin <end <alone <refuse", notes).told() == []


def test_exchanges_that_are_never_answered_are_bounded() -> None:
    """The oldest is given up."""
    session = MessageSession(notes := Notes(VOICE), "client", handshake(), VOICE)
    for _ in range(100):
        session.sent(message("ask"))
    assert [one.ending.value for one in notes.exchanges] == ["collected"] * 36


def responses(*events: tuple[str, dict[str, Any]]) -> list[tuple[str | None, list[str], bool]]:
    """What the Responses dialect reads of a websocket: of each exchange its id, how it finished, and if it failed."""
    how = DIALECT.session
    assert how is not None
    session = MessageSession(notes := Notes(how), "client", handshake(), how)
    for direction, event in events:
        (session.sent if direction == ">" else session.received)(json.dumps(event))
    session.closed(None)
    read = []
    for one in notes.exchanges:
        assert one.response is not None
        answered = DIALECT.answer(one.response, DIALECT.ask(one.request))
        read.append((answered.id, list(answered.finish_reasons), answered.error is not None))
        assert DIALECT.ask(one.request).model in ("gpt-5", None)
    return read


def create(**more: Any) -> tuple[str, dict[str, Any]]:
    return ">", {"type": "response.create", "model": "gpt-5", "input": [{"id": "msg_1", "type": "message"}], **more}


def event(kind: str, number: int, **more: Any) -> tuple[str, dict[str, Any]]:
    status = kind.rpartition(".")[2]
    return "<", {"type": f"response.{kind}", "response": {"id": f"resp_{number}", "status": status}, **more}


@pytest.mark.parametrize(
    ("events", "read"),
    [
        ((create(), event("created", 1), event("completed", 1)), [("resp_1", ["completed"], False)]),
        ((create(), event("created", 1), event("incomplete", 1)), [("resp_1", ["incomplete"], False)]),
        ((create(), ("<", {"type": "error", "error": {"code": "bad"}})), [(None, [], True)]),
        ((create(), event("created", 1), ("<", {"type": "error", "error": {}, "code": "bad"})), [("resp_1", [], True)]),
        (
            (
                create(stream_id="a"),
                create(stream_id="b"),
                event("created", 2, stream_id="b"),
                event("created", 1, stream_id="a"),
                ("<", {"type": "error", "error": {"code": "bad"}, "stream_id": "b"}),
                event("completed", 1, stream_id="a"),
            ),
            [("resp_2", [], True), ("resp_1", ["completed"], False)],
        ),
    ],
    ids=["completed", "incomplete", "refused", "broken", "lanes"],
)
def test_responses_over_a_websocket(events: Any, read: Any) -> None:
    """The request is the message that asks, and lanes keep what is asked at once apart."""
    assert responses(*events) == read


def test_a_connection_of_ours() -> None:
    """By its path, and by a format that knows how messages make exchanges."""
    assert isinstance(opened(Notes(VOICE), "client", handshake()), MessageSession)
    assert opened(Notes(VOICE), "client", handshake(path="/other")) is None
    assert opened(Notes(None), "client", handshake()) is None


@pytest.mark.parametrize(
    ("status", "path", "told"),
    [(401, "/talk", [401]), (503, "/talk", [503]), (302, "/talk", []), (401, "/other", [])],
)
def test_a_refused_handshake(status: int, path: str, told: list[int]) -> None:
    """An error is a failed call; a redirect is followed, and another path is none of ours."""
    notes = Notes(VOICE)
    refused(notes, "client", handshake(status, path), b'{"error":"no"}')
    assert [one.response.status for one in notes.exchanges if one.response] == told
    notes.is_off = True
    refused(notes, "client", handshake(status, path), b"")
    assert len(notes.exchanges) == len(told)


WORDS = st.sampled_from(
    [">ask", ">setup", "<told", "<begin=1", "<begin=2", "<part@1", "<end@1", "<end", "<refuse", "<alone"]
)


@given(st.lists(st.one_of(WORDS, st.binary(), st.text())), st.sampled_from([VOICE, TURNS]))
def test_any_messages_in_any_order(messages: list[Any], how: Session) -> None:
    """Nothing is raised, and when the connection is closed every exchange has ended."""
    notes = Notes(how)
    session = MessageSession(notes, "client", handshake(), how)
    begun = 0
    for one in messages:
        is_word = isinstance(one, str) and one[:1] in ("<", ">")
        data = message(one[1:]) if is_word else one
        begun += (session.sent if is_word and one[0] == ">" else session.received)(data) is not None
    session.closed(None)
    assert len(notes.exchanges) >= begun
    assert all(one.timing.duration >= 0 for one in notes.exchanges)
