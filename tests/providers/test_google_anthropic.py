"""Anthropic and Google: what they serve, where, and what of it is no inference."""

import pytest

from keeptabs.core.exchange import Exchange, Headers, Request, Response, Timing
from keeptabs.core.limit_headers import rate_limit
from keeptabs.core.limits import RateLimit
from keeptabs.core.outcome import OutcomeKind
from keeptabs.meter import measure
from keeptabs.providers import anthropic, recogniser

VERTEX = "POST us-east5-aiplatform.googleapis.com/v1/projects/p/locations/us-east5"
GLOBAL = "POST aiplatform.googleapis.com/v1beta1/projects/p/locations/global/publishers/google/models"
LIVE = "WS generativelanguage.googleapis.com/ws/google.ai"
GEMINI = "generativelanguage.googleapis.com/v1beta"


def match(request_line: str) -> tuple[str, str, str | None] | None:
    """Provider, format and model of a request, from its method and address."""
    method, _, url = request_line.partition(" ")
    host, slash, path = url.partition("/")
    found = recogniser().match(method, host, 443, slash + path)
    return found and (found.provider.name, found.dialect.api, found.deployment)


@pytest.mark.parametrize(
    ("request_line", "expected"),
    [
        ("POST api.anthropic.com/v1/messages", ("anthropic", "messages", None)),
        ("POST api.anthropic.com/v1/messages/count_tokens", ("anthropic", "count_tokens", None)),
        ("POST api.anthropic.com/v1/complete", ("anthropic", "complete", None)),
        ("GET api.anthropic.com/v1/messages/batches/b/results", ("anthropic", "batch", None)),
        ("POST aws-external-anthropic.us-west-2.api.aws/v1/messages", ("anthropic", "messages", None)),
        ("POST claude.googleapis.com/v1alpha/projects/p/workspaces/w/v1/messages", ("anthropic", "messages", None)),
        ("POST llm.internal/v1/messages", ("anthropic_compatible", "messages", None)),
        ("POST llm.internal/gateway/v1/messages/count_tokens", ("anthropic_compatible", "count_tokens", None)),
        (
            f"{VERTEX}/publishers/anthropic/models/claude-sonnet-5@20260101:rawPredict",
            ("gcp.vertex_ai", "messages", "claude-sonnet-5@20260101"),
        ),
        (
            f"{VERTEX}/publishers/anthropic/models/claude-sonnet-5:streamRawPredict",
            ("gcp.vertex_ai", "messages", "claude-sonnet-5"),
        ),
        (f"{VERTEX}/publishers/anthropic/models/count-tokens:rawPredict", ("gcp.vertex_ai", "count_tokens", None)),
        (
            f"{VERTEX}/publishers/mistralai/models/mistral-small-2503:rawPredict",
            ("gcp.vertex_ai", "chat_completions", "mistral-small-2503"),
        ),
        (
            f"{VERTEX}/publishers/mistralai/models/codestral-2:streamRawPredict",
            ("gcp.vertex_ai", "chat_completions", "codestral-2"),
        ),
        (
            f"{VERTEX}/publishers/mistralai/models/mistral-ocr-2505:rawPredict",
            ("gcp.vertex_ai", "ocr", "mistral-ocr-2505"),
        ),
        (f"{VERTEX}/endpoints/openapi/chat/completions", ("gcp.vertex_ai", "chat_completions", None)),
        (f"{VERTEX}/endpoints/123:generateContent", ("gcp.vertex_ai", "generate_content", "123")),
        (f"{VERTEX}/cachedContents", ("gcp.vertex_ai", "cached_contents", None)),
        (f"{GLOBAL}/gemini-3-flash:generateContent", ("gcp.vertex_ai", "generate_content", "gemini-3-flash")),
        (f"{GLOBAL}/gemini-3-flash:streamGenerateContent", ("gcp.vertex_ai", "generate_content", "gemini-3-flash")),
        (f"{GLOBAL}/text-embedding-005:predict", ("gcp.vertex_ai", "embed_content", "text-embedding-005")),
        (f"{GLOBAL}/imagen-4.0-generate-001:predict", ("gcp.vertex_ai", "predict_images", "imagen-4.0-generate-001")),
        (f"{GLOBAL}/veo-3.1:predictLongRunning", ("gcp.vertex_ai", "predict_long_running", "veo-3.1")),
        (
            "POST aiplatform.eu.rep.googleapis.com/v1/publishers/google/models/gemini-3-flash:countTokens",
            ("gcp.vertex_ai", "count_tokens", "gemini-3-flash"),
        ),
        (f"POST {GEMINI}/models/gemini-3-flash:generateContent", ("gcp.gemini", "generate_content", "gemini-3-flash")),
        (f"POST {GEMINI}/tunedModels/mine:generateContent", ("gcp.gemini", "generate_content", "mine")),
        (
            f"POST {GEMINI}/models/gemini-embedding-2:embedContent",
            ("gcp.gemini", "embed_content", "gemini-embedding-2"),
        ),
        (
            f"POST {GEMINI}/models/gemini-embedding-2:batchEmbedContents",
            ("gcp.gemini", "embed_content", "gemini-embedding-2"),
        ),
        (f"POST {GEMINI}/models/gemini-3-flash:batchGenerateContent", ("gcp.gemini", "batch", "gemini-3-flash")),
        (
            f"POST {GEMINI}/models/gemini-embedding-2:asyncBatchEmbedContent",
            ("gcp.gemini", "batch", "gemini-embedding-2"),
        ),
        (f"GET {GEMINI}/batches/b", ("gcp.gemini", "batch", None)),
        ("GET generativelanguage.googleapis.com/download/v1beta/files/f:download", ("gcp.gemini", "batch", None)),
        (f"POST {GEMINI}/cachedContents", ("gcp.gemini", "cached_contents", None)),
        (f"POST {GEMINI}/interactions", ("gcp.gemini", "interactions", None)),
        (f"GET {GEMINI}/interactions/i", ("gcp.gemini", "interactions", None)),
        (f"POST {GEMINI}/openai/chat/completions", ("gcp.gemini", "chat_completions", None)),
        (f"POST {GEMINI}/openai/embeddings", ("gcp.gemini", "embeddings", None)),
        (
            f"{LIVE}.generativelanguage.v1beta.GenerativeService.BidiGenerateContent",
            ("gcp.gemini", "gemini_live", None),
        ),
        (
            "WS us-central1-aiplatform.googleapis.com/ws/google.cloud.aiplatform.v1.LlmBidiService/BidiGenerateContent",
            ("gcp.vertex_ai", "gemini_live", None),
        ),
        ("POST gateway.internal/v1beta/models/m:generateContent", ("gcp.gen_ai", "generate_content", "m")),
        ("POST gateway.internal/google/v1/models/m:streamGenerateContent", ("gcp.gen_ai", "generate_content", "m")),
    ],
)
def test_a_path_is_known_where_it_is_served(request_line: str, expected: tuple[str, str, str | None]) -> None:
    """Provider, format, and the model that the path names."""
    assert match(request_line) == expected


