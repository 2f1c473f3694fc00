"""Bytes and times in, a measured and priced call out."""

import json
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from keeptabs.core import reading
from keeptabs.core.call import Call
from keeptabs.core.cost import Cost, CostStatus
from keeptabs.core.dialect import Asked
from keeptabs.core.exchange import CallSite, Ending, Exchange, Headers, Request, Response, Timing
from keeptabs.core.limits import RateLimit
from keeptabs.core.outcome import OutcomeKind
from keeptabs.core.usage import Usage
from keeptabs.dialects.openai.routes import ROUTES
from keeptabs.meter import measure, recognise
from keeptabs.pricing.book import Book, Question

NOVEMBER = 1_795_500_000 * 10**9  # 2026-11-24, in nanoseconds
BOOK = Book()
TYPE = ("content-type", "application/json")
USAGE = {
    "prompt_tokens": 2000,
    "completion_tokens": 100,
    "total_tokens": 2100,
    "prompt_tokens_details": {"cached_tokens": 1000},
}
CHAT = {
    "id": "chatcmpl-1",
    "model": "gpt-5-mini-2025-08-07",
    "choices": [{"index": 0, "message": {"content": "Hi"}, "finish_reason": "stop"}],
    "usage": USAGE,
    "service_tier": "default",
    "system_fingerprint": "fp_1",
}
ASKED = {"model": "gpt-5-mini", "messages": [{"role": "user", "content": "Hi"}]}


