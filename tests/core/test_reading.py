"""What holds for every dialect: no bytes make an exception, and an abridged stream says what the whole one does."""

import json
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from keeptabs.core import reading
from keeptabs.core.decoding import readable
from keeptabs.core.dialect import Answered, Asked, Dialect
from keeptabs.core.exchange import Headers, Request, Response
from keeptabs.core.wire.keep import Events
from keeptabs.dialects.openai import (
    chat,
    completions,
    embeddings,
    images,
    moderations,
    responses,
    speech,
    transcription,
)
from keeptabs.dialects.openai.routes import ROUTES

# The formats that this file has answers of; the others have tests of their own.
APIS = (
    "chat_completions",
    "responses",
    "completions",
    "embeddings",
    "images",
    "audio_transcriptions",
    "audio_speech",
    "moderations",
)
DIALECTS = {dialect.api: dialect for dialect in ROUTES.values() if dialect.api in APIS}
STREAM = Headers.of([("content-type", "text/event-stream; charset=utf-8")])
JSON = Headers.of([("content-type", "application/json")])
FORM = Headers.of([("content-type", "multipart/form-data; boundary=b1")])
DEEP = 100_000

# --- streams as providers write them ---------------------------------------------------------------------------------

# Texts that look like facts: a model may be asked about this very format.
TEXTS = st.sampled_from(
    [
        "Hello",
        "[DONE]",
        "data: [DONE]\n\n",
        '"usage":{"prompt_tokens":999}',
        '"finish_reason":"length"',
        '{"error":{"code":"x"}}',
        '"type":"response.completed"',
        '"type":"speech.audio.done"',
        '.completed"',
        '.done"',
        "\r\n\r\n: ping\n\n",
        "😀 {}[]",
    ]
)
COUNTS = st.integers(0, 1000)
COMMENTS = st.lists(st.sampled_from([b": OPENROUTER PROCESSING", b":", b"id: 1", b"retry: 3000"]), max_size=2)
ERRORS = st.sampled_from(
    [
        {"message": "Overloaded", "type": "server_error", "param": None, "code": "server_error"},
        {"message": "Provider returned error", "code": 502},
    ]
)


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    """None or one of it."""
    return st.lists(strategy, max_size=1)


@st.composite
def chat_events(draw: st.DrawFn) -> list[Any]:
    """Chunks of a chat completion, by OpenAI, Azure, Groq or OpenRouter."""
    common: dict[str, Any] = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "model": "gpt-4o-2024-08-06"}
    common |= draw(st.sampled_from([{}, {"service_tier": "default", "system_fingerprint": "fp_1"}]))
    told_nothing = draw(st.sampled_from([{}, {"usage": None}]))
    events: list[Any] = draw(maybe(st.just({"id": "", "model": "", "choices": [], "prompt_filter_results": []})))
    for text in draw(st.lists(TEXTS, max_size=6)):
        choice = {"index": draw(st.integers(0, 1)), "delta": {"content": text}, "logprobs": None, "finish_reason": None}
        events.append(common | told_nothing | {"choices": [choice]})
    for index in draw(st.sampled_from([[], [0], [1, 0]])):
        reason = draw(st.sampled_from(["stop", "length", "tool_calls", "content_filter"]))
        events.append(common | {"choices": [{"index": index, "delta": {}, "finish_reason": reason}]})
    usage = {"prompt_tokens": draw(COUNTS), "completion_tokens": draw(COUNTS)}
    events += draw(st.sampled_from([[], [common | {"choices": [], "usage": usage}], [{"x_groq": {"usage": usage}}]]))
    return events + [{"error": error} for error in draw(maybe(ERRORS))] + draw(maybe(st.just("[DONE]")))


@st.composite
def response_events(draw: st.DrawFn) -> list[Any]:
    """Events of a response."""
    begun = {"id": "resp_1", "model": "gpt-5-mini", "status": "in_progress", "service_tier": "auto", "error": None}
    events: list[Any] = [{"type": f"response.{name}", "response": begun} for name in ("created", "in_progress")]
    for text in draw(st.lists(TEXTS, max_size=6)):
        kind = draw(st.sampled_from(["response.output_text.delta", "response.output_text.done", "response.queued"]))
        events.append({"type": kind, "delta": text, "item_id": "msg_1", "sequence_number": 4})
    usage = {"input_tokens": draw(COUNTS), "output_tokens": draw(COUNTS), "input_tokens_details": {"cached_tokens": 0}}
    done = begun | {"service_tier": "default", "usage": usage, "output": [{"text": draw(TEXTS)}]}
    ends = [
        {"type": "response.completed", "response": done | {"status": "completed"}},
        {
            "type": "response.incomplete",
            "response": done | {"status": "incomplete", "incomplete_details": {"reason": "max_output_tokens"}},
        },
        {"type": "response.failed", "response": begun | {"status": "failed", "error": draw(ERRORS)}},
        {"type": "error", "code": "server_error", "message": "Overloaded", "param": None, "sequence_number": 9},
        {"type": "error", "error": draw(ERRORS)},
    ]
    return events + draw(maybe(st.sampled_from(ends))) + draw(maybe(st.just("[DONE]")))


