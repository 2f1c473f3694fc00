"""Ollama's own API: streams unless declined, counts in the last line, errors without codes."""

import json
from typing import Any

import pytest

from keeptabs.core import reading
from keeptabs.core.dialect import Answered, Asked
from keeptabs.core.exchange import Headers, Request, Response
from keeptabs.core.outcome import ProviderError
from keeptabs.core.usage import Bucket
from keeptabs.core.wire.keep import keeper
from keeptabs.dialects.ollama import CHAT, EMBED, EMBEDDINGS, GENERATE

LAST: dict[str, Any] = {
    "model": "llama3",
    "message": {"role": "assistant", "content": ""},
    "done": True,
    "done_reason": "stop",
    "total_duration": 2_500_000_000,
    "load_duration": 500_000_000,
    "prompt_eval_count": 17,
    "prompt_eval_duration": 100_000_000,
    "eval_count": 63,
    "eval_duration": 1_900_000_000,
}
LINES = [{"model": "llama3", "message": {"content": text}, "done": False} for text in ("He", "llo")]


def streamed(said: list[Any], last: bytes = b"") -> Answered:
    """What lines say; kept in part they say the same."""
    headers = Headers.of([("content-type", "application/x-ndjson")])
    body = b"".join(json.dumps(each, separators=(",", ":")).encode() + b"\n" for each in said) + last
    kept = keeper(200, "application/x-ndjson", CHAT.markers)
    for start in range(0, len(body), 30):
        kept.feed(body[start : start + 30])
    found = CHAT.answer(Response(status=200, headers=headers, body=body), Asked())
    assert CHAT.answer(Response(status=200, headers=headers, body=kept.result()), Asked()) == found
    return found


def answer(said: Any, status: int = 200) -> Answered:
    """What a whole answer says."""
    return CHAT.answer(Response(status=status, body=json.dumps(said).encode()), Asked())


@pytest.mark.parametrize("found", [answer(LAST), streamed([*LINES, LAST])], ids=["whole", "stream"])
def test_the_last_line_has_what_is_counted(found: Answered) -> None:
    """Tokens, the reason, and the times in seconds."""
    assert found.usage is not None
    assert found.usage.tokens == {Bucket.INPUT_TEXT: 17, Bucket.OUTPUT_TEXT: 63}
    assert (found.model, found.finish_reasons, found.complete) == ("llama3", ("stop",), True)
    assert found.facts == {
        "keeptabs.server.duration": 2.5,
        "keeptabs.server.load_duration": 0.5,
        "keeptabs.server.prompt_duration": 0.1,
        "keeptabs.server.output_duration": 1.9,
    }


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        pytest.param({"eval_count": 63}, {Bucket.OUTPUT_TEXT: 63}, id="a prompt that an old server had cached"),
        pytest.param(
            {"prompt_eval_count": 17, "prompt_eval_cached_count": 10},
            {Bucket.INPUT_TEXT: 7, Bucket.CACHE_READ_TEXT: 10},
            id="a prompt of which a part was cached",
        ),
        pytest.param({"prompt_eval_count": 0}, {Bucket.INPUT_TEXT: 0}, id="zero"),
        pytest.param({}, None, id="nothing"),
    ],
)
def test_what_was_not_said_is_absent(counts: dict[str, int], expected: dict[Bucket, int] | None) -> None:
    """What came from the cache is a part of the prompt."""
    usage = answer({"done": True} | counts).usage
    assert (usage and dict(usage.tokens)) == expected


def test_a_stream_that_broke_off_shows_no_end() -> None:
    """What it broke off in is told."""
    assert not streamed(LINES).complete
    found = streamed(LINES, b'{"model":"llama3","mess')
    assert (found.complete, found.usage, found.gaps) == (False, None, (reading.UNREADABLE_EVENT,))


def test_an_error_may_come_in_a_stream() -> None:
    """It is a text, as in an answer of its own."""
    error = {"error": "an error was encountered while running the model"}
    assert streamed([*LINES, error]).error == ProviderError(message=error["error"])
    assert answer(error, 500).error == ProviderError(message=error["error"])


def test_an_embedding_has_no_output() -> None:
    """The older format counts nothing at all."""
    said = {"model": "m", "embeddings": [[0.5]], "total_duration": 1_000_000, "prompt_eval_count": 8}
    found = EMBED.answer(Response(status=200, body=json.dumps(said).encode()), Asked())
    assert found.usage is not None
    assert (found.usage.tokens, found.facts) == ({Bucket.INPUT_TEXT: 8}, {"keeptabs.server.duration": 0.001})
    old = EMBEDDINGS.answer(Response(status=200, body=b'{"embedding":[0.5]}'), Asked())
    assert (old.usage, old.complete, old.gaps) == (None, True, ())


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(b'{"model": "m"}', Asked(model="m", stream=True), id="a stream unless declined"),
        pytest.param(b'{"model": "m", "stream": null}', Asked(model="m", stream=True), id="null declines nothing"),
        pytest.param(b'{"model": "m", "stream": false}', Asked(model="m"), id="declined"),
        pytest.param(
            b'{"model": "m", "stream": false, "format": "json", "options": {"num_predict": 5, "stop": "x"}}',
            Asked(
                model="m",
                output_type="json",
                settings={"gen_ai.request.max_tokens": 5, "gen_ai.request.stop_sequences": ["x"]},
            ),
            id="options",
        ),
        pytest.param(b'{"model": "m", "stream": false, "format": ""}', Asked(model="m"), id="no format"),
        pytest.param(b'{"model": "m", "options": {"seed": "x"}}', Asked(model="m", stream=True), id="odd options"),
        pytest.param(b"[", Asked(stream=True), id="no JSON"),
    ],
)
def test_what_a_request_asks_for(body: bytes, expected: Asked) -> None:
    """Model, stream and options."""
    assert CHAT.ask(Request(method="POST", host="h", path="/api/chat", body=body)) == expected
    assert GENERATE.ask(Request(method="POST", host="h", path="/api/generate", body=body)) == expected


def test_an_embedding_is_never_streamed() -> None:
    """It has dimensions instead."""
    request = Request(method="POST", host="h", path="/api/embed", body=b'{"model": "m", "dimensions": 64}')
    assert EMBED.ask(request) == Asked(model="m", settings={"gen_ai.embeddings.dimension.count": 64})


def test_each_format_has_its_operation() -> None:
    """As OpenTelemetry names them."""
    found = [each.operation for each in (CHAT, GENERATE, EMBED, EMBEDDINGS)]
    assert found == ["chat", "text_completion", "embeddings", "embeddings"]
