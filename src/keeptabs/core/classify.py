"""From status, provider code and ending to an outcome. The codes are data; the first rule that knows wins."""

import re
from collections.abc import Mapping

from keeptabs.core.dialect import Answered
from keeptabs.core.exchange import Ending, Exchange
from keeptabs.core.outcome import Outcome, OutcomeKind, ProviderError, message_fingerprint

# Codes and types as providers word them, in lower case.
# Sources: developers.openai.com/api/docs/guides/error-codes, learn.microsoft.com/azure/ai-foundry/openai (content
# filtering), console.groq.com/docs/errors, openrouter.ai/docs/api-reference/errors; checked 2026-11-24.
CODES: Mapping[str, OutcomeKind] = {
    "rate_limit_exceeded": OutcomeKind.RATE_LIMITED,
    "rate_limit_error": OutcomeKind.RATE_LIMITED,
    "too_many_requests": OutcomeKind.RATE_LIMITED,
    "insufficient_quota": OutcomeKind.QUOTA_EXHAUSTED,
    "billing_hard_limit_reached": OutcomeKind.QUOTA_EXHAUSTED,
    "billing_not_active": OutcomeKind.QUOTA_EXHAUSTED,
    "insufficient_balance": OutcomeKind.QUOTA_EXHAUSTED,
    "content_policy_violation": OutcomeKind.CONTENT_POLICY,
    "content_filter": OutcomeKind.CONTENT_POLICY,
    "responsibleaipolicyviolation": OutcomeKind.CONTENT_POLICY,
    "moderation_blocked": OutcomeKind.CONTENT_POLICY,
    "invalid_api_key": OutcomeKind.AUTH,
    "authentication_error": OutcomeKind.AUTH,
    "permission_error": OutcomeKind.PERMISSION,
    "unsupported_country_region_territory": OutcomeKind.PERMISSION,
    "model_not_found": OutcomeKind.NOT_FOUND,
    "not_found_error": OutcomeKind.NOT_FOUND,
    "deploymentnotfound": OutcomeKind.NOT_FOUND,
    "context_length_exceeded": OutcomeKind.CONTEXT_LENGTH,
    "string_above_max_length": OutcomeKind.CONTEXT_LENGTH,
    "too_many_prompt_tokens": OutcomeKind.CONTEXT_LENGTH,
    "overloaded_error": OutcomeKind.OVERLOADED,
    "slow_down": OutcomeKind.OVERLOADED,
    "server_error": OutcomeKind.SERVER_ERROR,
    "internal_error": OutcomeKind.SERVER_ERROR,
    "server_had_an_error": OutcomeKind.SERVER_ERROR,
    "invalid_request_error": OutcomeKind.BAD_REQUEST,
}

STATUSES: Mapping[int, OutcomeKind] = {
    401: OutcomeKind.AUTH,
    402: OutcomeKind.QUOTA_EXHAUSTED,
    403: OutcomeKind.PERMISSION,
    404: OutcomeKind.NOT_FOUND,
    408: OutcomeKind.TIMEOUT,
    413: OutcomeKind.CONTEXT_LENGTH,
    429: OutcomeKind.RATE_LIMITED,
    503: OutcomeKind.OVERLOADED,
    504: OutcomeKind.TIMEOUT,
    529: OutcomeKind.OVERLOADED,
}


# Why a model stopped, as providers word it, in lower case, where it is not that it was done.
# Sources: openai-python 3.54.0 and anthropic-sdk-python 2.12.0 types, google-genai 3.4.0 types.FinishReason, cohere
# 7.3.1, docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html; checked 2026-11-24.
FINISHES: Mapping[str, OutcomeKind] = {
    "length": OutcomeKind.LENGTH,
    "max_tokens": OutcomeKind.LENGTH,
    "max_output_tokens": OutcomeKind.LENGTH,
    "model_length": OutcomeKind.LENGTH,
    "model_context_window_exceeded": OutcomeKind.LENGTH,
    "error_limit": OutcomeKind.LENGTH,
    "content_filter": OutcomeKind.CONTENT_POLICY,
    "content_filtered": OutcomeKind.CONTENT_POLICY,
    "guardrail_intervened": OutcomeKind.CONTENT_POLICY,
    "safety": OutcomeKind.CONTENT_POLICY,
    "image_safety": OutcomeKind.CONTENT_POLICY,
    "image_prohibited_content": OutcomeKind.CONTENT_POLICY,
    "recitation": OutcomeKind.CONTENT_POLICY,
    "blocklist": OutcomeKind.CONTENT_POLICY,
    "prohibited_content": OutcomeKind.CONTENT_POLICY,
    "spii": OutcomeKind.CONTENT_POLICY,
    "error_toxic": OutcomeKind.CONTENT_POLICY,
    "refusal": OutcomeKind.REFUSAL,
}

_VAGUE = (OutcomeKind.BAD_REQUEST, OutcomeKind.SERVER_ERROR)
_STATUS = re.compile(r"[45][0-9]{2}")


def classify(exchange: Exchange, answered: Answered) -> Outcome:
    """How the exchange ended. ``error_type`` is the provider's code, else the status, else the exception's class."""
    status = exchange.response.status if exchange.response else None
    error = answered.error
    if error is not None or (status is not None and status >= 400):
        return _refused(status, error or ProviderError())
    if exchange.ending in (Ending.FAILED, Ending.CANCELLED):
        return _broken(exchange, status)
    if exchange.was_left and not (answered.complete and exchange.response):
        return Outcome(kind=OutcomeKind.CANCELLED, status=status)
    if not answered.complete:
        return Outcome(kind=OutcomeKind.TRUNCATED, status=status, error_type="truncated")
    stopped = (FINISHES.get(reason.lower()) for reason in answered.finish_reasons)
    return Outcome(kind=next(filter(None, stopped), OutcomeKind.OK), status=status)


def _refused(status: int | None, error: ProviderError) -> Outcome:
    words = (error.code, error.type)
    return Outcome(
        kind=_kind(status, words),
        status=status,
        code=error.code,
        type=error.type,
        message_fingerprint=message_fingerprint(error.message) if error.message else None,
        error_type=error.code or (str(status) if status and status >= 400 else error.type or "error"),
    )


def _kind(status: int | None, words: tuple[str | None, ...]) -> OutcomeKind:
    """By the provider's words, else by status; the vague ones of them come last."""
    known = [CODES[word.lower()] for word in words if word and word.lower() in CODES]
    specific = next((kind for kind in known if kind not in _VAGUE), None)
    if specific is not None:
        return specific
    in_words = [int(word) for word in words if word and _STATUS.fullmatch(word)]  # some hosts put it in the code
    failed = [number for number in (status or 0, *in_words) if 400 <= number < 600]
    if failed:
        return STATUSES.get(failed[0]) or (OutcomeKind.SERVER_ERROR if failed[0] >= 500 else OutcomeKind.BAD_REQUEST)
    return known[0] if known else OutcomeKind.SERVER_ERROR


def _broken(exchange: Exchange, status: int | None) -> Outcome:
    name = exchange.error or "error"
    if exchange.ending is Ending.CANCELLED:
        kind = OutcomeKind.CANCELLED
    elif "timeout" in name.lower():
        kind = OutcomeKind.TIMEOUT
    elif status is not None:
        kind = OutcomeKind.TRUNCATED  # the answer had begun
    else:
        kind = OutcomeKind.CONNECTION
    return Outcome(kind=kind, status=status, error_type=name)
