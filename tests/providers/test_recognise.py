"""Who is called, in which dialect: by method, host, port and path."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import keeptabs.providers
from keeptabs.core.exchange import Headers
from keeptabs.core.provider import Match, Provider
from keeptabs.dialects.openai.routes import ROUTES
from keeptabs.providers import Recogniser, recogniser

CHAT = "/v1/chat/completions"


def match(host: str, path: str, method: str = "POST", port: int = 443) -> tuple[str, str, str | None] | None:
    """Provider, format and deployment of a request."""
    found = recogniser().match(method, host, port, path)
    return found and (found.provider.name, found.dialect.api, found.deployment)


@pytest.mark.parametrize(
    ("host", "path", "expected"),
    [
        ("api.openai.com", CHAT, "openai"),
        ("API.OpenAI.com", CHAT, "openai"),
        ("eu.api.openai.com", CHAT, "openai"),
        ("us.api.openai.com", CHAT, "openai"),
        ("acme.openai.azure.com", "/openai/v1/chat/completions", "azure.ai.openai"),
        ("acme.openai.azure.com", "/openai/deployments/mine/chat/completions", "azure.ai.openai"),
        ("acme.cognitiveservices.azure.com", "/openai/v1/responses", "azure.ai.openai"),
        ("acme.services.ai.azure.com", "/openai/v1/responses", "azure.ai.openai"),
        ("acme.services.ai.azure.com", "/models/chat/completions", "azure.ai.inference"),
        ("acme.eastus.models.ai.azure.com", "/embeddings", "azure.ai.inference"),
        ("acme.eastus.models.ai.azure.com", "/v1/chat/completions", "azure.ai.inference"),
        ("localhost", CHAT, "openai_compatible"),
        ("ollama.com", CHAT, "ollama"),
        ("openrouter.ai", "/api/v1/chat/completions", "openrouter"),
        ("api.groq.com", "/openai/v1/chat/completions", "groq"),
        ("api.deepseek.com", "/chat/completions", "deepseek"),
        ("api.mistral.ai", CHAT, "mistral_ai"),
        ("api.x.ai", CHAT, "x_ai"),
        ("us-east-1.api.x.ai", CHAT, "x_ai"),
        ("api.perplexity.ai", "/chat/completions", "perplexity"),
        ("api.fireworks.ai", "/inference/v1/chat/completions", "fireworks"),
        ("api.z.ai", "/api/paas/v4/chat/completions", "z_ai"),
        ("api.together.xyz", CHAT, "together"),
        ("api.cerebras.ai", CHAT, "cerebras"),
        ("api.moonshot.ai", CHAT, "moonshot_ai"),
        ("integrate.api.nvidia.com", CHAT, "nvidia"),
        ("router.huggingface.co", CHAT, "hugging_face"),
        ("api.voyageai.com", "/v1/embeddings", "voyage_ai"),
        ("bedrock-mantle.us-east-1.api.aws", CHAT, "aws.bedrock"),
        ("bedrock-runtime.us-west-2.amazonaws.com", "/openai/v1/chat/completions", "aws.bedrock"),
        ("llm.internal", CHAT, "openai_compatible"),
        ("gateway.example", "/proxy/v1/embeddings", "openai_compatible"),
        # near misses: hosts that only look like a provider's are everybody's
        ("api.openai.com.evil.example", CHAT, "openai_compatible"),
        ("notapi.openai.com", CHAT, "openai_compatible"),
        ("openai.com", CHAT, "openai_compatible"),
        ("api-openai.com", CHAT, "openai_compatible"),
        ("api.openai.com.", CHAT, "openai_compatible"),
        ("openai.azure.com.evil.example", "/openai/v1/responses", "openai_compatible"),
        ("api.openrouter.ai", CHAT, "openai_compatible"),
        ("*", CHAT, "openai_compatible"),
        ("", CHAT, "openai_compatible"),
    ],
)
def test_a_host_is_known_by_its_whole_name(host: str, path: str, expected: str) -> None:
    """A region is a part of a provider, and a longer or shorter name is another host."""
    found = match(host, path)
    assert found is not None
    assert found[0] == expected


@pytest.mark.parametrize(
    ("method", "host", "path"),
    [
        pytest.param("GET", "api.openai.com", CHAT, id="a GET"),
        pytest.param("post", "api.openai.com", CHAT, id="a method in lower case is another method"),
        pytest.param("DELETE", "api.openai.com", "/v1/responses", id="a DELETE"),
        pytest.param("POST", "api.openai.com", "/v1/files", id="another path"),
        pytest.param("POST", "api.openai.com", "/v1/chat/completions/id", id="below a path"),
        pytest.param("POST", "api.openai.com", "/v1/responses/resp_1/cancel", id="an action on a response"),
        pytest.param("POST", "api.openai.com", "/v1/batches", id="a batch"),
        pytest.param("POST", "api.openai.com", "/v1/my-completions", id="a longer segment"),
        pytest.param("POST", "api.openai.com", "/v1/chat/Completions", id="another case"),
        pytest.param("POST", "api.openai.com", "/v1/audio", id="half a path"),
        pytest.param("POST", "api.openai.com", "/v1/translations", id="a last segment that needs two"),
        pytest.param("POST", "api.openai.com", "/", id="the root"),
        pytest.param("POST", "api.openai.com", "", id="nothing"),
        pytest.param("POST", "llm.internal", "/chat/completions", id="an unknown host without /v1/"),
        pytest.param("POST", "llm.internal", "/v2/chat/completions", id="an unknown host with another version"),
        pytest.param("POST", "shop.example", "/surveys/responses", id="responses of another kind"),
        pytest.param("POST", "acme.openai.azure.com", "/chat/completions", id="Azure without its prefix"),
    ],
)
def test_what_is_no_call_is_not_recognised(method: str, host: str, path: str) -> None:
    """Other methods and paths cost two look-ups and are let pass."""
    assert match(host, path, method) is None


@pytest.mark.parametrize(
    ("path", "expected"),
    [(f"/v1/{route}", dialect.api) for route, dialect in ROUTES.items()]
    + [
        ("/v1/responses/", "responses"),
        ("/v1/chat/completions///", "chat_completions"),
        ("//v1//responses", "responses"),
    ],
)
def test_a_path_is_known_by_its_end(path: str, expected: str) -> None:
    """The longer end wins, so that chat is no legacy completion, and slashes behind it do not count."""
    found = match("api.openai.com", path)
    assert found is not None
    assert found[1] == expected


@pytest.mark.parametrize(
    ("path", "api", "deployment"),
    [
        ("/openai/deployments/my-gpt-4o/chat/completions", "chat_completions", "my-gpt-4o"),
        ("/openai/deployments/a.b_c/embeddings", "embeddings", "a.b_c"),
        ("/openai/v1/chat/completions", "chat_completions", None),
        ("/openai/deployments//chat/completions", "chat_completions", None),
        ("/openai/v1/deployments/x/chat/completions", "chat_completions", None),
    ],
)
def test_azure_has_the_deployment_in_the_path(path: str, api: str, deployment: str | None) -> None:
    """It is the only name of the model in such a request."""
    assert match("acme.openai.azure.com", path) == ("azure.ai.openai", api, deployment)


@pytest.mark.parametrize(
    ("host", "port", "path", "expected"),
    [
        ("localhost", 11434, CHAT, "ollama"),
        ("127.0.0.1", 11434, CHAT, "ollama"),
        ("gpu-box", 11434, CHAT, "ollama"),
        ("localhost", 11435, CHAT, "openai_compatible"),
        ("localhost", 1143, CHAT, "openai_compatible"),
        ("localhost", 8000, CHAT, "openai_compatible"),
        ("localhost", 1234, CHAT, "lm_studio"),
        ("localhost", 12345, CHAT, "openai_compatible"),
        ("localhost", 1234, "/chat/completions", None),
    ],
)
def test_what_runs_on_any_machine_is_known_by_its_port(host: str, port: int, path: str, expected: str | None) -> None:
    """Ollama and LM Studio; what else they serve is another format."""
    found = match(host, path, port=port)
    assert (found[0] if found else None) == expected


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ([("openai-version", "2020-10-01")], "openai"),
        ([("OpenAI-Processing-MS", "12")], "openai"),
        ([("openai-version", "")], None),
        ([("openai-organization", "acme")], None),
        ([("x-request-id", "1")], None),
        ([], None),
    ],
)
def test_a_provider_behind_a_gateway_is_known_by_its_headers(
    headers: list[tuple[str, str]], expected: str | None
) -> None:
    """Only headers that no other host sends give it away."""
    found = recogniser().behind(Headers.of(headers))
    assert (found.name if found else None) == expected


@pytest.mark.parametrize(
    ("host", "port", "expected"),
    [
        ("api.openai.com", 443, True),
        ("localhost", 11434, True),
        ("acme.openai.azure.com", 443, True),
        ("localhost", 8000, False),
        ("api.openai.com.evil.example", 443, False),
        ("example.com", 443, False),
    ],
)
def test_a_provider_s_host_is_known_whatever_the_path(host: str, port: int, expected: bool) -> None:
    """The host of everybody is nobody's."""
    assert recogniser().is_provider_host(host, port) is expected


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("POST", CHAT, True),
        ("GET", CHAT, False),
        ("POST", "/v1/files", False),
        ("GET", "/", False),
        ("POST", "/v1/nothing", False),
    ],
)
def test_a_quick_look_tells_what_is_no_call_on_any_host(method: str, path: str, expected: bool) -> None:
    """Method and path are enough to let most requests pass."""
    assert recogniser().could_match(method, path) is expected


