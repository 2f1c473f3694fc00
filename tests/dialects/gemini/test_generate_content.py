"""Generated content: what is asked, and what whole answers, events and arrays say."""

import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keeptabs.core import reading
from keeptabs.core.dialect import Answered, Asked
from keeptabs.core.exchange import Headers, Request, Response
from keeptabs.core.outcome import ProviderError
from keeptabs.core.usage import Bucket, Unit
from keeptabs.core.wire.keep import keeper
from keeptabs.dialects.gemini.generate_content import DIALECT

SSE, JSON = "text/event-stream", "application/json; charset=UTF-8"
GROUNDED = {"webSearchQueries": ["weather in Oslo", "weather Oslo today"]}


def event(text: str, reason: str | None = None, *, index: int = 0, **more: Any) -> dict[str, Any]:
    """One event of an answer; what is 0 or not there is left out, as Google does."""
    candidate: dict[str, Any] = {"content": {"parts": [{"text": text}], "role": "model"}}
    candidate |= {"index": index} if index else {}
    candidate |= {"finishReason": reason} if reason else {}
    return {"candidates": [candidate], "modelVersion": "gemini-3-flash", "responseId": "r-1", **more}


def counts(prompt: int, answer: int | None, total: int, **more: Any) -> dict[str, Any]:
    """A usage."""
    said = {"promptTokenCount": prompt, "totalTokenCount": total, **more}
    return said if answer is None else said | {"candidatesTokenCount": answer}


STREAM = [
    event("The", usageMetadata=counts(15, None, 15)),
    *(event(f" part {number}") for number in range(3)),
    event(".", "STOP", usageMetadata=counts(13, 8, 25, thoughtsTokenCount=4)),
]


def ask(path: str = "/v1beta/models/m:generateContent", **body: Any) -> Asked:
    """What a request asks for."""
    return DIALECT.ask(Request(method="POST", host="h", path=path, body=json.dumps(body).encode()))


def read(body: bytes, kind: str, status: int = 200, **headers: str) -> Answered:
    """What an answer says."""
    pairs = [("content-type", kind), *((name.replace("_", "-"), value) for name, value in headers.items())]
    return DIALECT.answer(Response(status=status, headers=Headers.of(pairs), body=body), Asked())


def whole(said: Any, status: int = 200, **headers: str) -> Answered:
    """What a whole answer says."""
    return read(json.dumps(said).encode(), JSON, status, **headers)


def sse(*events: dict[str, Any]) -> bytes:
    """Events as ``alt=sse`` sends them."""
    return "".join(f"data: {json.dumps(each)}\r\n\r\n" for each in events).encode()


def array(*events: dict[str, Any]) -> bytes:
    """Events as they are sent without it."""
    return b"[" + b"\n,\r\n".join(json.dumps(each, indent=2).encode() for each in events) + b"\n]"


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        pytest.param(
            {"maxOutputTokens": 9, "temperature": 0.5, "topP": 0.9, "topK": 40, "stopSequences": ["x"], "seed": 3},
            Asked(
                settings={
                    "gen_ai.request.max_tokens": 9,
                    "gen_ai.request.temperature": 0.5,
                    "gen_ai.request.top_p": 0.9,
                    "gen_ai.request.top_k": 40,
                    "gen_ai.request.stop_sequences": ["x"],
                    "gen_ai.request.seed": 3,
                }
            ),
            id="parameters",
        ),
        pytest.param({"candidateCount": 2}, Asked(settings={"gen_ai.request.choice.count": 2}), id="two candidates"),
        pytest.param({"candidateCount": 1}, Asked(), id="one candidate"),
        pytest.param(
            {"thinkingConfig": {"thinkingLevel": "low"}},
            Asked(settings={"gen_ai.request.reasoning.level": "low"}),
            id="a level",
        ),
        pytest.param({"responseMimeType": "application/json"}, Asked(output_type="json"), id="JSON"),
        pytest.param({"responseModalities": ["TEXT", "IMAGE"]}, Asked(output_type="image"), id="an image"),
        pytest.param({"responseModalities": ["audio"]}, Asked(output_type="speech"), id="speech"),
        pytest.param({"responseModalities": ["TEXT"]}, Asked(output_type="text"), id="text"),
        pytest.param({"responseModalities": ["NEW"]}, Asked(), id="another modality"),
        pytest.param({}, Asked(), id="nothing"),
        pytest.param({"topP": "x"}, Asked(), id="odd"),
    ],
)
def test_what_a_configuration_asks_for(config: dict[str, Any], expected: Asked) -> None:
    """Parameters and kinds of output are read, and nothing is made up."""
    assert ask(contents=[], generationConfig=config) == expected


def test_the_path_asks_for_a_stream_and_the_body_for_a_tier_and_labels() -> None:
    """The model is the path's too, which recognition reads."""
    assert ask("/v1beta/models/m:streamGenerateContent").stream
    assert not ask().stream
    assert ask(serviceTier="flex", labels={"team": "a"}) == Asked(service_tier="flex", metadata={"team": "a"})