@st.composite
def image_events(draw: st.DrawFn) -> list[Any]:
    """Events of a generated or an edited image."""
    kind = draw(st.sampled_from(["image_generation", "image_edit"]))
    partials = draw(st.lists(st.binary(max_size=9), max_size=3))
    events: list[Any] = [
        {"type": f"{kind}.partial_image", "b64_json": part.hex(), "partial_image_index": n}
        for n, part in enumerate(partials)
    ]
    usage = {"input_tokens": draw(COUNTS), "output_tokens": draw(COUNTS)}
    ends = [{"type": f"{kind}.completed", "b64_json": "aGk=", "usage": usage}] * draw(st.integers(0, 2))
    return events + ends + [{"type": "error", "error": error} for error in draw(maybe(ERRORS))]


@st.composite
def transcript_events(draw: st.DrawFn) -> list[Any]:
    """Events of a transcription."""
    events: list[Any] = [{"type": "transcript.text.delta", "delta": text} for text in draw(st.lists(TEXTS, max_size=6))]
    usage = {"type": "tokens", "input_tokens": draw(COUNTS), "output_tokens": draw(COUNTS)}
    ends = [
        {"type": "transcript.text.done", "text": draw(TEXTS)},
        {"type": "transcript.text.done", "text": draw(TEXTS), "usage": usage},
        {"type": "transcript.text.done", "usage": {"type": "duration", "seconds": 7}},
        {"type": "error", "error": draw(ERRORS)},
    ]
    return events + draw(maybe(st.sampled_from(ends)))


@st.composite
def speech_events(draw: st.DrawFn) -> list[Any]:
    """Events of speech."""
    events: list[Any] = [{"type": "speech.audio.delta", "audio": draw(TEXTS)} for _ in range(draw(st.integers(0, 5)))]
    usage = {"input_tokens": draw(COUNTS), "output_tokens": draw(COUNTS), "total_tokens": 3}
    ends = [
        {"type": "speech.audio.done", "usage": usage},
        {"type": "speech.audio.done"},
        {"type": "error", "error": draw(ERRORS)},
    ]
    return events + draw(maybe(st.sampled_from(ends)))


STREAMS: dict[str, st.SearchStrategy[list[Any]]] = {
    chat.DIALECT.api: chat_events(),
    completions.DIALECT.api: chat_events(),
    responses.DIALECT.api: response_events(),
    images.DIALECT.api: image_events(),
    transcription.DIALECT.api: transcript_events(),
    speech.DIALECT.api: speech_events(),
}


def written(events: list[Any], comments: list[bytes], *, spaced: bool, named: bool, end: bytes = b"\n") -> bytes:
    """``events`` as a stream."""
    blocks = [*comments]
    for event in events:
        separators = (", ", ": ") if spaced else (",", ":")
        text = event if isinstance(event, str) else json.dumps(event, separators=separators, ensure_ascii=False)
        name = event.get("type", "") if named and isinstance(event, dict) else ""
        blocks.append((b"event: " + name.encode() + end if name else b"") + b"data: " + text.encode())
    return b"".join(block + end * 2 for block in blocks)


def bodies(events: st.SearchStrategy[list[Any]]) -> st.SearchStrategy[bytes]:
    """Streams of ``events``, in all the ways to write them."""
    return st.builds(
        written,
        events,
        COMMENTS,
        spaced=st.booleans(),
        named=st.booleans(),
        end=st.sampled_from([b"\n", b"\r\n"]),
    )


def abridged(dialect: Dialect, body: bytes, cuts: list[int] | None = None) -> bytes:
    """What is kept of ``body`` while it flows."""
    made = Events(dialect.markers)
    for start, end in pairwise(sorted([0, len(body), *(min(cut, len(body)) for cut in cuts or [])])):
        made.feed(body[start:end])
    return made.result()


