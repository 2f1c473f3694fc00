from typing import Any

import pytest
from otlp_spans import span

from keeptabs.core.outcome import OutcomeKind
from keeptabs.otlp.names.gen_ai import NAMING
from keeptabs.otlp.outcome import finishes_of, outcome_of

K = OutcomeKind


@pytest.mark.parametrize(
    ("said", "kind", "error"),
    [
        ({}, K.OK, None),
        ({"status": "ok"}, K.OK, None),
        ({"attributes": {"http.response.status_code": 200}}, K.OK, None),
        ({"status": "error"}, K.SERVER_ERROR, "error"),
        ({"status": "error", "raised": "openai.RateLimitError"}, K.RATE_LIMITED, "RateLimitError"),
        ({"attributes": {"error.type": "rate_limit_exceeded"}}, K.RATE_LIMITED, "rate_limit_exceeded"),
        (
            {"attributes": {"error.type": "insufficient_quota"}, "status": "error"},
            K.QUOTA_EXHAUSTED,
            "insufficient_quota",
        ),
        ({"attributes": {"error.type": "429"}}, K.RATE_LIMITED, "429"),
        ({"attributes": {"http.response.status_code": 404}}, K.NOT_FOUND, "404"),
        ({"attributes": {"http.response.status_code": 418}}, K.BAD_REQUEST, "418"),
        ({"attributes": {"error.type": "APITimeoutError"}}, K.TIMEOUT, "APITimeoutError"),
        ({"attributes": {"error.type": "openai.APIConnectionError"}}, K.CONNECTION, "APIConnectionError"),
        ({"attributes": {"error.type": "asyncio.CancelledError"}}, K.CANCELLED, "CancelledError"),
        ({"attributes": {"error.type": "InternalServerError"}}, K.SERVER_ERROR, "InternalServerError"),
        ({"attributes": {"error.type": "_OTHER"}}, K.SERVER_ERROR, "_OTHER"),
    ],
    ids=str,
)
def test_a_failure_is_known_by_what_a_span_says(said: dict[str, Any], kind: OutcomeKind, error: str | None) -> None:
    """By a provider's word, an exception's class, or the status."""
    found = outcome_of(span(**said), ())
    assert (found.kind, found.error_type) == (kind, error)


@pytest.mark.parametrize(
    ("said", "reasons", "kind"),
    [
        (["length"], ("length",), K.LENGTH),
        ("max_tokens", ("max_tokens",), K.LENGTH),
        (["stop", "content_filter"], ("stop", "content_filter"), K.CONTENT_POLICY),
        (["stop"], ("stop",), K.OK),
        ([5], (), K.OK),
        (7, (), K.OK),
        ([], (), K.OK),
    ],
    ids=str,
)
def test_why_a_model_stopped_is_told_one_way_or_the_other(
    said: object, reasons: tuple[str, ...], kind: OutcomeKind
) -> None:
    """As a list or as one word; an answer that was cut short is no failure."""
    one = span({"gen_ai.response.finish_reasons": said})
    assert finishes_of(one, NAMING) == reasons
    found = outcome_of(one, finishes_of(one, NAMING))
    assert (found.kind, found.error_type) == (kind, None)
