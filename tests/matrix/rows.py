"""The rows that scenarios leave in the ledger, from which ``expected`` and ``expected_raw`` are put together.

The numbers follow from the mock server's rule (bytes of text over four, plus three) and from what it says. Where an
application leaves before the end, or a provider says nothing, tokens are None: they were not on the wire.
"""

from __future__ import annotations

from typing import NamedTuple


class Row(NamedTuple):
    """A row of the ledger, and of its detail, as far as it is foreseeable."""

    operation: str
    model: str
    outcome: str = "ok"
    status: int | None = 200
    error_type: str | None = None
    streamed: bool = False
    attempt: int = 1
    input: int | None = None
    output: int | None = None
    finish_reasons: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ()

    def but(self, **changes: object) -> Row:
        """The same row with other values."""
        return self._replace(**changes)  # type: ignore[arg-type]

    def left(self, outcome: str = "cancelled", error: str | None = None, status: int | None = 200) -> Row:
        """A call that ended before its answer did."""
        return self.but(outcome=outcome, error_type=error, status=status, input=None, output=None, finish_reasons=())


def refused(outcome: str, status: int, error: str = "", of: str = "chat", model: str = "gpt-4o") -> Row:
    """An answer with an error status; without a code of the provider's the status stands for it."""
    return Row(of, model, outcome, status, error or str(status))


def attempts(*rows: Row) -> tuple[Row, ...]:
    """The attempts of one operation, numbered."""
    return tuple(row.but(attempt=number) for number, row in enumerate(rows, start=1))


NO_JSON = ("the response body is not the JSON that was expected",)
NO_EVENT = ("an event of the stream is not the JSON that was expected",)
NO_GZIP = ("the body is not gzip, although content-encoding says so",)

# Answers that were read to their end.
CHAT = Row("chat", "gpt-4o-2024-08-06", input=7, output=22, finish_reasons=("stop",))
TAKEN = CHAT.but(streamed=True)  # with usage, because it was asked for or the body is no event stream
STREAM = TAKEN.but(input=None, output=None)  # without: it was not asked for
ASKED = CHAT.but(input=9)  # the longer questions of the scenarios of many calls
OWN = CHAT.but(input=11, output=7)  # the answer of the scenarios' own transports
TOOLS = CHAT.but(output=7, finish_reasons=("tool_calls",))
RESPONSE = CHAT.but(finish_reasons=("completed",))
TEXT = Row("text_completion", "gpt-3.5-turbo-instruct", input=5, output=22, finish_reasons=("stop",))
EMBEDDED = Row("embeddings", "text-embedding-3-small", input=6)
IMAGE = Row("image_generation", "gpt-image-1", input=3, output=1056)
HEARD = Row("speech_to_text", "gpt-4o-transcribe", input=20, output=22)
WHISPERED = Row("speech_to_text", "whisper-1")
SPOKEN = Row("text_to_speech", "gpt-4o-mini-tts")
MODERATED = Row("moderation", "omni-moderation-latest")

# Answers that were not, or that never came: the model is the one that was asked for.
BAD = refused("bad_request", 400, "decimal_above_max_value")
LIMITED = refused("rate_limited", 429, "rate_limit_exceeded")
UNREAD_429 = refused("rate_limited", 429).but(streamed=True)  # the SDK closes it without reading why
NOT_FOUND = refused("not_found", 404, "model_not_found")
BROKEN_500 = refused("server_error", 500)
NOTHING = Row("chat", "gpt-4o", "connection", None)
DROPPED = NOTHING.but(error_type="RemoteProtocolError")
LATE = NOTHING.but(outcome="timeout", error_type="ReadTimeout")
STOPPED = NOTHING.but(outcome="cancelled", error_type="CancelledError")
UNREAD = Row("chat", "gpt-4o", "cancelled", streamed=True)  # opened and left
LEFT = STREAM.left()  # left after some chunks
CUT = STREAM.left("truncated", "RemoteProtocolError")
STOPPED_STREAM = STREAM.left(error="CancelledError")
HEARD_NOTHING = HEARD.left("connection", "RemoteProtocolError", None)
UPLOADED = HEARD.but(input=24)  # with the scenarios' prompt

Expected = dict[str, tuple[Row, ...]]