class Asking(Book):
    """A book that remembers what it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[Question] = []

    def price(self, question: Question) -> Cost:
        """No price."""
        self.asked.append(question)
        return Cost(status=CostStatus.UNPRICED, why="not asked for")


def request(
    host: str = "api.openai.com",
    path: str = "/v1/chat/completions",
    *headers: tuple[str, str],
    body: Any = None,
    **more: Any,
) -> Request:
    """A request for a chat completion."""
    text = json.dumps(ASKED if body is None else body).encode()
    return Request(
        **{"method": "POST", "host": host, "path": path, "headers": Headers.of(headers), "body": text} | more
    )


def response(*headers: tuple[str, str], status: int = 200, body: Any = None) -> Response:
    """An answer to it."""
    text = body if isinstance(body, bytes) else json.dumps(CHAT if body is None else body).encode()
    return Response(status=status, headers=Headers.of([TYPE, *headers]), body=text)


def exchange(asked: Request | None = None, answered: Response | None = None, **more: Any) -> Exchange:
    """An exchange of both, made in November 2026."""
    timing = Timing(started_at=NOVEMBER, duration=1_000_000)
    return Exchange(request=asked or request(), response=answered or response(), **{"timing": timing} | more)


def measured(*args: Any, **more: Any) -> Call:
    """The call that an exchange is."""
    call = measure(exchange(*args, **more), BOOK)
    assert call is not None
    return call


def test_an_exchange_becomes_a_call_with_everything_that_is_known() -> None:
    """Who, what, how long, how much, from where."""
    site, timing = CallSite("app.py", 7, "main"), Timing(started_at=NOVEMBER, duration=5, chunks=1, bytes=9)
    agent, request_id = ("user-agent", "OpenAI/Python 3.54.0"), ("x-request-id", "req_1")
    more: dict[str, Any] = {"client": "httpx", "site": site, "tags": {"feature": "x"}, "timing": timing, "gaps": ("a",)}
    call = measured(request("api.openai.com", "/v1/chat/completions", agent), response(request_id), **more)
    assert (call.provider, call.operation, call.api) == ("openai", "chat", "chat_completions")
    assert (call.server, call.port, call.path) == ("api.openai.com", 443, "/v1/chat/completions")
    assert (call.client, call.sdk, call.site, call.tags) == ("httpx", "OpenAI/Python 3.54.0", site, {"feature": "x"})
    assert (call.request, call.timing, call.gaps) == (Asked(model="gpt-5-mini"), timing, ("a",))
    assert (call.response_model, call.response_id, call.request_id) == ("gpt-5-mini-2025-08-07", "chatcmpl-1", "req_1")
    assert (call.service_tier, call.system_fingerprint, call.finish_reasons) == ("default", "fp_1", ("stop",))
    assert (call.streamed, call.outcome.kind, call.rate_limit, call.resend_count) == (False, OutcomeKind.OK, None, 0)
    assert call.usage is not None
    assert (call.usage.input, call.usage.output) == (2000, 100)


OPENAI_VERSION = ("openai-version", "2020-10-01")


@pytest.mark.parametrize(
    ("asked", "answered", "expected"),
    [
        pytest.param(request(), response(), "openai", id="OpenAI"),
        pytest.param(request("eu.api.openai.com"), response(), "openai", id="OpenAI in Europe"),
        pytest.param(
            request("acme.openai.azure.com", "/openai/deployments/mine/chat/completions"),
            response(),
            "azure.ai.openai",
            id="Azure",
        ),
        pytest.param(
            request("acme.services.ai.azure.com", "/models/chat/completions"),
            response(),
            "azure.ai.inference",
            id="Foundry",
        ),
        pytest.param(
            request("acme.services.ai.azure.com", "/openai/v1/chat/completions"),
            response(),
            "azure.ai.openai",
            id="Foundry, OpenAI's paths",
        ),
        pytest.param(request("localhost", port=11434), response(), "ollama", id="Ollama"),
        pytest.param(request("gateway.example"), response(), "openai_compatible", id="an unknown host"),
        pytest.param(request("gateway.example"), response(OPENAI_VERSION), "openai", id="OpenAI behind a gateway"),
        pytest.param(
            request("api.groq.com", "/openai/v1/chat/completions"),
            response(OPENAI_VERSION),
            "groq",
            id="a known host stays",
        ),
        pytest.param(
            request("api.openai.com.evil.example"),
            response(),
            "openai_compatible",
            id="a host that looks like OpenAI's",
        ),
        pytest.param(
            request("gateway.example", "/chat/completions"), response(OPENAI_VERSION), None, id="without /v1/"
        ),
        pytest.param(request(method="GET"), response(), None, id="a GET"),
        pytest.param(request(path="/v1/models"), response(), None, id="another path"),
    ],
)
def test_who_was_called(asked: Request, answered: Response, expected: str | None) -> None:
    """By host and path, else by the headers of the answer, and None for what is no call."""
    call = measure(exchange(asked, answered), BOOK)
    assert (call.provider if call else None) == expected


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        pytest.param(request("shop.example", "/v1/responses", body={"answers": [1]}), None, id="no model"),
        pytest.param(request("shop.example", "/v1/responses", body={"model": "x"}), "openai_compatible", id="a model"),
        pytest.param(
            msgspec.structs.replace(request("shop.example", "/v1/responses"), body=b""),
            "openai_compatible",
            id="a body that was not seen",
        ),
        pytest.param(
            request("shop.example", "/v1/moderations", body={"input": "x"}),
            "openai_compatible",
            id="a service with a default model",
        ),
        pytest.param(request(path="/v1/responses", body={"prompt": {"id": "p"}}), "openai", id="a host that is known"),
    ],
)
def test_a_path_of_an_unknown_host_may_be_ours_by_chance(asked: Request, expected: str | None) -> None:
    """A survey's responses are no call to a model."""
    call = measure(exchange(asked), BOOK)
    assert (call.provider if call else None) == expected


@pytest.mark.parametrize("ending", [Ending.FAILED, Ending.CANCELLED, Ending.CLOSED])
def test_a_request_that_was_not_sent_to_its_end_is_not_ours_by_chance(ending: Ending) -> None:
    """A model that stood in the rest of an upload is not missing."""
    assert measure(exchange(request("llm.internal", body={}), ending=ending), BOOK) is not None


@pytest.mark.parametrize(
    ("ending", "body", "expected"),
    [
        pytest.param(Ending.CLOSED, b'{"id": "chatcm', (OutcomeKind.CANCELLED, ()), id="closed in the midst"),
        pytest.param(Ending.COLLECTED, b"", (OutcomeKind.CANCELLED, ()), id="dropped before the body"),
        pytest.param(Ending.EXITED, b'{"id": 1', (OutcomeKind.CANCELLED, ()), id="exited in the midst"),
        pytest.param(Ending.CLOSED, None, (OutcomeKind.OK, ()), id="closed behind the end"),
        pytest.param(Ending.COMPLETE, b'{"id": "chatcm', (OutcomeKind.OK, (reading.UNREADABLE,)), id="read to its end"),
    ],
)
def test_a_body_that_was_left_is_no_gap(
    ending: Ending, body: bytes | None, expected: tuple[OutcomeKind, tuple[str, ...]]
) -> None:
    """Half a body says nothing about the provider when it was the application that went away."""
    call = measured(answered=response(body=body), ending=ending)
    assert (call.outcome.kind, call.gaps) == expected


