"""Bedrock, Cohere, Ollama, watsonx.ai, Replicate, Hugging Face: whose a request is, and what its errors are called."""

from typing import Any

import pytest

from keeptabs.core.exchange import Exchange, Headers, Request, Response, Timing
from keeptabs.core.outcome import OutcomeKind
from keeptabs.meter import measure
from keeptabs.providers import recogniser

RUNTIME = "bedrock-runtime.us-east-1.amazonaws.com"
ARN = "arn:aws:bedrock:us-east-1:1"
PROFILE = f"{ARN}:inference-profile/us.vendor.m-v1:0"
OWN_PROFILE = f"{ARN}:application-inference-profile/abc123"
ENDPOINT = "arn:aws:sagemaker:us-east-1:1:endpoint/e"
FOUND = [  # host, path; the format, what is done, and the model that the path names
    (RUNTIME, "/model/vendor.m-v1:0/converse", "converse", "chat", "vendor.m-v1:0"),
    (RUNTIME, "/model/m/converse-stream", "converse", "chat", "m"),
    (RUNTIME, f"/model/{PROFILE}/converse", "converse", "chat", "us.vendor.m-v1:0"),
    (RUNTIME, f"/model/{ARN}:foundation-model/vendor.m/invoke", "invoke_model", "text_completion", "vendor.m"),
    (RUNTIME, f"/model/{OWN_PROFILE}/converse", "converse", "chat", OWN_PROFILE),
    (RUNTIME, f"/model/{ENDPOINT}/invoke", "invoke_model", "text_completion", ENDPOINT),
    (RUNTIME, "/model/meta.llama3/invoke", "invoke_model", "text_completion", "meta.llama3"),
    (RUNTIME, "/model/m/invoke-with-response-stream", "invoke_model", "text_completion", "m"),
    (RUNTIME, "/model/amazon.titan-embed-image-v1/invoke", "invoke_model", "embeddings", "amazon.titan-embed-image-v1"),
    (RUNTIME, f"/model/{ARN}:inference-profile/us.x.embed/invoke", "invoke_model", "embeddings", "us.x.embed"),
    (RUNTIME, "/model/cohere.rerank-v3-5:0/invoke", "invoke_model", "rerank", "cohere.rerank-v3-5:0"),
    (RUNTIME, "/model/amazon.nova-canvas-v1:0/invoke", "invoke_model", "image_generation", "amazon.nova-canvas-v1:0"),
    (RUNTIME, "/model/stability.sd3/invoke", "invoke_model", "image_generation", "stability.sd3"),
    (RUNTIME, "/model/us.anthropic.claude-m-v1:0/invoke", "messages", "chat", "us.anthropic.claude-m-v1:0"),
    (RUNTIME, f"/model/{ARN}:inference-profile/eu.anthropic.m/invoke", "messages", "chat", "eu.anthropic.m"),
    (RUNTIME, "/model/anthropic.m/invoke-with-response-stream", "messages", "chat", "anthropic.m"),
    (RUNTIME, "/model/anthropic.m/converse", "converse", "chat", "anthropic.m"),
    ("bedrock-mantle.us-east-1.api.aws", "/anthropic/v1/messages", "messages", "chat", None),
    (RUNTIME, "/model/m/count-tokens", "count_tokens", "count_tokens", "m"),
    (RUNTIME, "/openai/v1/chat/completions", "chat_completions", "chat", None),
    ("bedrock-mantle.us-east-1.api.aws", "/v1/responses", "responses", "chat", None),
    ("bedrock-runtime-fips.us-east-1.amazonaws.com", "/model/m/converse", "converse", "chat", "m"),
    ("bedrock-runtime.eu-west-1.api.aws", "/model/m/converse", "converse", "chat", "m"),
    ("vpce-1.bedrock-runtime.us-east-1.vpce.amazonaws.com", "/model/m/converse", "converse", "chat", "m"),
    ("api.cohere.com", "/v1/chat", "chat", "chat", None),
    ("api.cohere.com", "/v2/chat", "chat", "chat", None),
    ("api.cohere.com", "/v1/generate", "generate", "text_completion", None),
    ("api.cohere.ai", "/v2/embed", "embed", "embeddings", None),
    ("api.cohere.com", "/v2/rerank", "rerank", "rerank", None),
    ("api.cohere.com", "/v2/audio/transcriptions", "audio_transcriptions", "speech_to_text", None),
    ("api.cohere.ai", "/compatibility/v1/chat/completions", "chat_completions", "chat", None),
    ("ollama.com", "/api/chat", "chat", "chat", None),
    ("ollama.com", "/api/generate", "generate", "text_completion", None),
    ("ollama.com", "/api/embed", "embed", "embeddings", None),
    ("ollama.com", "/api/embeddings", "embeddings", "embeddings", None),
    ("ollama.com", "/v1/chat/completions", "chat_completions", "chat", None),
    ("us-south.ml.cloud.ibm.com", "/ml/v1/text/generation", "text_generation", "text_completion", None),
    ("us-south.ml.cloud.ibm.com", "/ml/v1-beta/generation/text_stream", "text_generation", "text_completion", None),
    ("private.eu-de.ml.cloud.ibm.com", "/ml/v1/deployments/d1/text/chat_stream", "text_chat", "chat", "d1"),
    ("us-east-1.aws.wxai.ibm.com", "/ml/v1/text/embeddings", "text_embeddings", "embeddings", None),
    ("us-south.ml.cloud.ibm.com", "/ml/gateway/v1/chat/completions", "chat_completions", "chat", None),
    ("api.replicate.com", "/v1/predictions", "predictions", "prediction", None),
    ("api.replicate.com", "/v1/models/owner/name/predictions", "predictions", "prediction", "owner/name"),
    ("abc.us-east-1.aws.endpoints.huggingface.cloud", "/", "text_generation", "text_completion", None),
    ("abc.us-east-1.aws.endpoints.huggingface.cloud", "/v1/chat/completions", "chat_completions", "chat", None),
    ("router.huggingface.co", "/hf-inference/models/gpt2", "text_generation", "text_completion", "gpt2"),
    ("router.huggingface.co", "/hf-inference/models/owner/name", "text_generation", "text_completion", "owner/name"),
    ("api-inference.huggingface.co", "/pipeline/feature-extraction/bert", "feature_extraction", "embeddings", "bert"),
]


