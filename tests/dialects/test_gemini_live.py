import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keeptabs.core.dialect import Answered, Asked
from keeptabs.core.exchange import Headers, Request, Response
from keeptabs.core.outcome import ProviderError
from keeptabs.core.provider import Route, tails
from keeptabs.core.usage import Bucket
from keeptabs.core.wire.keep import keeper
from keeptabs.dialects.gemini_live import DIALECT, ROUTES, UNREADABLE

LINES = "application/x-ndjson"
END = {"serverContent": {"turnComplete": True}}
USAGE = {
    "promptTokenCount": 100,
    "cachedContentTokenCount": 40,
    "toolUsePromptTokenCount": 7,
    "responseTokenCount": 50,
    "thoughtsTokenCount": 9,
    "totalTokenCount": 157,
    "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 60}, {"modality": "AUDIO", "tokenCount": 40}],
    "cacheTokensDetails": [{"modality": "TEXT", "tokenCount": 30}, {"modality": "AUDIO", "tokenCount": 10}],
    "responseTokensDetails": [{"modality": "TEXT", "tokenCount": 5}, {"modality": "AUDIO", "tokenCount": 45}],
}


def lines(*messages: Any) -> bytes:
    return b"".join(json.dumps(message).encode() + b"\n" for message in messages)


def answer(*messages: Any) -> Answered:
    response = Response(status=101, headers=Headers.of([("content-type", LINES)]), body=lines(*messages))
    return DIALECT.answer(response, Asked())


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("models/gemini-live", "gemini-live"),
        ("publishers/google/models/gemini-live", "gemini-live"),
        ("projects/p/locations/l/publishers/google/models/gemini-live", "gemini-live"),
        ("gemini-live", "gemini-live"),
        (None, None),
    ],
)
def test_the_model_and_settings_of_a_session(model: str | None, expected: str | None) -> None:
    """The setup names them, whatever asks for the turn."""
    config = {"temperature": 0.5, "topP": 0.9, "maxOutputTokens": 10, "responseModalities": ["AUDIO"]}
    body = lines({"setup": {"model": model, "generationConfig": config}}, {"client_content": {"turnComplete": True}})
    asked = DIALECT.ask(Request(method="WS", host="localhost", path="/ws", body=body))
    assert (asked.model, asked.stream, asked.output_type) == (expected, True, "speech")
    assert asked.settings == {
        "gen_ai.request.temperature": 0.5,
        "gen_ai.request.top_p": 0.9,
        "gen_ai.request.max_tokens": 10,
    }


def test_a_turn() -> None:
    """Its tokens by modality; thoughts and what tools put into the prompt are beside their totals."""
    answered = answer({"serverContent": {"modelTurn": {}}}, {**END, "usageMetadata": USAGE})
    usage = answered.usage
    assert usage is not None
    assert (usage.input, usage.output) == (107, 59)
    assert usage.tokens == {
        Bucket.INPUT_TEXT: 30,
        Bucket.INPUT_AUDIO: 30,
        Bucket.INPUT_TOOL: 7,
        Bucket.CACHE_READ_TEXT: 30,
        Bucket.CACHE_READ_AUDIO: 10,
        Bucket.OUTPUT_TEXT: 5,
        Bucket.OUTPUT_AUDIO: 45,
        Bucket.OUTPUT_REASONING: 9,
    }
    assert json.loads(usage.raw or "") == USAGE
    assert (answered.complete, answered.finish_reasons, answered.gaps) == (True, (), ())


@pytest.mark.parametrize(
    ("said", "tokens"),
    [
        (
            {"promptTokenCount": 3, "candidatesTokenCount": 4, "candidatesTokensDetails": [{"modality": "AUDIO"}]},
            {Bucket.INPUT_TEXT: 3, Bucket.OUTPUT_TEXT: 4, Bucket.OUTPUT_AUDIO: 0},
        ),
        (
            {"promptTokenCount": 3, "promptTokensDetails": [{"modality": "VIDEO", "tokenCount": 2}]},
            {Bucket.INPUT_TEXT: 1, Bucket.INPUT_VIDEO: 2},
        ),
        ({"responseTokenCount": 0}, {Bucket.OUTPUT_TEXT: 0}),
        ({"trafficType": "ON_DEMAND"}, {}),
        (
            {"promptTokenCount": 3, "promptTokensDetails": [{"modality": "AUDIO", "tokenCount": 9}]},
            {Bucket.INPUT_TEXT: 0, Bucket.INPUT_AUDIO: 3},
        ),
    ],
    ids=["vertex", "video", "nothing-said", "no-tokens", "more-than-all"],
)
def test_other_usage(said: dict[str, Any], tokens: dict[Bucket, int]) -> None:
    """Vertex AI has another name for the answer, and a count that is not there was not said."""
    usage = answer({**END, "usageMetadata": said}).usage
    assert usage is not None
    assert usage.tokens == tokens