def test_a_call_without_an_answer_is_known_by_its_host() -> None:
    """The headers of the answer are not there to tell more."""
    asked = request("gateway.example")
    match = recognise(Exchange(request=asked, timing=Timing(started_at=0)))
    assert match is not None
    assert match.provider.name == "openai_compatible"


@pytest.mark.parametrize(
    ("tier", "expected"),
    [("default", "0.000475"), (None, "0.000475"), ("flex", "0.0002375"), ("priority", "0.000855")],
)
def test_a_call_is_priced_at_the_tier_that_was_served(tier: str | None, expected: str) -> None:
    """gpt-5-mini: $0.25 a million tokens in, $0.025 from cache, $2 out; half of it for flex, 1.8 times for priority."""
    call = measured(request(body=ASKED | {"service_tier": "auto"}), response(body=CHAT | {"service_tier": tier}))
    assert (call.cost.usd, call.cost.status) == (Decimal(expected), CostStatus.PRICED)


@pytest.mark.parametrize(
    ("asked", "said", "expected"),
    [
        pytest.param(request(), {}, ("openai", "gpt-5-mini-2025-08-07", "default"), id="the model that answered"),
        pytest.param(
            request(), {"model": None}, ("openai", "gpt-5-mini", "default"), id="the model that was asked for"
        ),
        pytest.param(request(), {"model": ""}, ("openai", "gpt-5-mini", "default"), id="an empty model"),
        pytest.param(
            request("a.openai.azure.com", "/openai/deployments/mine/chat/completions", body={"messages": []}),
            {"model": None, "service_tier": None},
            ("azure", "mine", None),
            id="the deployment",
        ),
        pytest.param(
            request("a.openai.azure.com", "/openai/deployments/mine/chat/completions", body={"messages": []}),
            {},
            ("azure", "gpt-5-mini-2025-08-07", "default"),
            id="the model behind a deployment",
        ),
        pytest.param(
            request("api.groq.com", "/openai/v1/chat/completions"),
            {},
            ("groq", "gpt-5-mini-2025-08-07", "default"),
            id="another provider's own prices",
        ),
    ],
)
def test_what_the_book_is_asked(asked: Request, said: dict[str, Any], expected: tuple[str, str, str | None]) -> None:
    """The provider's price file, the best name of the model, the tier that was served, the time and the request."""
    book = Asking()
    call = measure(exchange(asked, response(body=CHAT | said)), book)
    assert call is not None
    [question] = book.asked
    assert (question.provider, question.model, question.tier) == expected
    assert (question.at, question.asked, question.usage) == (NOVEMBER, call.request, call.usage)


def test_what_an_unknown_host_charges_is_not_known() -> None:
    """OpenAI's model at somebody else's host has no price."""
    call = measured(request("gateway.example"))
    assert (call.cost.usd, call.cost.status) == (None, CostStatus.UNPRICED)


def test_without_a_book_nothing_is_priced() -> None:
    """The call is measured all the same, and says why it has no price."""
    call = measure(exchange(), None)
    assert call is not None
    assert (call.cost.usd, call.cost.status, bool(call.cost.why)) == (None, CostStatus.UNPRICED, True)
    assert call.usage is not None


def test_a_call_without_usage_costs_nothing_that_is_known() -> None:
    """No usage is not a usage of zero."""
    call = measured(answered=response(body=CHAT | {"usage": None}))
    assert (call.usage, call.cost.usd, call.cost.status) == (None, None, CostStatus.NO_USAGE)


@pytest.mark.parametrize(
    ("body", "gaps"),
    [
        pytest.param(b"not json", (reading.UNREADABLE,), id="no JSON"),
        pytest.param(b'{"usage": ', (reading.UNREADABLE,), id="cut"),
        pytest.param(b'data: {"choices": 3}\n\ndata: [DONE]\n\n', (reading.UNREADABLE_EVENT,), id="an unknown event"),
    ],
)
def test_what_could_not_be_read_is_a_gap(body: bytes, gaps: tuple[str, ...]) -> None:
    """Gaps of the exchange come first, those of the answer behind."""
    assert measured(answered=response(body=body), gaps=("seen before",)).gaps == ("seen before", *gaps)