@pytest.mark.parametrize(
    ("host", "path", "api", "operation", "model"), FOUND, ids=[f"{host}{path}" for host, path, *_ in FOUND]
)
def test_a_request_is_recognised(host: str, path: str, api: str, operation: str, model: str | None) -> None:
    """By host and path: the format, what is done, and the model where the path names it."""
    found = recogniser().match("POST", host, 443, path)
    assert found is not None
    assert (found.dialect.api, found.dialect.operation, found.deployment) == (api, operation, model)


@pytest.mark.parametrize(
    ("method", "host", "path"),
    [
        pytest.param("POST", RUNTIME, "/guardrail/g/version/1/apply", id="a guardrail"),
        pytest.param("POST", RUNTIME, "/async-invoke", id="work that is stored elsewhere"),
        pytest.param("GET", RUNTIME, "/model/m/converse", id="another method"),
        pytest.param("POST", "bedrock.us-east-1.amazonaws.com", "/model/m/converse", id="the control plane"),
        pytest.param("POST", "bedrock-runtime.example.com", "/model/m/converse", id="a host that looks like it"),
        pytest.param("POST", "api.cohere.com", "/v1/tokenize", id="tokenising"),
        pytest.param("GET", "api.cohere.com", "/v1/models", id="a list of models"),
        pytest.param("POST", "ollama.com", "/api/pull", id="a download"),
        pytest.param("POST", "us-south.ml.cloud.ibm.com", "/ml/v1/text/tokenization", id="tokenising at IBM"),
        pytest.param("GET", "us-south.ml.cloud.ibm.com", "/ml/v1/foundation_model_specs", id="specifications"),
        pytest.param("POST", "api.replicate.com", "/v1/predictions/p1/cancel", id="a cancellation"),
        pytest.param("GET", "api.replicate.com", "/v1/predictions", id="a list of predictions"),
        pytest.param("GET", "abc.us-east-1.aws.endpoints.huggingface.cloud", "/", id="a look at an endpoint"),
        pytest.param("POST", "example.com", "/", id="any other root"),
        pytest.param("POST", "huggingface.co", "/api/models/owner/name", id="the hub"),
    ],
)
def test_what_is_no_call_is_not_recognised(method: str, host: str, path: str) -> None:
    """Hosts, methods and paths must all fit."""
    assert recogniser().match(method, host, 443, path) is None


def test_ollama_is_known_by_its_port() -> None:
    """On any machine; on another port it is somebody's."""
    assert recogniser().match("POST", "127.0.0.1", 11434, "/api/chat") is not None
    assert recogniser().match("POST", "127.0.0.1", 11435, "/api/chat") is None


