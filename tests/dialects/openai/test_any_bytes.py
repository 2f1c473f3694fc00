"""Every dialect of the family: no bytes make an exception, in a request or in an answer."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keeptabs.core.dialect import Answered, Asked, Dialect
from keeptabs.core.exchange import Headers, Request, Response
from keeptabs.core.usage import Usage
from keeptabs.dialects.mistral import ocr
from keeptabs.dialects.openai import batches, conversations, decisions, later, video_jobs
from keeptabs.dialects.openai.routes import OWN, ROUTES
from keeptabs.dialects.xai import speech, transcription

FAMILY = {
    **ROUTES,
    **OWN,
    "page of a batch": batches.PAGE,
    "conversations": conversations.DIALECT,
    "decisions": decisions.DIALECT,
    "begun for later": later.BEGIN,
    "made later": later.RESULT,
    "ocr": ocr.DIALECT,
    "video begun": video_jobs.BEGIN,
    "video made": video_jobs.RESULT,
    "tts": speech.DIALECT,
    "stt": transcription.DIALECT,
}
NAMES = st.sampled_from(
    [
        "model",
        "id",
        "status",
        "usage",
        "output",
        "outputs",
        "response",
        "results",
        "choices",
        "message",
        "delta",
        "refusal",
        "finish_reason",
        "error",
        "code",
        "type",
        "action",
        "content",
        "data",
        "object",
        "custom_id",
        "batch_request_id",
        "batch_result",
        "body",
        "background",
        "seconds",
        "duration",
        "video",
        "usage_info",
        "pages_processed",
        "prompt_tokens",
        "completion_tokens",
        "input_tokens",
        "output_tokens",
        "total_tokens",
        "cost",
        "incomplete_details",
        "last_error",
        "request_id",
        "tool_usage",
        "web_search",
        "image_gen",
        "num_requests",
        "metadata",
        "user",
        "text",
    ]
)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.just("completed")
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=6), max_leaves=12
)
JSON = st.builds(lambda value: json.dumps(value).encode(), VALUES)
EVENTS = st.builds(lambda values: b"".join(b"data: " + value + b"\n\n" for value in values), st.lists(JSON, max_size=4))
BODIES = st.one_of(st.binary(max_size=60), JSON, EVENTS)
TYPES = st.sampled_from(["application/json", "text/event-stream", "application/x-ndjson", "application/octet-stream"])
every = pytest.mark.parametrize("dialect", FAMILY.values(), ids=list(FAMILY))


@every
@settings(max_examples=40)
@given(body=BODIES, content_type=TYPES)
def test_any_request_asks_for_something(dialect: Dialect, body: bytes, content_type: str) -> None:
    """What cannot be read is not asked for."""
    headers = Headers.of([("content-type", content_type)])
    asked = dialect.ask(Request(method="POST", host="h", path="/v1/videos", headers=headers, body=body))
    assert isinstance(asked, Asked)
    assert all(isinstance(text, str) for pair in asked.metadata.items() for text in pair)


@every
@settings(max_examples=40)
@given(status=st.sampled_from([200, 202, 400, 500]), body=BODIES, content_type=TYPES)
def test_any_answer_says_something(dialect: Dialect, status: int, body: bytes, content_type: str) -> None:
    """No token is less than none, and what is pending is no result."""
    response = Response(status=status, headers=Headers.of([("content-type", content_type)]), body=body)
    answered = dialect.answer(response, Asked())
    assert isinstance(answered, Answered)
    assert not (answered.pending and answered.deferred)
    counts: list[Any] = list((answered.usage or Usage()).tokens.values())
    assert all(count >= 0 for count in counts)