LIMITS = [
    ("x-ratelimit-limit-requests", "10000"),
    ("X-RateLimit-Remaining-Requests", "9999"),
    ("x-ratelimit-reset-requests", "6ms"),
    ("x-ratelimit-limit-tokens", "2000000"),
    ("x-ratelimit-remaining-tokens", "1999990"),
    ("x-ratelimit-reset-tokens", "1m30s"),
]


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        pytest.param(
            LIMITS,
            RateLimit(
                limit_requests=10_000,
                remaining_requests=9_999,
                reset_requests=0.006,
                limit_tokens=2_000_000,
                remaining_tokens=1_999_990,
                reset_tokens=90.0,
            ),
            id="OpenAI's six",
        ),
        pytest.param(LIMITS[3:4], RateLimit(limit_tokens=2_000_000), id="one of them"),
        pytest.param([("retry-after", "20")], RateLimit(retry_after=20.0), id="seconds to wait"),
        pytest.param([("retry-after-ms", "1500")], RateLimit(retry_after=1.5), id="milliseconds to wait"),
        pytest.param(
            [("retry-after-ms", "1500"), ("retry-after", "2")], RateLimit(retry_after=1.5), id="the finer one"
        ),
        pytest.param([("retry-after-ms", "0"), ("retry-after", "2")], RateLimit(retry_after=2.0), id="Azure's zero"),
        pytest.param([("retry-after-ms", "0")], RateLimit(retry_after=0.0), id="a zero alone"),
        pytest.param([("retry-after", "Wed, 21 Oct 2026 07:28:00 GMT")], None, id="a date"),
        pytest.param([("x-ratelimit-limit-requests", "many")], None, id="words"),
        pytest.param([("x-ratelimit-limit", "3")], None, id="another header"),
        pytest.param([], None, id="none"),
    ],
)
def test_the_rate_limit_is_read_from_the_headers(headers: list[tuple[str, str]], expected: RateLimit | None) -> None:
    """What is not said is None, and where nothing is said there is no rate limit."""
    assert measured(answered=response(*headers)).rate_limit == expected


@pytest.mark.parametrize(
    ("asked", "headers", "expected"),
    [
        (request(), [("x-request-id", "r1")], "r1"),
        (request(), [("X-Request-Id", "r1"), ("x-request-id", "r2")], "r1"),
        (request(), [("apim-request-id", "r1")], None),
        (request(), [("x-request-id", "")], None),
        (request("a.openai.azure.com", "/openai/v1/chat/completions"), [("x-request-id", "r2")], "r2"),
        (
            request("a.openai.azure.com", "/openai/v1/chat/completions"),
            [("x-request-id", "r2"), ("apim-request-id", "r1")],
            "r1",
        ),
    ],
    ids=["OpenAI's", "the first of two", "another provider's", "an empty one", "Azure's second", "Azure's first"],
)
def test_the_request_id_is_the_provider_s_own(
    asked: Request, headers: list[tuple[str, str]], expected: str | None
) -> None:
    """A provider may have several names for it, the best one first."""
    assert measured(asked, response(*headers)).request_id == expected


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ([("x-stainless-retry-count", "2")], 2),
        ([("X-Stainless-Retry-Count", "0")], 0),
        ([("x-stainless-retry-count", "x")], 0),
        ([], 0),
    ],
)
def test_the_sdk_says_how_often_a_request_was_sent_before(headers: list[tuple[str, str]], expected: int) -> None:
    """Who does not say so has sent it once."""
    assert measured(request("api.openai.com", "/v1/chat/completions", *headers)).resend_count == expected


@pytest.mark.parametrize(
    ("asked", "seen", "expected"),
    [(False, False, False), (True, False, True), (False, True, True)],
    ids=["neither", "asked for", "seen"],
)
def test_a_call_is_streamed_when_it_was_asked_for_or_seen(asked: bool, seen: bool, expected: bool) -> None:
    """A refused stream was a stream as well."""
    assert measured(request(body=ASKED | {"stream": asked}), streamed=seen).streamed is expected


def test_a_refused_call_has_its_error_and_no_cost() -> None:
    """What the provider said is classified, and nothing was used."""
    body = {"error": {"message": "Rate limit reached", "type": "tokens", "param": None, "code": "rate_limit_exceeded"}}
    call = measured(answered=response(("retry-after", "1"), status=429, body=body))
    assert (call.outcome.kind, call.outcome.error_type) == (OutcomeKind.RATE_LIMITED, "rate_limit_exceeded")
    assert (call.usage, call.cost.usd, call.cost.status) == (None, None, CostStatus.NO_USAGE)
    assert call.rate_limit == RateLimit(retry_after=1.0)
    assert call.model == "gpt-5-mini"


