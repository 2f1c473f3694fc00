"""What hosts tell in headers, and which of them keep results: as their documents, their SDKs or recordings have it."""

import pytest

from keeptabs.core.limit_headers import rate_limit
from keeptabs.core.limits import RateLimit
from keeptabs.providers import recogniser

CHAT = "/v1/chat/completions"
OPENAI_FORM = {
    "x-ratelimit-limit-requests": "100",
    "x-ratelimit-remaining-requests": "99",
    "x-ratelimit-reset-requests": "600ms",
    "x-ratelimit-limit-tokens": "5000",
    "x-ratelimit-remaining-tokens": "4000",
    "x-ratelimit-reset-tokens": "12s",
}
PLAIN_FORM = {"x-ratelimit-limit": "10", "x-ratelimit-remaining": "9", "x-ratelimit-reset": "1"}
FOUR = RateLimit(limit_requests=100, remaining_requests=99, limit_tokens=5000, remaining_tokens=4000)


def limits(host: str, path: str, headers: dict[str, str]) -> RateLimit | None:
    """What is read out of the headers of an answer from a host."""
    found = recogniser().match("POST", host, 443, path)
    assert found is not None
    return rate_limit(found.provider, headers, at=0)


@pytest.mark.parametrize(
    ("host", "headers", "expected"),
    [
        pytest.param(
            "api.groq.com",
            OPENAI_FORM,
            RateLimit(
                limit_requests=100,
                remaining_requests=99,
                reset_requests=0.6,
                limit_tokens=5000,
                remaining_tokens=4000,
                reset_tokens=12.0,
            ),
            id="Groq: durations",
        ),
        pytest.param(
            "api.cerebras.ai",
            {
                "x-ratelimit-limit-requests-day": "100",
                "x-ratelimit-remaining-requests-day": "99",
                "x-ratelimit-reset-requests-day": "33011.382867097855",
                "x-ratelimit-limit-tokens-minute": "5000",
                "x-ratelimit-remaining-tokens-minute": "4000",
                "x-ratelimit-reset-tokens-minute": "11.5",
            },
            RateLimit(
                limit_requests=100,
                remaining_requests=99,
                reset_requests=33011.382867097855,
                limit_tokens=5000,
                remaining_tokens=4000,
                reset_tokens=11.5,
            ),
            id="Cerebras: seconds with many digits",
        ),
        pytest.param(
            "api.together.xyz",
            PLAIN_FORM | {"x-tokenlimit-limit": "5000", "x-tokenlimit-remaining": "4000"},
            RateLimit(
                limit_requests=10,
                remaining_requests=9,
                reset_requests=1.0,
                limit_tokens=5000,
                remaining_tokens=4000,
            ),
            id="Together: by the second",
        ),
        pytest.param(
            "api.fireworks.ai",
            {"x-ratelimit-limit-tokens-prompt": "5000", "x-ratelimit-limit-tokens-generated": "70"},
            RateLimit(limit_tokens=5000),
            id="Fireworks: tokens of prompts alone",
        ),
        pytest.param(
            "api.mistral.ai",
            {
                "x-ratelimit-limit-req-minute": "100",
                "x-ratelimit-remaining-req-minute": "99",
                "x-ratelimit-limit-tokens-minute": "5000",
                "x-ratelimit-remaining-tokens-minute": "4000",
                "x-ratelimit-limit-tokens-month": "7",
            },
            FOUR,
            id="Mistral: by the minute",
        ),
        pytest.param("api.x.ai", {**OPENAI_FORM, "x-ratelimit-reset-tokens": "9s"}, FOUR, id="xAI: no resets"),
        pytest.param(
            "api.moonshot.ai",
            PLAIN_FORM,
            RateLimit(limit_requests=10, remaining_requests=9),
            id="Moonshot: a reset of unknown form",
        ),
        pytest.param("openrouter.ai", PLAIN_FORM, None, id="OpenRouter: in the body alone"),
        pytest.param("api.deepseek.com", OPENAI_FORM, None, id="DeepSeek: none"),
        pytest.param("api.perplexity.ai", OPENAI_FORM, None, id="Perplexity: none"),
        pytest.param("router.huggingface.co", OPENAI_FORM, None, id="Hugging Face: none"),
        pytest.param("integrate.api.nvidia.com", OPENAI_FORM, None, id="NVIDIA: none"),
        pytest.param("api.z.ai", OPENAI_FORM, None, id="Z.ai: none"),
    ],
)
def test_limits_are_read_as_a_host_tells_them(host: str, headers: dict[str, str], expected: RateLimit | None) -> None:
    """Headers that a host is not known to send are not read."""
    assert limits(host, CHAT, headers) == expected


