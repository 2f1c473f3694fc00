"""Providers as data, and the routes that they write down."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from keeptabs.core.dialect import Answered, Asked, Dialect
from keeptabs.core.exchange import Request
from keeptabs.core.provider import OPENAI_LIMITS, Match, Provider, Route, tails

DIALECT = Dialect(api="x", operation="chat", ask=lambda _: Asked(), answer=lambda *_: Answered(), needs_model=False)


def provider(*hosts: str) -> Provider:
    """A provider on ``hosts``."""
    return Provider(name="x", hosts=hosts, routes={}, source="https://example.com", checked="2026-11-24")


@pytest.mark.parametrize(
    ("hosts", "expected"),
    [(("*",), True), (("a.example", "*"), True), (("*.example",), False), ((":11434",), False), ((), False)],
)
def test_only_a_lone_star_catches_all(hosts: tuple[str, ...], expected: bool) -> None:
    """A pattern with a star in it still belongs to one provider."""
    assert provider(*hosts).is_catch_all is expected


def test_a_provider_has_openai_s_headers_unless_it_says_otherwise() -> None:
    """Most hosts took them over."""
    assert provider("a.example").limits == OPENAI_LIMITS
    assert provider("a.example").request_id == ("x-request-id",)


def test_the_limit_headers_fill_fields_that_exist() -> None:
    """Six headers, each under the name of the state it tells."""
    assert dict(OPENAI_LIMITS) == {
        "limit_requests": "x-ratelimit-limit-requests",
        "remaining_requests": "x-ratelimit-remaining-requests",
        "reset_requests": "x-ratelimit-reset-requests",
        "limit_tokens": "x-ratelimit-limit-tokens",
        "remaining_tokens": "x-ratelimit-remaining-tokens",
        "reset_tokens": "x-ratelimit-reset-tokens",
    }


def test_a_match_names_a_deployment_only_where_there_is_one() -> None:
    """Without a deployment in the path there is None."""
    assert Match(provider("a.example"), DIALECT).deployment is None
    assert Match(provider("a.example"), DIALECT, "mine").deployment == "mine"


def naming(model: str | None, *, needs_model: bool = True) -> Dialect:
    """A dialect whose requests name this model."""
    return Dialect(
        api="x",
        operation="chat",
        ask=lambda _: Asked(model=model),
        answer=lambda *_: Answered(),
        needs_model=needs_model,
    )


@pytest.mark.parametrize(
    ("model", "deployment", "expected"),
    [("m", "mine", "m"), ("m", None, "m"), (None, "mine", "mine"), (None, None, None)],
)
def test_a_deployment_is_the_model_where_the_body_names_none(
    model: str | None, deployment: str | None, expected: str | None
) -> None:
    """What the body says wins."""
    request = Request(method="POST", host="h", path="/")
    assert Match(provider("h"), naming(model), deployment).ask(request) == Asked(model=expected)


@pytest.mark.parametrize(
    ("host", "body", "dialect", "expected"),
    [
        pytest.param("*", b"{}", naming(None), True, id="no model at an unknown host"),
        pytest.param("*", b"{}", naming("m"), False, id="a model"),
        pytest.param("*", b"", naming(None), False, id="a body that was not seen"),
        pytest.param("*", b"{}", naming(None, needs_model=False), False, id="a service with a default model"),
        pytest.param("a.example", b"{}", naming(None), False, id="a host that is known"),
    ],
)
def test_a_path_may_be_one_of_ours_by_chance(host: str, body: bytes, dialect: Dialect, expected: bool) -> None:
    """Only an unknown host's request that names no model where one must be is none of ours."""
    request = Request(method="POST", host="h", path="/v1/responses", body=body)
    match = Match(provider(host), dialect)
    assert match.is_chance(request, match.ask(request)) is expected