def test_a_call_that_found_no_server_is_a_call() -> None:
    """Nothing came back, and that is what there is to tell."""
    timing = Timing(started_at=NOVEMBER)
    failed = Exchange(request=request(), timing=timing, ending=Ending.FAILED, error="ConnectError")
    call = measure(failed, BOOK)
    assert call is not None
    assert (call.outcome.kind, call.outcome.error_type) == (OutcomeKind.CONNECTION, "ConnectError")
    assert (call.response_model, call.usage, call.rate_limit, call.gaps) == (None, None, None, ())


@pytest.mark.parametrize(
    ("answered", "asked", "expected"),
    [("a", "b", "a"), (None, "b", "b"), ("", "b", "b"), (None, None, "unknown")],
)
def test_a_call_is_named_by_the_model_that_answered(answered: str | None, asked: str | None, expected: str) -> None:
    """Else by the one that was asked for, else it is unknown."""
    assert measured(request(body={"model": asked}), response(body=CHAT | {"model": answered})).model == expected


PATHS = st.sampled_from([f"/v1/{route}" for route in ROUTES]) | st.text(max_size=20)
HOSTS = st.sampled_from(["api.openai.com", "a.openai.azure.com", "x.example"]) | st.text(max_size=10)
LIMIT_NAMES = [name for name, _ in LIMITS] + [
    "retry-after",
    "retry-after-ms",
    "x-stainless-retry-count",
    "content-type",
]
TEXTS = st.text(max_size=10) | st.sampled_from(["9" * 5000, "1e9", "-1", "text/event-stream", "9" * 400 + "d"])
HEADERS = st.builds(
    lambda known, raw: Headers((*Headers.of(known).raw, *raw)),
    st.lists(st.tuples(st.sampled_from(LIMIT_NAMES), TEXTS), max_size=3),
    st.lists(st.tuples(st.binary(max_size=8), st.binary(max_size=8)), max_size=3),
)
LEAVES = st.none() | st.integers() | st.text(max_size=5) | st.floats(allow_nan=False, allow_infinity=False)
FIELDS = st.sampled_from(
    ["model", "usage", "prompt_tokens", "completion_tokens", "error", "code", "n", "duration", "size"]
)
VALUES = st.recursive(LEAVES, lambda inner: st.dictionaries(FIELDS, inner, max_size=4), max_leaves=8)
BODIES = st.binary(max_size=60) | st.dictionaries(FIELDS, VALUES).map(lambda value: json.dumps(value).encode())
EXCHANGES = st.builds(
    Exchange,
    request=st.builds(
        Request,
        method=st.just("POST") | st.text(max_size=5),
        host=HOSTS,
        port=st.integers(0, 70_000),
        path=PATHS,
        headers=HEADERS,
        body=BODIES,
    ),
    response=st.none() | st.builds(Response, status=st.integers(0, 999), headers=HEADERS, body=BODIES),
    timing=st.builds(Timing, started_at=st.integers(0, 4 * 10**18)),
    ending=st.sampled_from(list(Ending)),
    error=st.none() | st.text(max_size=12),
)


@given(EXCHANGES)
@example(exchange(answered=response(status=400, body=b'{"error": ' + b"[" * 100_000)))
@example(exchange(answered=response(status=400, body={"error": {"code": "9" * 5000}})))
@example(exchange(answered=response(status=400, body=b'{"error": "\xff"}')))
@example(exchange(answered=response(body={"model": "gpt-4o", "usage": {"prompt_tokens": 10**40}})))
@example(
    exchange(
        request(path="/v1/audio/transcriptions", body={"model": "whisper-1"}),
        response(body=b'{"usage": {"type": "duration", "seconds": "NaN"}}'),
    )
)
def test_any_exchange_is_measured_or_none(made: Exchange) -> None:
    """No bytes make an exception, an amount is never made up, and every call can be kept in the ledger."""
    call = measure(made, BOOK)
    if call is not None:
        assert (call.cost.usd is None) == (call.cost.status in {CostStatus.UNPRICED, CostStatus.NO_USAGE})
        assert call.usage is None or isinstance(call.usage, Usage)
        assert msgspec.json.decode(msgspec.json.encode(call))["provider"] == call.provider
