"""What providers serve beside OpenAI's paths, and what ran elsewhere: each at its own host only."""

import pytest

from keeptabs.core.exchange import Headers
from keeptabs.providers import recogniser


def match(method: str, host: str, path: str) -> tuple[str, str] | None:
    """Provider and format of a request."""
    found = recogniser().match(method, host, 443, path)
    return found and (found.provider.name, found.dialect.api)


@pytest.mark.parametrize(
    ("request_line", "expected"),
    [
        ("POST api.openai.com/v1/responses/compact", ("openai", "responses_compact")),
        ("POST api.openai.com/v1/responses/input_tokens", ("openai", "input_tokens")),
        ("POST api.openai.com/v1/decisions", ("openai", "decisions")),
        ("GET api.openai.com/v1/responses/resp_1", ("openai", "responses")),
        ("GET api.openai.com/v1/files/file-1/content", ("openai", "batch")),
        ("POST api.openai.com/v1/threads/t/runs", ("openai", "assistants")),
        ("POST api.openai.com/v1/threads/runs", ("openai", "assistants")),
        ("POST api.openai.com/v1/threads/t/runs/r/submit_tool_outputs", ("openai", "assistants")),
        ("GET api.openai.com/v1/threads/t/runs/r", ("openai", "assistants")),
        ("POST api.openai.com/v1/videos", ("openai", "videos")),
        ("POST api.openai.com/v1/videos/v/remix", ("openai", "videos")),
        ("GET acme.openai.azure.com/openai/v1/responses/resp_1", ("azure.ai.openai", "responses")),
        ("GET acme.openai.azure.com/openai/files/f/content", ("azure.ai.openai", "batch")),
        ("POST acme.openai.azure.com/openai/deployments/d/audio/speech", ("azure.ai.openai", "audio_speech")),
        ("POST acme.services.ai.azure.com/api/projects/p/openai/v1/responses", ("azure.ai.openai", "responses")),
        ("GET api.groq.com/openai/v1/files/f/content", ("groq", "batch")),
        ("POST api.mistral.ai/v1/ocr", ("mistral_ai", "ocr")),
        ("POST api.mistral.ai/v1/fim/completions", ("mistral_ai", "completions")),
        ("POST api.mistral.ai/v1/agents/completions", ("mistral_ai", "chat_completions")),
        ("POST api.mistral.ai/v1/conversations", ("mistral_ai", "conversations")),
        ("POST api.mistral.ai/v1/conversations/c", ("mistral_ai", "conversations")),
        ("POST api.mistral.ai/v1/conversations/c/restart", ("mistral_ai", "conversations")),
        ("POST api.mistral.ai/v1/chat/moderations", ("mistral_ai", "moderations")),
        ("GET api.mistral.ai/v1/batch/jobs/j", ("mistral_ai", "batch")),
        ("POST api.x.ai/v1/tts", ("x_ai", "tts")),
        ("POST api.x.ai/v1/stt", ("x_ai", "stt")),
        ("POST api.x.ai/v1/videos/generations", ("x_ai", "videos")),
        ("GET api.x.ai/v1/videos/v", ("x_ai", "videos")),
        ("GET api.x.ai/v1/batches/b/results", ("x_ai", "batch")),
        ("GET api.x.ai/v1/chat/deferred-completion/r", ("x_ai", "chat_completions")),
        ("POST openrouter.ai/api/v1/images", ("openrouter", "images")),
        ("POST openrouter.ai/api/v1/rerank", ("openrouter", "rerank")),
        ("GET openrouter.ai/api/v1/videos/v", ("openrouter", "videos")),
        ("POST openrouter.ai/api/v1/presets/p/chat/completions", ("openrouter", "chat_completions")),
        ("POST api.perplexity.ai/async/chat/completions", ("perplexity", "chat_completions")),
        ("GET api.perplexity.ai/async/chat/completions/c", ("perplexity", "chat_completions")),
        ("POST api.z.ai/api/paas/v4/async/chat/completions", ("z_ai", "chat_completions")),
        ("GET api.z.ai/api/paas/v4/async-result/r", ("z_ai", "chat_completions")),
        ("POST api.together.xyz/v2/videos", ("together", "videos")),
        ("POST api.together.xyz/v1/rerank", ("together", "rerank")),
        ("POST api.voyageai.com/v1/rerank", ("voyage_ai", "rerank")),
        ("POST api.voyageai.com/v1/multimodalembeddings", ("voyage_ai", "embeddings")),
        ("POST api.jina.ai/v1/rerank", ("jina", "rerank")),
        ("POST models.github.ai/inference/chat/completions", ("github_models", "chat_completions")),
        ("POST models.github.ai/orgs/o/inference/embeddings", ("github_models", "embeddings")),
        ("POST models.inference.ai.azure.com/chat/completions", ("github_models", "chat_completions")),
        ("POST acme.services.ai.azure.com/anthropic/v1/messages", ("azure.ai.inference", "messages")),
        ("POST acme.services.ai.azure.com/models/chat/completions", ("azure.ai.inference", "chat_completions")),
        ("POST api.deepseek.com/anthropic/v1/messages", ("deepseek", "messages")),
        ("POST api.moonshot.ai/anthropic/v1/messages", ("moonshot_ai", "messages")),
        ("POST api.z.ai/api/anthropic/v1/messages", ("z_ai", "messages")),
        ("POST openrouter.ai/api/v1/messages", ("openrouter", "messages")),
        ("POST openrouter.ai/api/v1/presets/p/messages", ("openrouter", "messages")),
        ("POST api.fireworks.ai/inference/v1/messages", ("fireworks", "messages")),
        ("POST api.x.ai/v1/messages", ("x_ai", "messages")),
        ("POST localhost/v1/rerank", ("openai_compatible", "rerank")),
    ],
)
def test_a_path_is_known_at_the_host_that_serves_it(request_line: str, expected: tuple[str, str]) -> None:
    """Provider and format of what is no plain chat."""
    method, _, url = request_line.partition(" ")
    host, slash, path = url.partition("/")
    assert match(method, host, slash + path) == expected


