"""From status, provider code and ending to an outcome."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from keeptabs.core.classify import CODES, FINISHES, STATUSES, classify
from keeptabs.core.dialect import Answered
from keeptabs.core.exchange import Ending, Exchange, Request, Response, Timing
from keeptabs.core.outcome import Outcome, OutcomeKind, ProviderError

K = OutcomeKind


def exchange(status: int | None, ending: Ending = Ending.COMPLETE, error: str | None = None) -> Exchange:
    """An exchange that ended so."""
    return Exchange(
        request=Request(method="POST", host="api.openai.com", path="/v1/chat/completions"),
        response=None if status is None else Response(status=status),
        timing=Timing(started_at=0),
        ending=ending,
        error=error,
    )


def refused(status: int, code: str | None = None, kind: str | None = None) -> Outcome:
    """The outcome of an answer of ``status`` that carries this error."""
    return classify(exchange(status), Answered(error=ProviderError(code=code, type=kind, message="no")))


# status, code, type, kind: as OpenAI, Azure, Groq, OpenRouter and others word them
REFUSALS = [
    pytest.param(429, "rate_limit_exceeded", "tokens", K.RATE_LIMITED, id="OpenAI: tokens a minute"),
    pytest.param(429, "rate_limit_exceeded", "requests", K.RATE_LIMITED, id="OpenAI: requests a minute"),
    pytest.param(429, "insufficient_quota", "insufficient_quota", K.QUOTA_EXHAUSTED, id="OpenAI: no quota left"),
    pytest.param(429, "429", None, K.RATE_LIMITED, id="Azure: the status as the code"),
    pytest.param(429, None, None, K.RATE_LIMITED, id="a bare 429"),
    pytest.param(400, "billing_hard_limit_reached", "invalid_request_error", K.QUOTA_EXHAUSTED, id="images: budget"),
    pytest.param(402, None, "unknown_error", K.QUOTA_EXHAUSTED, id="DeepSeek: no balance"),
    pytest.param(400, "content_policy_violation", "invalid_request_error", K.CONTENT_POLICY, id="images: policy"),
    pytest.param(400, "moderation_blocked", "image_generation_user_error", K.CONTENT_POLICY, id="gpt-image: blocked"),
    pytest.param(400, "content_filter", None, K.CONTENT_POLICY, id="Azure: filter"),
    pytest.param(400, "ResponsibleAIPolicyViolation", None, K.CONTENT_POLICY, id="Azure: inner code, in its case"),
    pytest.param(401, "invalid_api_key", "invalid_request_error", K.AUTH, id="OpenAI: wrong key"),
    pytest.param(401, None, None, K.AUTH, id="a bare 401"),
    pytest.param(401, "401", None, K.AUTH, id="Azure: wrong key"),
    pytest.param(403, "unsupported_country_region_territory", "request_forbidden", K.PERMISSION, id="OpenAI: country"),
    pytest.param(403, None, "insufficient_permissions", K.PERMISSION, id="a 403 of unknown words"),
    pytest.param(404, "model_not_found", "invalid_request_error", K.NOT_FOUND, id="OpenAI: no such model"),
    pytest.param(403, "model_not_found", "invalid_request_error", K.NOT_FOUND, id="OpenAI: model not in the project"),
    pytest.param(404, "DeploymentNotFound", None, K.NOT_FOUND, id="Azure: no such deployment"),
    pytest.param(404, None, "invalid_request_error", K.NOT_FOUND, id="a 404 with the word that says least"),
    pytest.param(400, "context_length_exceeded", "invalid_request_error", K.CONTEXT_LENGTH, id="OpenAI: too long"),
    pytest.param(400, "string_above_max_length", "invalid_request_error", K.CONTEXT_LENGTH, id="OpenAI: long field"),
    pytest.param(413, None, None, K.CONTEXT_LENGTH, id="a 413"),
    pytest.param(400, None, "invalid_request_error", K.BAD_REQUEST, id="OpenAI: a wrong field"),
    pytest.param(400, "unknown_parameter", "invalid_request_error", K.BAD_REQUEST, id="OpenAI: an unknown field"),
    pytest.param(422, None, None, K.BAD_REQUEST, id="Mistral, vLLM: unprocessable"),
    pytest.param(400, None, None, K.BAD_REQUEST, id="a bare 400"),
    pytest.param(418, None, None, K.BAD_REQUEST, id="any other 4xx"),
    pytest.param(503, None, None, K.OVERLOADED, id="a 503"),
    pytest.param(503, None, "server_error", K.OVERLOADED, id="OpenAI: overloaded, in the word for any fault"),
    pytest.param(400, None, "server_error", K.BAD_REQUEST, id="a fault of theirs that is ours by status"),
    pytest.param(600, None, None, K.SERVER_ERROR, id="a status that is none"),
    pytest.param(529, "overloaded_error", None, K.OVERLOADED, id="a 529"),
    pytest.param(503, "slow_down", None, K.OVERLOADED, id="OpenAI: slow down"),
    pytest.param(500, None, "server_error", K.SERVER_ERROR, id="OpenAI: its fault"),
    pytest.param(502, None, None, K.SERVER_ERROR, id="a 502 of a gateway"),
    pytest.param(500, None, None, K.SERVER_ERROR, id="a bare 500"),
    pytest.param(408, None, None, K.TIMEOUT, id="a 408"),
    pytest.param(504, None, None, K.TIMEOUT, id="a 504"),
    pytest.param(200, "server_error", None, K.SERVER_ERROR, id="in a stream: its fault"),
    pytest.param(200, "429", None, K.RATE_LIMITED, id="in a stream: OpenRouter's status as the code"),
    pytest.param(200, "502", None, K.SERVER_ERROR, id="in a stream: a gateway's status as the code"),
    pytest.param(200, None, "invalid_request_error", K.BAD_REQUEST, id="in a stream: the word that says least"),
    pytest.param(200, "who_knows", "or_what", K.SERVER_ERROR, id="in a stream: unknown words"),
    pytest.param(200, "42", None, K.SERVER_ERROR, id="in a stream: a number that is no status"),
]


@pytest.mark.parametrize(("status", "code", "kind", "expected"), REFUSALS)
def test_a_refusal_is_known_by_the_words_of_the_provider_and_else_by_status(
    status: int, code: str | None, kind: str | None, expected: OutcomeKind
) -> None:
    """The most telling word wins over the status, and the status over the word that says least."""
    found = refused(status, code, kind)
    assert (found.kind, found.status, found.code, found.type) == (expected, status, code, kind)


ENDINGS = [
    pytest.param(200, Ending.COMPLETE, None, True, (K.OK, None), id="done"),
    pytest.param(200, Ending.CLOSED, None, True, (K.OK, None), id="closed behind the last event"),
    pytest.param(200, Ending.COLLECTED, None, True, (K.OK, None), id="dropped behind the last event"),
    pytest.param(200, Ending.EXITED, None, True, (K.OK, None), id="exited behind the last event"),
    pytest.param(200, Ending.COMPLETE, None, False, (K.TRUNCATED, "truncated"), id="no end in a complete stream"),
    pytest.param(200, Ending.CLOSED, None, False, (K.CANCELLED, None), id="closed early"),
    pytest.param(200, Ending.COLLECTED, None, False, (K.CANCELLED, None), id="dropped early"),
    pytest.param(200, Ending.EXITED, None, False, (K.CANCELLED, None), id="exited early"),
    pytest.param(200, Ending.FAILED, "ReadError", False, (K.TRUNCATED, "ReadError"), id="broken in the body"),
    pytest.param(200, Ending.FAILED, "ReadTimeout", False, (K.TIMEOUT, "ReadTimeout"), id="timeout in the body"),
    pytest.param(None, Ending.FAILED, "ConnectTimeout", True, (K.TIMEOUT, "ConnectTimeout"), id="timeout before"),
    pytest.param(None, Ending.FAILED, "TimeoutError", True, (K.TIMEOUT, "TimeoutError"), id="Python's own timeout"),
    pytest.param(None, Ending.FAILED, "ConnectError", True, (K.CONNECTION, "ConnectError"), id="no connection"),
    pytest.param(None, Ending.FAILED, None, True, (K.CONNECTION, "error"), id="a failure without a name"),
    pytest.param(
        None, Ending.CANCELLED, "CancelledError", True, (K.CANCELLED, "CancelledError"), id="cancelled before"
    ),
    pytest.param(
        200, Ending.CANCELLED, "CancelledError", False, (K.CANCELLED, "CancelledError"), id="cancelled in the body"
    ),
    pytest.param(
        200, Ending.CANCELLED, "GeneratorTimeout", False, (K.CANCELLED, "GeneratorTimeout"), id="cancelled by a clock"
    ),
]


@pytest.mark.parametrize(("status", "ending", "error", "complete", "expected"), ENDINGS)
def test_without_a_refusal_the_ending_tells(
    status: int | None, ending: Ending, error: str | None, complete: bool, expected: tuple[OutcomeKind, str | None]
) -> None:
    """A stream that the application left early is cancelled, one that broke off is truncated."""
    found = classify(exchange(status, ending, error), Answered(complete=complete))
    assert (found.kind, found.error_type, found.status) == (*expected, status)


@pytest.mark.parametrize("ending", [Ending.CLOSED, Ending.COLLECTED, Ending.EXITED, Ending.CANCELLED])
def test_a_call_without_an_answer_is_not_ok(ending: Ending) -> None:
    """A process that exits while it waits has not had a successful call."""
    assert classify(exchange(None, ending), Answered()).kind is K.CANCELLED


def test_a_refusal_counts_although_the_client_raised() -> None:
    """What the provider said is worth more than the exception that the client made of it."""
    answered = Answered(error=ProviderError(code="rate_limit_exceeded"))
    assert classify(exchange(429, Ending.FAILED, "HTTPStatusError"), answered).kind is K.RATE_LIMITED


@pytest.mark.parametrize(
    ("status", "code", "kind", "expected"),
    [
        (429, "rate_limit_exceeded", "tokens", "rate_limit_exceeded"),
        (400, None, "invalid_request_error", "400"),
        (502, None, None, "502"),
        (200, None, "server_error", "server_error"),
        (200, None, None, "error"),
    ],
)
def test_the_error_type_is_the_code_then_the_status_then_the_type(
    status: int, code: str | None, kind: str | None, expected: str
) -> None:
    """OpenTelemetry's attribute always has a value where something failed."""
    assert refused(status, code, kind).error_type == expected


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (502, Outcome(kind=K.SERVER_ERROR, status=502, error_type="502")),
        (400, Outcome(kind=K.BAD_REQUEST, status=400, error_type="400")),
        (399, Outcome(kind=K.OK, status=399)),
    ],
)
def test_an_error_without_a_readable_body_is_known_by_its_status(status: int, expected: Outcome) -> None:
    """A gateway's HTML page is still a bad gateway."""
    assert classify(exchange(status), Answered()) == expected