@pytest.mark.parametrize(
    "request_line",
    [
        pytest.param("GET api.anthropic.com/v1/messages", id="a message with another method"),
        pytest.param("POST api.anthropic.com/v1/messages/batches", id="a batch that begins"),
        pytest.param("GET api.anthropic.com/v1/messages/batches/b", id="the state of a batch"),
        pytest.param("POST api.anthropic.com/v1/messages/batches/b/cancel", id="a batch that is cancelled"),
        pytest.param("POST api.anthropic.com/v1/files", id="a file"),
        pytest.param("GET api.anthropic.com/v1/models", id="models"),
        pytest.param("POST llm.internal/v1/complete", id="the older path at an unknown host"),
        pytest.param("GET llm.internal/v1/messages/batches/b/results", id="results at an unknown host"),
        pytest.param("POST chat.internal/api/messages", id="messages of people"),
        pytest.param("POST chat.internal/v2/messages", id="messages of another version"),
        pytest.param(f"GET {GEMINI}/models/gemini-3-flash", id="a model"),
        pytest.param(f"GET {GEMINI}/cachedContents/c", id="a cache"),
        pytest.param(f"PATCH {GEMINI}/cachedContents/c", id="a cache that is kept longer"),
        pytest.param(f"GET {GEMINI}/batches", id="a list of batches"),
        pytest.param(f"GET {GEMINI}/models/veo-3.1/operations/o", id="the state of a video"),
        pytest.param(f"POST {GEMINI}/interactions/i/cancel", id="an interaction that is cancelled"),
        pytest.param("POST generativelanguage.googleapis.com/upload/v1beta/files", id="an upload"),
        pytest.param(f"{VERTEX}/endpoints/123:predict", id="a model of one's own"),
        pytest.param(f"{GLOBAL}/veo-3.1:fetchPredictOperation", id="the state of a video on Vertex AI"),
        pytest.param("POST gateway.internal/v1beta/m:generateContent", id="no collection of models"),
        pytest.param("POST gateway.internal/v1/models/m:predict", id="a prediction at an unknown host"),
    ],
)
def test_what_is_no_inference_is_not_recognised(request_line: str) -> None:
    """Setting things up and looking at them costs nothing and uses no model."""
    assert match(request_line) is None


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("anthropic-organization-id", "anthropic"),
        ("anthropic-ratelimit-requests-limit", "anthropic"),
        ("x-gemini-service-tier", "gcp.gemini"),
        ("request-id", None),
    ],
)
def test_headers_give_a_provider_away(header: str, expected: str | None) -> None:
    """Behind a gateway, headers that no other host sends."""
    found = recogniser().behind(Headers.of([(header, "1")]))
    assert (found.name if found else None) == expected