def said(dialect: Dialect, body: bytes, headers: Headers = STREAM, status: int = 200) -> Answered:
    """What ``body`` says."""
    return dialect.answer(Response(status=status, headers=headers, body=body), Asked(model="m", characters=3))


streaming = pytest.mark.parametrize("api", STREAMS)
every = pytest.mark.parametrize("dialect", DIALECTS.values(), ids=DIALECTS)


def test_every_dialect_that_streams_has_streams_to_be_tested_with() -> None:
    """A new dialect is held to the same property."""
    assert set(STREAMS) == {api for api, dialect in DIALECTS.items() if dialect.markers}


@streaming
@given(data=st.data(), cuts=st.lists(st.integers(0, 2000), max_size=5))
def test_an_abridged_stream_says_what_the_whole_one_says(api: str, data: st.DataObject, cuts: list[int]) -> None:
    """What is kept of a stream while it flows is enough to read everything from it that a dialect reads."""
    dialect, body = DIALECTS[api], data.draw(bodies(STREAMS[api]))
    assert said(dialect, abridged(dialect, body, cuts)) == said(dialect, body)


@streaming
@given(data=st.data(), left=st.integers(0, 1200))
def test_a_stream_that_broke_off_says_the_same_abridged(api: str, data: st.DataObject, left: int) -> None:
    """The same holds wherever the stream ends."""
    dialect, body = DIALECTS[api], data.draw(bodies(STREAMS[api]))[:left]
    assert said(dialect, abridged(dialect, body)) == said(dialect, body)