@pytest.mark.parametrize(
    "request_line",
    [
        pytest.param("GET llm.internal/v1/files/f/content", id="a file at an unknown host"),
        pytest.param("GET llm.internal/v1/responses/r", id="a response at an unknown host"),
        pytest.param("POST llm.internal/v1/videos", id="a video at an unknown host"),
        pytest.param("POST llm.internal/v1/threads/t/runs", id="a run at an unknown host"),
        pytest.param("GET api.openai.com/v1/files/f", id="a file's name and size"),
        pytest.param("POST api.openai.com/v1/files/f/content", id="a file with another method"),
        pytest.param("GET api.openai.com/v1/batches/b", id="the state of a batch"),
        pytest.param("GET api.openai.com/v1/responses", id="a list"),
        pytest.param("GET api.openai.com/v1/responses/r/input_items", id="the input of a response"),
        pytest.param("POST api.openai.com/v1/responses/r/cancel", id="a response that is cancelled"),
        pytest.param("GET api.openai.com/v1/threads/t/runs", id="a list of runs"),
        pytest.param("GET api.openai.com/v1/threads/t/runs/r/steps", id="the steps of a run"),
        pytest.param("POST api.openai.com/v1/threads/t/messages", id="a message of a thread"),
        pytest.param("GET api.openai.com/v1/videos/v", id="the state of a video"),
        pytest.param("GET api.openai.com/v1/videos/v/content", id="a video itself"),
        pytest.param("POST api.openai.com/v1/realtime/calls", id="a call is set up"),
        pytest.param("POST api.openai.com/v1/evals", id="an evaluation"),
        pytest.param("POST api.openai.com/v1/ocr", id="OCR is Mistral's"),
        pytest.param("POST api.x.ai/v1/batches", id="a batch"),
        pytest.param("POST api.mistral.ai/v1/batch/jobs", id="a batch job"),
        pytest.param("GET api.mistral.ai/v1/conversations/c", id="a conversation that is looked at"),
    ],
)
def test_what_is_no_inference_is_not_recognised(request_line: str) -> None:
    """Setting things up and looking at them costs nothing and uses no model."""
    method, _, url = request_line.partition(" ")
    host, slash, path = url.partition("/")
    assert match(method, host, slash + path) is None


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("x-groq-region", "groq"),
        ("x-ds-trace-id", "deepseek"),
        ("mistral-correlation-id", "mistral_ai"),
        ("x-ppl-region", "perplexity"),
        ("x-region", None),
    ],
)
def test_headers_give_a_provider_away(header: str, expected: str | None) -> None:
    """Behind a gateway, headers that no other host sends."""
    found = recogniser().behind(Headers.of([(header, "1")]))
    assert (found.name if found else None) == expected