def call(
    status: int, headers: dict[str, str], body: bytes, host: str = RUNTIME, path: str = "/model/m/converse"
) -> Any:
    """An exchange, measured."""
    request = Request(method="POST", host=host, path=path, body=b"{}")
    response = Response(status=status, headers=Headers.of(headers.items()), body=body)
    return measure(Exchange(request=request, response=response, timing=Timing(started_at=0)), None)


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (429, "ThrottlingException", OutcomeKind.RATE_LIMITED),
        (429, "ModelNotReadyException", OutcomeKind.OVERLOADED),
        (400, "ServiceQuotaExceededException", OutcomeKind.QUOTA_EXHAUSTED),
        (403, "UnrecognizedClientException", OutcomeKind.AUTH),
        (403, "ExpiredTokenException", OutcomeKind.AUTH),
        (403, "AccessDeniedException", OutcomeKind.PERMISSION),
        (404, "ResourceNotFoundException", OutcomeKind.NOT_FOUND),
        (408, "ModelTimeoutException", OutcomeKind.TIMEOUT),
        (400, "ValidationException", OutcomeKind.BAD_REQUEST),
        (500, "InternalServerException", OutcomeKind.SERVER_ERROR),
        (503, "ServiceUnavailableException", OutcomeKind.OVERLOADED),
    ],
)
def test_errors_of_bedrock_have_a_word_of_ours(status: int, code: str, kind: OutcomeKind) -> None:
    """The provider's word stands beside it, and names the error."""
    found = call(status, {"x-amzn-errortype": f"{code}:http://x/", "x-amzn-requestid": "r1"}, b'{"message":"No"}')
    assert (found.outcome.kind, found.outcome.code, found.outcome.error_type) == (kind, code, code)
    assert (found.request_id, found.provider, found.request.model) == ("r1", "aws.bedrock", "m")


@pytest.mark.parametrize(
    ("host", "path", "status", "body", "kind"),
    [
        pytest.param(
            "api.cohere.com",
            "/v2/chat",
            400,
            b'{"error_type":"TOO_MANY_TOKENS","message":"too many"}',
            OutcomeKind.CONTEXT_LENGTH,
            id="Cohere",
        ),
        pytest.param(
            "us-south.ml.cloud.ibm.com",
            "/ml/v1/text/chat",
            403,
            b'{"errors":[{"code":"token_quota_reached","message":"No"}]}',
            OutcomeKind.QUOTA_EXHAUSTED,
            id="watsonx",
        ),
        pytest.param(
            "a.endpoints.huggingface.cloud",
            "/",
            429,
            b'{"error":"Model is overloaded","error_type":"overloaded"}',
            OutcomeKind.OVERLOADED,
            id="Hugging Face",
        ),
        pytest.param(
            "api.replicate.com",
            "/v1/predictions",
            201,
            b'{"id":"p1","status":"canceled"}',
            OutcomeKind.CANCELLED,
            id="Replicate",
        ),
        pytest.param(
            "ollama.com", "/api/chat", 404, b'{"error":"model not found"}', OutcomeKind.NOT_FOUND, id="Ollama"
        ),
    ],
)
def test_errors_of_the_others_have_one_too(host: str, path: str, status: int, body: bytes, kind: OutcomeKind) -> None:
    """By their code, else by the status."""
    assert call(status, {}, body, host, path).outcome.kind is kind


def test_claude_on_bedrock_is_read_in_its_own_format() -> None:
    """Its errors are those of AWS, and the headers of Bedrock are facts."""
    path = "/model/anthropic.claude-m-v1:0/invoke"
    body = (
        b'{"type":"message","model":"claude-m","stop_reason":"end_turn","usage":{"input_tokens":8,"output_tokens":3}}'
    )
    found = call(200, {"x-amzn-bedrock-invocation-latency": "250"}, body, path=path)
    assert (found.usage.input, found.usage.output, found.finish_reasons) == (8, 3, ("end_turn",))
    assert (found.request.model, found.response_model) == ("anthropic.claude-m-v1:0", "claude-m")
    assert found.facts["keeptabs.server.duration"] == 0.25
    refused = call(429, {"x-amzn-errortype": "ThrottlingException:http://x/"}, b'{"message":"No"}', path=path)
    assert (refused.outcome.kind, refused.outcome.code) == (OutcomeKind.RATE_LIMITED, "ThrottlingException")


def test_a_prediction_that_runs_is_no_call() -> None:
    """It is one when it is done."""
    assert call(201, {}, b'{"id":"p1","status":"starting"}', "api.replicate.com", "/v1/predictions") is None
    found = call(200, {}, b'{"id":"p1","status":"succeeded"}', "api.replicate.com", "/v1/predictions")
    assert (found.deferred, found.response_id) == (True, "p1")