FINISHED = {"id": "1", "model": "m", "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}
FACTS = {
    "chat_completions": [
        FINISHED,
        {"choices": [], "usage": {"prompt_tokens": 3}},
        {"x_groq": {"usage": {"prompt_tokens": 3}}},
        {"error": {"message": "no"}},
        {"error": "no"},
        "[DONE]",
    ],
    "responses": [
        {"type": "response.completed", "response": {"status": "completed"}},
        {"type": "response.incomplete", "response": {"status": "incomplete"}},
        {"type": "response.failed", "response": {"status": "failed"}},
        {"type": "error", "code": "x", "message": "no"},
        {"error": {"code": "x"}},
    ],
    "images": [
        {"type": "image_generation.completed"},
        {"type": "image_edit.completed"},
        {"usage": {"input_tokens": 3}},
        {"type": "error", "error": {"code": "x"}},
    ],
    "audio_transcriptions": [
        {"type": "transcript.text.done"},
        {"type": "x", "usage": {"input_tokens": 3}},
        {"type": "error", "error": {"code": "x"}},
    ],
    "audio_speech": [
        {"type": "speech.audio.done"},
        {"type": "x", "usage": {"input_tokens": 3}},
        {"type": "error", "error": {"code": "x"}},
    ],
}
FACTS["completions"] = FACTS["chat_completions"]


@pytest.mark.parametrize(("api", "fact"), [(api, fact) for api, facts in FACTS.items() for fact in facts])
@pytest.mark.parametrize("spaced", [False, True], ids=["compact", "spaced"])
def test_every_event_with_a_fact_is_kept_in_the_midst_of_others(api: str, fact: Any, spaced: bool) -> None:
    """Each of them changes what a stream says, and does so abridged too."""
    dialect, text = DIALECTS[api], {"type": "x.delta", "delta": "Hi"}
    body = written([text] * 9 + [fact] + ([text] * 9 if fact != "[DONE]" else []), [], spaced=spaced, named=False)
    without = written([text] * 18, [], spaced=spaced, named=False)
    assert said(dialect, body) != said(dialect, without)
    assert said(dialect, abridged(dialect, body)) == said(dialect, body)
    assert len(abridged(dialect, body)) < len(body) / 2


@pytest.mark.parametrize(
    ("api", "event", "expected"),
    [
        ("chat_completions", "[DONE]", True),
        ("completions", "[DONE]", True),
        ("chat_completions", FINISHED, False),
        ("chat_completions", {"choices": [{"delta": {"content": "\ndata: [DONE]"}}]}, False),
        ("responses", {"type": "response.completed", "response": {}}, True),
        ("responses", {"type": "response.incomplete", "response": {}}, True),
        ("responses", {"type": "response.failed", "response": {}}, True),
        ("responses", {"type": "response.output_text.done"}, False),
        ("responses", {"type": "response.output_text.delta", "delta": "response.completed"}, False),
        ("responses", {"type": "response.output_text.delta", "delta": "\nevent: response.completed"}, False),
    ],
)
@pytest.mark.parametrize("named", [True, False], ids=["named", "unnamed"])
def test_the_last_event_that_an_sdk_waits_for_is_known(api: str, event: Any, expected: bool, named: bool) -> None:
    """It is seen by how its lines begin, and a text that quotes it is none."""
    body = b"\n" + written([event], [], spaced=False, named=named)
    assert any(end in body for end in DIALECTS[api].ends) is expected


CHUNK = {"id": "chatcmpl-1", "model": "gpt-4o", "choices": [{"index": 0, "delta": {"content": "x"}}]}
FILTERED = {"id": "", "model": "", "choices": [], "prompt_filter_results": [{"prompt_index": 0}]}


@pytest.mark.parametrize(
    ("events", "comments"),
    [
        pytest.param([FILTERED, CHUNK, CHUNK], [], id="Azure's first chunk names no model"),
        pytest.param([CHUNK, CHUNK], [b": OPENROUTER PROCESSING"] * 3, id="OpenRouter's comments come first"),
    ],
)
def test_a_stream_that_is_left_early_still_names_its_model(events: list[Any], comments: list[bytes]) -> None:
    """What comes before the first telling event does not take its place."""
    body = written(events, comments, spaced=False, named=False)
    found = said(chat.DIALECT, abridged(chat.DIALECT, body))
    assert (found.model, found.id, found.complete) == ("gpt-4o", "chatcmpl-1", False)


@pytest.mark.parametrize("text", ["[DONE]", "data: [DONE]"])
def test_an_end_mark_in_a_text_ends_nothing(text: str) -> None:
    """A stream that broke off while the model wrote about streams is not complete."""
    chunk = CHUNK | {"choices": [{"index": 0, "delta": {"content": text}}]}
    assert not said(chat.DIALECT, written([CHUNK, chunk], [], spaced=False, named=False)).complete


# --- any bytes -------------------------------------------------------------------------------------------------------

# fmt: off
NAMES = st.sampled_from((
    "model", "id", "stream", "usage", "error", "choices", "finish_reason", "index", "message", "code", "type",
    "detail", "data", "response", "status", "service_tier", "system_fingerprint", "prompt_tokens", "input_tokens",
    "output_tokens", "total_tokens", "prompt_tokens_details", "input_tokens_details", "cached_tokens", "seconds",
    "duration", "n", "size", "quality", "input", "stop", "response_format", "text", "format", "reasoning",
    "effort", "incomplete_details", "reason", "tool_usage", "web_search", "num_requests", "x_groq", "temperature",
    "max_tokens", "dimensions", "encoding_format", "stream_format",
))
# fmt: on
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.sampled_from(["Infinity", "NaN", "-1", "1e999999", "sse", "json_object", "error", "response.completed"])
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=5),
    max_leaves=12,
)
OBJECTS = st.dictionaries(NAMES, VALUES, max_size=8).map(lambda value: json.dumps(value).encode())
TRAPS = [
    b'{"error": ' + b"[" * DEEP + b"]" * DEEP + b"}",
    b'{"model": "\xff", "error": "\xff", "usage": "\xff"}',
    b'{"model": "\\ud800"}',
    b'{"n": ' + b"9" * 5000 + b', "duration": 1e999999999, "usage": {"seconds": "NaN"}}',
    b"data: " + b'{"error": ' + b"{" * DEEP + b"\n\n",
    b"data: [DONE]",
    b"data:\n\n",
]
FORMS = st.lists(st.tuples(NAMES, st.text(max_size=8) | st.just("9" * 5000)), max_size=5).map(
    lambda pairs: b"".join(
        f'--b1\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode() for name, value in pairs
    )
)
HEADERS = st.sampled_from([STREAM, JSON, FORM, Headers()])
BODIES = (
    st.binary()
    | OBJECTS
    | FORMS
    | st.lists(OBJECTS, max_size=4).map(lambda parts: b"data: " + b"\n\ndata: ".join(parts))
)
ASKED = st.builds(
    Asked,
    output_type=st.sampled_from([None, "text", "json"]),
    characters=st.none() | st.integers(0, 9),
    images=st.none() | st.integers(),
)