@pytest.mark.parametrize(
    ("text", "path", "model"),
    [
        pytest.param("chat/completions", "/v1/chat/completions", None, id="two segments"),
        pytest.param("chat/completions", "chat/completions", None, id="nothing before"),
        pytest.param("responses", "/responses///", None, id="slashes behind"),
        pytest.param("{model}:generate", "/models/gemini-x:generate", "gemini-x", id="a part of a segment"),
        pytest.param("{model}:generate", "/models/tuned:1:generate", "tuned:1", id="the last colon is the verb's"),
        pytest.param("model/{model}/invoke", "/model/a.b-1:0/invoke", "a.b-1:0", id="a segment"),
        pytest.param("model/{model+}/invoke", "/model/arn:x/y/z/invoke", "arn:x/y/z", id="several segments"),
        pytest.param("model/{model:claude}/invoke", "/model/eu.claude-x/invoke", "eu.claude-x", id="a text in it"),
        pytest.param("GET files/{id}/content", "/v1/files/f-1/content", None, id="a segment that nobody asks for"),
        pytest.param("GET runs/{run}", "/v1/runs/r-1", None, id="such a segment at the end"),
    ],
)
def test_a_route_is_found_at_the_end_of_a_path(text: str, path: str, model: str | None) -> None:
    """Whole segments count, and the model is what stands in its place."""
    route = Route.of(text, DIALECT)
    found = route.pattern.search(path)
    assert found is not None
    assert found.groupdict().get("model") == model
    assert route.tail in tails(path)


@pytest.mark.parametrize(
    ("text", "path"),
    [
        pytest.param("responses", "/v1/my-responses", id="a part of a segment"),
        pytest.param("responses", "/v1/responses/x", id="more behind it"),
        pytest.param("chat/completions", "/v1/chat//completions", id="a segment between"),
        pytest.param("chat/completions", "/v1/chatXcompletions", id="no slash"),
        pytest.param("{model}:generate", "/models/:generate", id="no model"),
        pytest.param("{model}:generate", "/models/gemini/generate", id="no verb"),
        pytest.param("model/{model}/invoke", "/model/a/b/invoke", id="two segments for one"),
        pytest.param("model/{model:claude}/invoke", "/model/titan/invoke", id="without the text"),
        pytest.param("files/{id}/content", "/v1/files//content", id="an empty segment"),
        pytest.param("a.c", "/abc", id="a point is a point"),
    ],
)
def test_a_route_is_not_found_in_another_path(text: str, path: str) -> None:
    """Near misses are other paths."""
    assert Route.of(text, DIALECT).pattern.search(path) is None


@pytest.mark.parametrize(
    ("text", "method"), [("x", "POST"), ("GET x", "GET"), ("WS x/{id}", "WS"), ("GET {id}:y", "GET")]
)
def test_a_route_has_a_method(text: str, method: str) -> None:
    """It is POST where none is named."""
    assert Route.of(text, DIALECT).method == method


def test_the_more_text_a_route_has_the_better_it_matches() -> None:
    """What stands in braces is no text."""
    texts = ("model/{model+}/invoke", "model/{model:claude}/invoke", "model/claude/invoke")
    assert [Route.of(text, DIALECT).literal for text in texts] == [13, 13, 19]


WORDS = st.text("ab.:-_", min_size=1, max_size=6)
LITERALS = st.text("ab.-_", min_size=1, max_size=6)
SEGMENTS = st.one_of(LITERALS, st.just("{id}"), st.just("{name}"))
ENDS = st.one_of(
    LITERALS,
    st.builds("{}/{{id}}".format, LITERALS),
    st.builds("{{model}}:{}".format, st.text("ab", min_size=1, max_size=4)),
)


@given(st.lists(SEGMENTS, max_size=3), ENDS, st.data())
def test_a_quick_look_finds_every_route_that_matches(segments: list[str], end: str, data: st.DataObject) -> None:
    """Whatever stands in the braces, the tail of a route that matches is among those of the path."""
    path = text = "/".join([*segments, end])
    for name in ("{id}", "{name}", "{model}"):
        while name in path:
            path = path.replace(name, data.draw(WORDS), 1)
    path = f"/{data.draw(WORDS)}/{path}{'/' * data.draw(st.integers(0, 2))}"
    route = Route.of(text, DIALECT)
    assert route.pattern.search(path) is not None
    assert route.tail in tails(path)


TEXTS = ["{model}:go", "a/{id}", "{model+}/go", "b/{model:x}/go", "b/{model:x}", "a/{model+}", "go", "a/{id}/go"]


@given(st.sampled_from(TEXTS), st.text("ab:/xgo", max_size=14))
@example("a/{id}", "a/b")
@example("{model}:go", "a/:b:go/")
@example("b/{model:x}/go", "/b/a/x/a/go")
def test_a_path_that_a_route_matches_is_not_turned_away(text: str, path: str) -> None:
    """The look at a path's end finds every route that the whole look would."""
    route = Route.of(text, DIALECT)
    if route.pattern.search(path) is not None:
        assert route.tail in tails(path)


@given(st.text())
def test_any_path_has_tails(path: str) -> None:
    """No path makes an exception, and there are three at most."""
    assert len(list(tails(path))) <= path.count("/") + 2