def test_the_steps_of_a_turn_add_up() -> None:
    """A usage beside a tool call is that of its step alone."""
    step = {"promptTokenCount": 10, "responseTokenCount": 2, "serviceTier": "standard"}
    answered = answer({"toolCall": {}, "usageMetadata": step}, {**END, "usageMetadata": step})
    assert answered.usage is not None
    assert (answered.usage.input, answered.usage.output, answered.service_tier) == (20, 4, "standard")
    assert json.loads(answered.usage.raw or "") == [step, step]


@pytest.mark.parametrize(
    ("contents", "reasons", "complete"),
    [
        ([{"interrupted": True}, {"turnComplete": True}], ("interrupted",), True),
        ([{"turnComplete": True, "turnCompleteReason": "RESPONSE_REJECTED"}], ("RESPONSE_REJECTED",), True),
        ([{"generationComplete": True}], (), False),
        ([], (), False),
    ],
    ids=["interrupted", "rejected", "broken-off", "nothing"],
)
def test_how_a_turn_ends(contents: list[Any], reasons: tuple[str, ...], complete: bool) -> None:
    """With the server's reason, or because the user spoke into it; one without an end is not complete."""
    answered = answer(*[{"serverContent": content} for content in contents])
    assert (answered.finish_reasons, answered.complete, answered.usage) == (reasons, complete, None)


def test_the_reason_of_a_close_frame() -> None:
    """The service tells its errors by closing the connection."""
    answered = answer({"error": {"code": "1007", "message": "API key not valid"}})
    assert answered.error == ProviderError(code="1007", message="API key not valid")


def test_a_usage_of_an_unknown_shape() -> None:
    """It is a gap, and the rest is read."""
    answered = answer({**END, "usageMetadata": {"promptTokenCount": [1]}})
    assert (answered.usage, answered.gaps, answered.complete) == (None, (UNREADABLE,), True)


def test_a_refused_handshake() -> None:
    """It is answered as any request that fails."""
    answered = DIALECT.answer(Response(status=403, body=b'{"error":{"code":403,"message":"No"}}'), Asked())
    assert answered.error == ProviderError(code="403", message="No")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent", True),
        ("/ws/google.ai.generativelanguage.v1alpha.GenerativeService.BidiGenerateContentConstrained", True),
        ("/ws/google.cloud.aiplatform.v1beta1.LlmBidiService/BidiGenerateContent", True),
        ("/ws/google.ai.generativelanguage.v1alpha.GenerativeService.BidiGenerateMusic", False),
        ("/v1beta/models/gemini:generateContent", False),
    ],
)
def test_the_paths_of_both_services(path: str, expected: bool) -> None:
    """Developer API and Vertex AI; music is another format."""
    routes = [Route.of(text, dialect) for text, dialect in ROUTES.items()]
    found = [route for route in routes if route.tail in tuple(tails(path)) and route.pattern.search(path)]
    assert bool(found) is expected
    assert all(route.method == "WS" for route in found)


def test_what_is_kept_tells_as_much_as_what_went_by() -> None:
    """Messages of sound are dropped, and nothing is read otherwise for it."""
    sound = [{"serverContent": {"modelTurn": {"parts": [{"inlineData": {"data": "A" * 900}}]}}} for _ in range(200)]
    body = lines(*sound, {"serverContent": {"interrupted": True}}, {**END, "usageMetadata": USAGE})
    kept = keeper(101, LINES, DIALECT.markers)
    for start in range(0, len(body), 777):
        kept.feed(body[start : start + 777])
    headers = Headers.of([("content-type", LINES)])
    small = kept.result()
    assert len(small) < 3000
    assert DIALECT.answer(Response(status=101, headers=headers, body=small), Asked()) == DIALECT.answer(
        Response(status=101, headers=headers, body=body), Asked()
    )


@given(st.binary())
def test_any_bytes(data: bytes) -> None:
    """Nothing is raised, whatever was sent or received."""
    DIALECT.ask(Request(method="WS", host="localhost", path="/ws", body=data))
    for body in (data, b'{"usageMetadata":' + data + b"}", b'{"serverContent":' + data):
        DIALECT.answer(Response(status=101, headers=Headers.of([("content-type", LINES)]), body=body), Asked())