@every
@given(body=BODIES, headers=HEADERS)
@example(body=b'--b1\r\nContent-Disposition: form-data; name="n"\r\n\r\n' + b"9" * 5000 + b"\r\n--b1--", headers=FORM)
def test_any_bytes_are_a_request(dialect: Dialect, body: bytes, headers: Headers) -> None:
    """A request that cannot be read asks for nothing that we know."""
    asked = dialect.ask(Request(method="POST", host="h", path="/", headers=headers, body=body))
    assert asked.model is None or isinstance(asked.model, str)
    assert isinstance(asked.stream, bool)
    msgspec.json.encode(asked)


@every
@given(body=BODIES, headers=HEADERS, status=st.sampled_from([200, 201, 400, 429, 500]), asked=ASKED)
def test_any_bytes_are_an_answer(dialect: Dialect, body: bytes, headers: Headers, status: int, asked: Asked) -> None:
    """An answer that cannot be read is a gap, or an error without words, and can be kept in the ledger."""
    found = dialect.answer(Response(status=status, headers=headers, body=body), asked)
    assert found.usage is None or all(count >= 0 for count in found.usage.tokens.values())
    assert status < 400 or found.usage is None
    msgspec.json.encode(found)


@every
@pytest.mark.parametrize("body", TRAPS, ids=range(len(TRAPS)))
@pytest.mark.parametrize("status", [200, 400])
@pytest.mark.parametrize("headers", [STREAM, JSON], ids=["stream", "json"])
def test_no_trap_makes_an_exception(dialect: Dialect, body: bytes, status: int, headers: Headers) -> None:
    """Depth, long numbers, half characters and numbers beyond all bounds are no exception."""
    dialect.ask(Request(method="POST", host="h", path="/", headers=headers, body=body))
    assert isinstance(said(dialect, body, headers, status), Answered)


CHAT = (
    b'{"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"gpt-4o","choices":[{"index":0,"message":'
    b'{"role":"assistant","content":"Hi"},"finish_reason":"stop"}],"usage":{"prompt_tokens":9,"completion_tokens":'
    b'12,"total_tokens":21,"prompt_tokens_details":{"cached_tokens":0}},"service_tier":"default"}'
)
CHUNKS = (
    b'data: {"id":"1","model":"gpt-4o","choices":[{"index":0,"delta":{"content":"Hi"},"finish_reason":null}]}\n\n'
    b'data: {"id":"1","model":"gpt-4o","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n'
    b'data: {"id":"1","model":"gpt-4o","choices":[],"usage":{"prompt_tokens":9,"completion_tokens":12}}\n\n'
    b"data: [DONE]\n\n"
)
RESPONSE = (
    b'{"id":"resp_1","object":"response","status":"completed","model":"gpt-5-mini","output":[],"error":null,"usage"'
    b':{"input_tokens":36,"input_tokens_details":{"cached_tokens":0},"output_tokens":87,"output_tokens_details":'
    b'{"reasoning_tokens":64},"total_tokens":123}}'
)
RESPONSE_EVENTS = (
    b'event: response.created\ndata: {"type":"response.created","response":{"id":"resp_1","model":"gpt-5-mini"}}'
    b'\n\nevent: response.completed\ndata: {"type":"response.completed","response":{"id":"resp_1","model":"gpt-5-mini",'
    b'"status":"completed","usage":{"input_tokens":36,"output_tokens":87}}}\n\n'
)
EMBEDDING = (
    b'{"object":"list","data":[{"object":"embedding","index":0,"embedding":[0.1,-0.2]}],"model":'
    b'"text-embedding-3-small","usage":{"prompt_tokens":8,"total_tokens":8}}'
)
IMAGE = (
    b'{"created":1,"data":[{"b64_json":"aGk="}],"usage":{"input_tokens":50,"input_tokens_details":{"image_tokens":'
    b'40,"text_tokens":10},"output_tokens":272,"total_tokens":322}}'
)
TRANSCRIPT = b'{"text":"Hi","usage":{"type":"duration","seconds":7}}'
TRANSCRIPT_EVENT = (
    b'data: {"type":"transcript.text.done","text":"Hi","usage":{"type":"tokens","input_tokens":14,"output_tokens":4'
    b"5}}\n\n"
)
REAL = {
    "chat_completions": [CHAT, CHUNKS],
    "completions": [CHAT, CHUNKS],
    "responses": [RESPONSE, RESPONSE_EVENTS],
    "embeddings": [EMBEDDING],
    "images": [IMAGE],
    "audio_transcriptions": [TRANSCRIPT, TRANSCRIPT_EVENT],
    "audio_speech": [b'data: {"type":"speech.audio.done","usage":{"input_tokens":14,"output_tokens":101}}\n\n'],
    "moderations": [b'{"id":"modr-1","model":"omni-moderation-latest","results":[{"flagged":false}]}'],
}
MUTATIONS = st.lists(st.tuples(st.integers(0, 400), st.binary(max_size=3)), max_size=4)