def test_only_a_fingerprint_of_a_message_is_kept() -> None:
    """Two messages that differ in their ids have one fingerprint, and no message has none."""
    outcomes = [
        classify(exchange(429), Answered(error=ProviderError(message=message)))
        for message in ("wait 2s, org-1", "wait 9s, org-2", None)
    ]
    assert outcomes[0].message_fingerprint == outcomes[1].message_fingerprint
    assert outcomes[0].message_fingerprint is not None
    assert outcomes[2].message_fingerprint is None


def test_every_kind_of_outcome_is_reached() -> None:
    """No kind stands in the table of outcomes for nothing."""
    reached = {case.values[3] for case in REFUSALS} | {case.values[4][0] for case in ENDINGS} | {*FINISHES.values()}
    assert reached == set(OutcomeKind)


@pytest.mark.parametrize(
    ("reasons", "expected"),
    [
        (("stop",), OutcomeKind.OK),
        ((), OutcomeKind.OK),
        (("length",), OutcomeKind.LENGTH),
        (("MAX_TOKENS",), OutcomeKind.LENGTH),
        (("stop", "length"), OutcomeKind.LENGTH),
        (("SAFETY",), OutcomeKind.CONTENT_POLICY),
        (("content_filter",), OutcomeKind.CONTENT_POLICY),
        (("refusal",), OutcomeKind.REFUSAL),
        (("lengthy",), OutcomeKind.OK),
    ],
)
def test_a_model_that_stopped_short_or_declined_is_no_failure(reasons: tuple[str, ...], expected: OutcomeKind) -> None:
    """The answer is there and billed: it has a kind of its own and no error type."""
    outcome = classify(exchange(200), Answered(finish_reasons=reasons))
    assert (outcome.kind, outcome.error_type) == (expected, None)


