"""The order of the checks, and every error in OpenAI's shape."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import openai
import pytest

from keeptabs.testing.mock.answers import ROUTES

if TYPE_CHECKING:
    from keeptabs.testing.mock import MockServer

CHAT = "/v1/chat/completions"
QUESTION = {"model": "gpt-4o", "messages": [{"role": "user", "content": "hello"}]}
KEY = "k" * 20


@pytest.mark.parametrize(
    ("behaviour", "status", "kind", "param", "code"),
    [
        ("429", 429, "requests", None, "rate_limit_exceeded"),
        ("quota", 429, "insufficient_quota", None, "insufficient_quota"),
        ("400", 400, "invalid_request_error", "temperature", "decimal_above_max_value"),
        ("context", 400, "invalid_request_error", "messages", "context_length_exceeded"),
        ("policy", 400, "invalid_request_error", None, "content_policy_violation"),
        ("401", 401, "invalid_request_error", None, "invalid_api_key"),
        ("403", 403, "request_forbidden", None, "unsupported_country_region_territory"),
        ("404", 404, "invalid_request_error", None, "model_not_found"),
        ("500", 500, "server_error", None, None),
        ("503", 503, "server_error", None, None),
        ("nonsense", 400, "invalid_request_error", "x-mock", "unknown_behaviour"),
    ],
)
@pytest.mark.parametrize("by_header", [False, True])
def test_an_error_asked_for_has_openai_s_shape(
    http: httpx.Client,
    behaviour: str,
    status: int,
    kind: str,
    param: str | None,
    code: str | None,
    *,
    by_header: bool,
) -> None:
    """The header and the model's name get the same four keys, streamed or not."""
    headers = {"x-mock": behaviour} if by_header else {}
    model = "gpt-4o" if by_header else f"mock-{behaviour}"
    answer = http.post(CHAT, json={**QUESTION, "model": model, "stream": True}, headers=headers)
    error = answer.json()["error"]
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/json"
    assert list(error) == ["message", "type", "param", "code"]
    assert (error["type"], error["param"], error["code"]) == (kind, param, code)


@pytest.mark.parametrize("endpoint", ROUTES)
def test_behaviours_hold_at_every_endpoint(http: httpx.Client, endpoint: str) -> None:
    """A header's behaviour is the same wherever it is sent."""
    answer = http.post(f"/v1/{endpoint}", json={}, headers={"x-mock": "503"})
    assert answer.status_code == 503


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("POST", "/v1/chat/completion", 404, "unknown_url"),
        ("POST", "/v1/modelsx", 404, "unknown_url"),
        ("GET", "/", 404, "unknown_url"),
        ("GET", CHAT, 405, "method_not_supported"),
        ("POST", "/v1/models", 405, "method_not_supported"),
    ],
)
def test_an_unknown_place_is_answered_in_json(
    http: httpx.Client, method: str, path: str, status: int, code: str
) -> None:
    """Paths and methods that are not there get an API error."""
    answer = http.request(method, path)
    assert answer.status_code == status
    assert answer.json()["error"]["code"] == code


@pytest.mark.parametrize("authorization", [None, "", "Bearer", "Basic x"])
def test_a_key_is_needed(server: MockServer, authorization: str | None) -> None:
    """Without a key the answer is OpenAI's 401, before anything else is looked at."""
    headers = {} if authorization is None else {"authorization": authorization}
    answer = httpx.post(f"{server.url}/chat/completions", content=b"{", headers=headers)
    assert answer.status_code == 401
    assert "API key" in answer.json()["error"]["message"]


def test_a_limited_client_is_told_how_long_to_wait(http: httpx.Client) -> None:
    """Both retry headers are there, and no requests remain; quota says not to retry."""
    limited = http.post(CHAT, json=QUESTION, headers={"x-mock": "429:1500"}).headers
    assert (limited["retry-after-ms"], limited["retry-after"]) == ("1500", "2")
    assert limited["x-ratelimit-remaining-requests"] == "0"
    spent = http.post(CHAT, json=QUESTION, headers={"x-mock": "quota"}).headers
    assert spent["x-should-retry"] == "false"


@pytest.mark.parametrize(("behaviour", "failures"), [("429-then-ok", 1), ("429-twice", 2)])
def test_a_passing_limit_passes(server: MockServer, http: httpx.Client, behaviour: str, failures: int) -> None:
    """The same body succeeds after its failures, and so do the official client's retries."""
    fields = {**QUESTION, "model": f"mock-{behaviour}:1"}
    statuses = [http.post(CHAT, json=fields).status_code for _ in range(failures + 1)]
    assert statuses == [429] * failures + [200]
    with openai.OpenAI(base_url=server.url, api_key=KEY, max_retries=failures) as sdk:
        messages: Any = [{"role": "user", "content": "x"}]
        assert sdk.chat.completions.create(model=f"mock-{behaviour}:1", messages=messages).usage


def test_azure_answers_with_the_model_behind_the_deployment(server: MockServer) -> None:
    """Azure's client, path and header work, and the answer names the snapshot."""
    with openai.AzureOpenAI(azure_endpoint=server.origin, api_key=KEY, api_version="2024-10-21") as sdk:
        answer = sdk.chat.completions.create(model="prod-gpt-4o-mini", messages=[{"role": "user", "content": "x"}])
    assert answer.model == "gpt-4o-mini-2024-07-18"
    (request,) = server.requests
    assert request.path.startswith("/openai/deployments/prod-gpt-4o-mini/chat/completions?")


def test_azure_deployments_misbehave_by_name_too(server: MockServer) -> None:
    """A deployment named for a behaviour has it, and needs no model in the body."""
    url = f"{server.origin}/openai/deployments/mock-length@gpt-4o/chat/completions"
    answer = httpx.post(url, json={"messages": []}, headers={"api-key": KEY}).json()
    assert answer["choices"][0]["finish_reason"] == "length"
    assert answer["model"] == "gpt-4o-2024-08-06"


def test_an_html_answer_is_no_json(http: httpx.Client) -> None:
    """A load balancer's error page comes as what it is."""
    answer = http.post(CHAT, json=QUESTION, headers={"x-mock": "html"})
    assert answer.status_code == 502
    assert answer.headers["content-type"] == "text/html"