@every
@given(data=st.data(), left=st.integers(0, 500), changes=MUTATIONS)
def test_a_real_body_may_be_cut_and_changed_anywhere(
    dialect: Dialect, data: st.DataObject, left: int, changes: list[tuple[int, bytes]]
) -> None:
    """Real bodies with bytes replaced and their end missing make no exception, whole or abridged."""
    body = data.draw(st.sampled_from(REAL[dialect.api]))[:left]
    for place, replacement in changes:
        body = body[:place] + replacement + body[place + 1 :]
    for headers in (STREAM, JSON):
        assert isinstance(said(dialect, body, headers), Answered)
        assert isinstance(said(dialect, abridged(dialect, body), headers), Answered)


# --- the reader itself -----------------------------------------------------------------------------------------------


@every
@pytest.mark.parametrize("status", [400, 500])
def test_an_http_error_is_read_as_an_error_by_every_dialect(dialect: Dialect, status: int) -> None:
    """The error is there, and nothing else is made up."""
    found = said(dialect, b'{"error": {"message": "no", "code": "c", "type": "t"}}', JSON, status)
    assert found.error is not None
    assert (found.error.code, found.error.type, found.error.message) == ("c", "t", "no")
    assert (found.usage, found.model, found.gaps) == (None, None, ())


@pytest.mark.parametrize(
    ("content_type", "body", "expected"),
    [
        ("text/event-stream", b"", True),
        ("Text/Event-Stream; charset=utf-8", b"{}", True),
        ("application/json", b"data: {}\n\n", True),
        ("", b"data: {}\n\n", True),
        ("application/json", b"{}", False),
        ("text/plain", b"1\n00:00:00,000 --> 00:00:01,000\nHi", False),
    ],
)
def test_a_stream_is_known_by_its_type_or_its_first_bytes(content_type: str, body: bytes, expected: bool) -> None:
    """Some hosts name a stream JSON."""
    headers = Headers.of([("content-type", content_type)])
    assert reading.is_stream(Response(status=200, headers=headers, body=body)) is expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b'data: {"a": 1}\n\ndata: {"a": 2}\n\ndata: [DONE]\n\n', [1, 2]),
        (b'data: {"a": 1}\n\ndata: [DONE]\n\ndata: {"a": 2}\n\n', [1]),
        (b'data: {"a": 1}\n\ndata: {"a": \n\ndata: {"a": 2}\n\n', [1, None, 2]),
        (b": ping\n\n", []),
    ],
)
def test_the_events_of_a_stream_end_at_its_end_mark(body: bytes, expected: list[int | None]) -> None:
    """An event that cannot be read is None, and those behind it are read."""
    decoder = msgspec.json.Decoder(dict[str, int])
    response = Response(status=200, headers=STREAM, body=body)
    assert [event and event["a"] for event in reading.stream(decoder, response)] == expected


@pytest.mark.parametrize(
    ("decode", "data", "expected"),
    [
        (int, b"3", 3),
        (int, b'"3"', None),
        (int, b"", None),
        (str, b'"\xff"', None),
        (object, b"[" * DEEP, None),
    ],
    ids=["a number", "another type", "nothing", "no UTF-8", "too deep"],
)
def test_json_is_decoded_or_none(decode: Callable[[Any], Any], data: bytes, expected: Any) -> None:
    """What is not what was expected is None."""
    assert readable(msgspec.json.Decoder(decode), data) == expected


def test_dialects_without_a_stream_look_for_no_events() -> None:
    """Embeddings and moderations do not stream."""
    assert (embeddings.DIALECT.markers, moderations.DIALECT.markers) == ((), ())


def test_every_route_has_a_dialect_with_a_name_of_its_own() -> None:
    """What is served everywhere has a name for what is done."""
    assert tuple(DIALECTS) == APIS
    assert {api: dialect.operation for api, dialect in DIALECTS.items()} == {
        "chat_completions": "chat",
        "responses": "chat",
        "completions": "text_completion",
        "embeddings": "embeddings",
        "images": "image_generation",
        "audio_transcriptions": "speech_to_text",
        "audio_speech": "text_to_speech",
        "moderations": "moderation",
    }
    assert {api for api, dialect in DIALECTS.items() if not dialect.needs_model} == {"images", "moderations"}
