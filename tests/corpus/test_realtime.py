"""Recorded websocket sessions against an oracle that shares no code with keeptabs: plain json and its own sums."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from keeptabs.core.dialect import Answered, Asked, Dialect, Session
from keeptabs.core.exchange import Ending, Request
from keeptabs.core.usage import Unit
from keeptabs.dialects import gemini_live
from keeptabs.dialects.openai import realtime
from keeptabs.patching.recording import Recording
from keeptabs.patching.session import Handshake, MessageSession

FILE = Path(__file__).resolve().parents[3] / "shared" / "corpus" / "pydantic-ai" / "realtime.jsonl.gz"

pytestmark = pytest.mark.skipif(not FILE.exists(), reason=f"there is no corpus at {FILE}")

Message = dict[str, Any]
TRANSCRIBED = "conversation.item.input_audio_transcription."


class Meter:
    """A recorder that reads each exchange as soon as it is over."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect, self.read = dialect, list[tuple[Ending, Asked, Answered]]()

    def wants(self, method: str, path: str) -> bool:
        return True

    def sighted(self, host: str, port: int, via: str) -> None:
        raise AssertionError

    def session(self, request: Request) -> Session | None:
        return self.dialect.session

    def begin(self, client: str, request: Request) -> Recording:
        return Recording(client, request, self.dialect.markers, 0, self._done)

    def _done(self, recording: Recording) -> None:
        exchange = recording.exchange()
        asked = self.dialect.ask(exchange.request)
        assert exchange.response is not None
        self.read.append((exchange.ending, asked, self.dialect.answer(exchange.response, asked)))


def sessions() -> dict[str, list[tuple[str, Message]]]:
    """The messages of each session, with who sent them, by the name of its recording."""
    if not FILE.exists():
        return {}
    with gzip.open(FILE, "rt", encoding="utf-8") as lines:
        read = [json.loads(line) for line in lines]
    return {one["source"]: [(message["direction"], message["data"]) for message in one["messages"]] for one in read}


SESSIONS = sessions()


def play(name: str, *, pretty: bool) -> Meter:
    """The session as it went over the wire, as text or, indented, as bytes."""
    is_google = "google" in name
    dialect = gemini_live.DIALECT if is_google else realtime.DIALECT
    meter = Meter(dialect)
    assert dialect.session is not None
    handshake = Handshake(Request(method="WS", host="localhost", path="/realtime", query="model=asked"), 101, ())
    session = MessageSession(meter, "websockets", handshake, dialect.session)
    for direction, message in SESSIONS[name]:
        data = json.dumps(message, indent=1).encode() if pretty else json.dumps(message)
        (session.sent if direction == "sent" else session.received)(data)
    session.closed(None)
    return meter


def told(name: str) -> Iterator[tuple[Message, Message]]:
    """What ended each exchange, and its usage."""
    for direction, message in SESSIONS[name]:
        ends = message.get("type") == "response.done" or str(message.get("type", "")).startswith(TRANSCRIBED)
        if direction == "received" and ends and not message["type"].endswith(".delta"):
            yield message, message.get("usage") or message.get("response", {}).get("usage") or {}
        elif direction == "received" and message.get("serverContent", {}).get("turnComplete"):
            yield message, message["usageMetadata"]


def totals(usage: Message) -> tuple[int | None, int | None]:
    """Input and output tokens, as their provider sums them up; a turn's thoughts are beside its answer."""
    if "promptTokenCount" in usage:
        answered = usage.get("responseTokenCount", usage.get("candidatesTokenCount", 0))
        return usage["promptTokenCount"], answered + usage.get("thoughtsTokenCount", 0)
    return usage.get("input_tokens"), usage.get("output_tokens")


def sound(usage: Message) -> tuple[int, int]:
    """Audio tokens, of the input and of the output."""
    if "promptTokenCount" in usage:
        return _audio(usage, "promptTokensDetails"), _audio(usage, "responseTokensDetails", "candidatesTokensDetails")
    ins, outs = usage.get("input_token_details", {}), usage.get("output_token_details", {})
    return ins.get("audio_tokens", 0), outs.get("audio_tokens", 0)


def _audio(usage: Message, *names: str) -> int:
    parts = [part for name in names for part in usage.get(name, ())]
    return sum(part.get("tokenCount", 0) for part in parts if part["modality"] == "AUDIO")


@pytest.mark.parametrize("pretty", [False, True], ids=["text", "indented-bytes"])
@pytest.mark.parametrize("name", SESSIONS)
def test_every_exchange_of_a_session_is_read(name: str, pretty: bool) -> None:
    """As many exchanges as ended, in their order, each with the tokens and seconds that its provider counted."""
    read, expected = play(name, pretty=pretty).read, list(told(name))
    assert [ending for ending, _, _ in read] == [Ending.COMPLETE] * len(expected)
    for (_, _, answered), (message, usage) in zip(read, expected, strict=True):
        used = answered.usage
        assert answered.complete
        assert answered.gaps == ()
        assert (used.input if used else None, used.output if used else None) == totals(usage)
        assert (
            (used.sum("input.audio", "cache_read.audio") or 0, used.sum("output.audio") or 0) if used else (0, 0)
        ) == (sound(usage))
        seconds = used.units.get(Unit.SECONDS) if used else None
        assert (None if seconds is None else float(seconds)) == usage.get(
            "seconds", usage.get("billable_audio_seconds")
        )
        assert answered.id == (message.get("response", {}).get("id") or message.get("item_id"))


@pytest.mark.parametrize("name", SESSIONS)
def test_the_model_is_the_sessions(name: str) -> None:
    """Every exchange tells the model that spoke, or the one that wrote down what was said."""
    messages = [message for _, message in SESSIONS[name]]
    models = {message["session"].get("model") for message in messages if "session" in message}
    models |= {message["setup"]["model"].rpartition("/")[2] for message in messages if "setup" in message}
    for _, asked, answered in play(name, pretty=False).read:
        if answered.operation == "speech_to_text":
            assert answered.model not in (None, *models)
        else:
            assert (answered.model or asked.model) in models - {None}


def test_the_corpus_has_what_is_asked_of_it() -> None:
    """Both families, transcriptions and errors are among the sessions."""
    answers = [answered for name in SESSIONS for _, _, answered in play(name, pretty=False).read]
    assert len(SESSIONS) == 18
    assert sum(answered.operation == "speech_to_text" for answered in answers) == 5
    assert [answered.error.code for answered in answers if answered.error] == ["DeploymentNotFound"]
    assert any("keeptabs.rate_limit.remaining_tokens" in answered.facts for answered in answers)