@given(st.sampled_from(["POST", "GET", "post"]), st.text("/v1chatompletionsresponses", max_size=30))
def test_what_could_not_match_does_not(method: str, path: str) -> None:
    """The quick look at a request never turns away what the whole look would recognise."""
    found = recogniser()
    assert found.could_match(method, path) or found.match(method, "api.openai.com", 443, path) is None


@given(st.text(), st.text(), st.integers(), st.text())
def test_any_request_is_looked_at_without_an_exception(method: str, host: str, port: int, path: str) -> None:
    """No method, host, port or path makes an exception."""
    found = recogniser().match(method, host, port, path)
    assert found is None or isinstance(found, Match)


def test_the_hosts_that_are_remembered_have_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """An application may talk to any number of hosts, and is answered right for all of them."""
    monkeypatch.setattr(keeptabs.providers, "_CACHED_HOSTS", 2)
    openai = recogniser().match("POST", "api.openai.com", 443, CHAT)
    assert openai is not None
    made = Recogniser([openai.provider])
    found = [made.match("POST", f"{number}.api.openai.com", 443, CHAT) for number in [*range(5), *range(5)]]
    assert all(match and match.provider.name == "openai" for match in found)
    assert len(made._by_host) == 2


def test_a_provider_of_its_own_comes_before_the_one_for_all() -> None:
    """Whatever the order of the files."""
    catch_all = Provider(name="all", hosts=("*",), routes=ROUTES, source="https://x", checked="2026-01-01")
    own = Provider(name="own", hosts=("a.example",), routes=ROUTES, source="https://x", checked="2026-01-01")
    for order in ([catch_all, own], [own, catch_all]):
        found = Recogniser(order).match("POST", "a.example", 443, CHAT)
        assert found is not None
        assert found.provider is own