def test_rate_limits_of_anthropic() -> None:
    """Of tokens the strictest limit counts; when it is full again is told as a time."""
    headers = {
        "anthropic-ratelimit-requests-limit": "50",
        "anthropic-ratelimit-requests-remaining": "49",
        "anthropic-ratelimit-requests-reset": "1970-01-01T00:00:12Z",
        "anthropic-ratelimit-tokens-limit": "90000",
        "anthropic-ratelimit-tokens-remaining": "88000",
        "anthropic-ratelimit-tokens-reset": "1970-01-01T00:00:30Z",
        "anthropic-ratelimit-input-tokens-limit": "50000",
        "retry-after": "7",
    }
    assert rate_limit(anthropic.PROVIDER, headers, 10 * 10**9) == RateLimit(
        limit_requests=50,
        remaining_requests=49,
        reset_requests=2.0,
        limit_tokens=90000,
        remaining_tokens=88000,
        reset_tokens=20.0,
        retry_after=7.0,
    )


@pytest.mark.parametrize(
    ("host", "path", "status", "body", "expected"),
    [
        ("api.anthropic.com", "/v1/messages", 529, '{"error": {"type": "overloaded_error"}}', OutcomeKind.OVERLOADED),
        ("api.anthropic.com", "/v1/messages", 400, '{"error": {"type": "billing_error"}}', OutcomeKind.QUOTA_EXHAUSTED),
        ("api.anthropic.com", "/v1/messages", 200, '{"stop_reason": "refusal"}', OutcomeKind.REFUSAL),
        (
            "api.anthropic.com",
            "/v1/messages",
            200,
            '{"stop_reason": "model_context_window_exceeded"}',
            OutcomeKind.LENGTH,
        ),
        (
            "generativelanguage.googleapis.com",
            "/v1beta/models/m:generateContent",
            429,
            '{"error": {"code": 429, "status": "RESOURCE_EXHAUSTED"}}',
            OutcomeKind.RATE_LIMITED,
        ),
        (
            "generativelanguage.googleapis.com",
            "/v1beta/models/m:generateContent",
            400,
            '{"error": {"code": 400, "status": "INVALID_ARGUMENT", "details": [{"reason": "API_KEY_INVALID"}]}}',
            OutcomeKind.AUTH,
        ),
        (
            "generativelanguage.googleapis.com",
            "/v1beta/models/m:generateContent",
            200,
            '{"promptFeedback": {"blockReason": "OTHER"}}',
            OutcomeKind.CONTENT_POLICY,
        ),
        (
            "generativelanguage.googleapis.com",
            "/v1beta/models/m:generateContent",
            200,
            '{"candidates": [{"finishReason": "IMAGE_RECITATION"}]}',
            OutcomeKind.CONTENT_POLICY,
        ),
        (
            "generativelanguage.googleapis.com",
            "/v1beta/models/m:generateContent",
            200,
            '{"candidates": [{"finishReason": "MAX_TOKENS"}]}',
            OutcomeKind.LENGTH,
        ),
    ],
)
def test_how_a_call_ended(host: str, path: str, status: int, body: str, expected: OutcomeKind) -> None:
    """The providers' own words, as one of ours."""
    exchange = Exchange(
        request=Request(method="POST", host=host, path=path, body=b'{"model": "m"}'),
        response=Response(status=status, body=body.encode()),
        timing=Timing(started_at=1),
    )
    call = measure(exchange, None)
    assert call is not None
    assert call.outcome.kind is expected
    assert call.model == "m"