def test_a_key_for_trials_of_cohere_is_told_its_limit() -> None:
    """The months that stand beside it are no such limit."""
    headers = {
        "x-endpoint-monthly-call-limit": "1000",
        "x-trial-endpoint-call-limit": "20",
        "x-trial-endpoint-call-remaining": "19",
    }
    assert limits("api.cohere.com", "/v2/chat", headers) == RateLimit(limit_requests=20, remaining_requests=19)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("ai.api.nvidia.com/v1/retrieval/nvidia/reranking", ("nvcf-reqid",)),
        ("ai.mongodb.com/v1/rerank", ("x-request-id",)),
        ("models.github.ai/inference/chat/completions", ("apim-request-id", "x-request-id")),
        ("api.jina.ai/v1/embeddings", ()),
        ("api.moonshot.cn/v1/chat/completions", ("msh-request-id",)),
        ("open.bigmodel.cn/api/paas/v4/chat/completions", ("x-request-id", "x-log-id")),
        ("openrouter.ai/api/v1/chat/completions", ("x-generation-id",)),
        ("api.cerebras.ai/v1/chat/completions", ("inference-id",)),
        ("api.deepseek.com/chat/completions", ("x-ds-trace-id",)),
        ("api.mistral.ai/v1/ocr", ("mistral-correlation-id", "x-kong-request-id")),
        ("api.cohere.com/v2/rerank", ("x-debug-trace-id",)),
        ("acme.services.ai.azure.com/anthropic/v1/messages", ("apim-request-id", "x-request-id", "request-id")),
        ("router.huggingface.co/v1/chat/completions", ("x-request-id", "x-amzn-trace-id")),
    ],
)
def test_the_id_of_a_request_is_where_its_host_puts_it(url: str, expected: tuple[str, ...]) -> None:
    """The first header that is there counts."""
    host, slash, path = url.partition("/")
    found = recogniser().match("POST", host, 443, slash + path)
    assert found is not None
    assert found.provider.request_id == expected


@pytest.mark.parametrize(
    ("path", "hosts"),
    [
        pytest.param("/v1/responses/r", {"api.fireworks.ai", "api.perplexity.ai", "api.x.ai"}, id="responses"),
        pytest.param(
            "/v1/files/f/content",
            {
                "api.cerebras.ai",
                "api.groq.com",
                "api.mistral.ai",
                "api.moonshot.ai",
                "api.perplexity.ai",
                "api.together.xyz",
                "api.z.ai",
                "openrouter.ai",
            },
            id="files of batches",
        ),
        pytest.param("/v1/async-result/r", {"api.z.ai"}, id="results of Z.ai"),
    ],
)
def test_results_are_asked_of_hosts_that_keep_them(path: str, hosts: set[str]) -> None:
    """The rest would answer 404, or with something else."""
    asked = hosts | {"api.deepseek.com", "api.jina.ai", "api.voyageai.com", "integrate.api.nvidia.com", "llm.internal"}
    every = asked | {"api.cerebras.ai", "api.fireworks.ai", "api.groq.com", "api.together.xyz", "api.x.ai", "api.z.ai"}
    assert {host for host in every if recogniser().match("GET", host, 443, path)} == hosts


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("api.z.ai", "zai"),
        ("open.bigmodel.cn", "zhipuai"),
        ("api.moonshot.ai", "moonshotai"),
        ("api.moonshot.cn", ""),
    ],
)
def test_a_host_with_prices_of_its_own_has_its_own_price_file(host: str, expected: str) -> None:
    """Prices in yuan are not those in dollars, of which there are files."""
    found = recogniser().match("POST", host, 443, CHAT)
    assert found is not None
    assert found.provider.books.get(host, found.provider.book) == expected