def test_the_tables_hold_lower_case_codes_and_failed_statuses() -> None:
    """A code in capitals could never be found."""
    assert all(code == code.lower() for code in (*CODES, *FINISHES))
    assert all(400 <= status < 600 for status in STATUSES)


ENDED = st.builds(
    exchange, st.none() | st.integers(-1, 1000), st.sampled_from(list(Ending)), st.none() | st.text(max_size=20)
)
WORDS = st.none() | st.text(max_size=20) | st.sampled_from(sorted(CODES))
SAID = st.builds(
    Answered, error=st.none() | st.builds(ProviderError, code=WORDS, type=WORDS, message=WORDS), complete=st.booleans()
)


@given(ENDED, SAID)
@example(exchange(200), Answered(error=ProviderError(code="9" * 5000)))
@example(exchange(200), Answered(error=ProviderError(type="\u00b2")))
def test_any_words_make_an_outcome(ended: Exchange, answered: Answered) -> None:
    """No status, code, type or exception name makes an exception, and a refusal is never OK."""
    found = classify(ended, answered)
    failed = answered.error is not None or (ended.response is not None and ended.response.status >= 400)
    assert not failed or found.kind is not K.OK
    assert found.kind is K.OK or found.error_type or found.kind is K.CANCELLED


@pytest.mark.parametrize(
    ("message", "code", "expected"),
    [
        ("This model's maximum context length is 65536 tokens.", None, OutcomeKind.CONTEXT_LENGTH),
        ("input length exceeds: exceeded max context length by 3 tokens", None, OutcomeKind.CONTEXT_LENGTH),
        ("prompt is too long: 1 tokens > 0", "invalid_request_error", OutcomeKind.CONTEXT_LENGTH),
        ("Your request exceeded model token limit: 8192", None, OutcomeKind.CONTEXT_LENGTH),
        ("the context is too short", None, OutcomeKind.BAD_REQUEST),
        ("maximum context length", "model_not_found", OutcomeKind.NOT_FOUND),
        ("x" * 600 + "maximum context length", None, OutcomeKind.BAD_REQUEST),
        (None, None, OutcomeKind.BAD_REQUEST),
    ],
)
def test_a_prompt_that_is_too_long_is_told_in_words_by_some(
    message: str | None, code: str | None, expected: OutcomeKind
) -> None:
    """Where no code says more, the beginning of the message does."""
    assert classify(exchange(400), Answered(error=ProviderError(code=code, message=message))).kind is expected