def test_a_whole_answer() -> None:
    """Model, id, reason and tokens."""
    said = whole(event("Hi", "STOP", usageMetadata=counts(5, 2, 7)))
    assert (said.model, said.id, said.finish_reasons) == ("gemini-3-flash", "r-1", ("STOP",))
    assert said.complete
    assert said.usage is not None
    assert said.usage.tokens == {Bucket.INPUT_TEXT: 5, Bucket.OUTPUT_TEXT: 2}


@pytest.mark.parametrize(
    ("body", "kind"), [pytest.param(sse(*STREAM), SSE, id="events"), pytest.param(array(*STREAM), JSON, id="an array")]
)
def test_the_last_usage_of_a_stream_holds(body: bytes, kind: str) -> None:
    """It is of the whole stream, and both framings say the same."""
    said = read(body, kind)
    assert (said.model, said.id, said.finish_reasons, said.complete) == ("gemini-3-flash", "r-1", ("STOP",), True)
    assert said.usage is not None
    assert said.usage.tokens == {Bucket.INPUT_TEXT: 13, Bucket.OUTPUT_TEXT: 8, Bucket.OUTPUT_REASONING: 4}


def test_a_stream_that_breaks_off_has_read_its_prompt() -> None:
    """What it wrote is not counted yet, and so not known."""
    said = read(sse(*STREAM[:-1]), SSE)
    assert not said.complete
    assert said.usage is not None
    assert said.usage.tokens == {Bucket.INPUT_TEXT: 15}


def test_candidates_have_their_reasons_in_their_order() -> None:
    """Whichever ends first."""
    said = read(sse(event("a", "MAX_TOKENS", index=1), event("b", "STOP")), SSE)
    assert said.finish_reasons == ("STOP", "MAX_TOKENS")


def test_the_tier_is_the_usage_s_or_the_header_s() -> None:
    """Where both are there, that of the usage."""
    with_tier = event("Hi", "STOP", usageMetadata=counts(5, 2, 7, serviceTier="flex"))
    assert whole(with_tier, x_gemini_service_tier="standard").service_tier == "flex"
    assert whole(event("Hi", "STOP"), x_gemini_service_tier="standard").service_tier == "standard"
    assert whole(event("Hi", "STOP")).service_tier is None


@pytest.mark.parametrize("reason", ["SAFETY", "OTHER", "JAILBREAK"])
def test_a_prompt_that_is_blocked_is_an_error_of_the_policy(reason: str) -> None:
    """No candidate came; the prompt is counted all the same."""
    said = whole({"promptFeedback": {"blockReason": reason}, "usageMetadata": counts(5, None, 5)})
    assert said.error == ProviderError(code=reason, type="promptFeedback")
    assert said.usage is not None
    assert (said.usage.input, said.usage.output) == (5, 0)


def test_feedback_without_a_reason_blocks_nothing() -> None:
    """It rates the prompt's safety."""
    assert whole({**event("Hi", "STOP"), "promptFeedback": {"safetyRatings": []}}).error is None


@pytest.mark.parametrize(
    ("model", "searches"), [("gemini-3-flash", 2), ("gemini-2.5-flash", 1), ("models/gemini-2.0-flash", 1)]
)
def test_searches_are_billed_by_query_or_by_answer(model: str, searches: int) -> None:
    """Which of the two depends on the model."""
    said = event("Hi", "STOP", usageMetadata=counts(5, 2, 7))
    said["candidates"][0]["groundingMetadata"] = GROUNDED
    usage = whole({**said, "modelVersion": model}).usage
    assert usage is not None
    assert usage.units == {Unit.WEB_SEARCHES: searches}


ERROR = {"error": {"code": 503, "message": "x", "status": "UNAVAILABLE"}}


def test_errors() -> None:
    """In a body, in an array, and in the middle of a stream."""
    error = ProviderError(code="UNAVAILABLE", message="x")
    assert whole(ERROR, 503) == Answered(error=error)
    assert whole([ERROR], 503) == Answered(error=error)
    assert read(sse(STREAM[0], ERROR), SSE).error == error


@pytest.mark.parametrize("body", [b"", b"x", b'{"candidates": 7}'])
def test_what_is_no_answer_is_a_gap(body: bytes) -> None:
    """Nothing is made up for it."""
    assert read(body, JSON).gaps == (reading.UNREADABLE,)


UNCOUNTED = [*STREAM[:-1], event(".", "STOP")]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        pytest.param(sse(*STREAM), SSE, id="events"),
        pytest.param(array(*STREAM), JSON, id="an array"),
        pytest.param(sse(*UNCOUNTED), SSE, id="an end without a usage"),
    ],
)
@given(cuts=st.lists(st.integers(0, 1500), max_size=8))
def test_what_is_kept_of_a_stream_says_the_same(body: bytes, kind: str, cuts: list[int]) -> None:
    """Events without a usage or an end are dropped, however the bytes are cut, and nothing of the answer is."""
    kept = keeper(200, kind, DIALECT.markers)
    for start, end in pairwise(sorted({0, len(body), *(min(cut, len(body)) for cut in cuts)})):
        kept.feed(body[start:end])
    assert read(kept.result(), kind) == read(body, kind)
    assert b"part 1" not in kept.result()
