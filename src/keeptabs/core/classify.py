"""From status, provider code and ending to an outcome. The codes are data; the first rule that knows wins."""

import re
from collections.abc import Mapping

from keeptabs.core.dialect import Answered
from keeptabs.core.exchange import Ending, Exchange
from keeptabs.core.outcome import Outcome, OutcomeKind, ProviderError, message_fingerprint

# Codes and types as providers word them, in lower case.
# Sources: developers.openai.com/api/docs/guides/error-codes, learn.microsoft.com/azure/ai-foundry/openai (content
# filtering), console.groq.com/docs/errors, openrouter.ai/docs/api-reference/errors, docs.z.ai/api-reference/api-code
# (the numbers), forum.moonshot.ai (engine_overloaded_error); checked 2026-11-24.
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
    "ratelimitreached": OutcomeKind.RATE_LIMITED,
    "engine_overloaded_error": OutcomeKind.OVERLOADED,
    "1113": OutcomeKind.QUOTA_EXHAUSTED,
    "1211": OutcomeKind.NOT_FOUND,
    "1261": OutcomeKind.CONTEXT_LENGTH,
    "1301": OutcomeKind.CONTENT_POLICY,
    "1302": OutcomeKind.RATE_LIMITED,
    "1303": OutcomeKind.RATE_LIMITED,
    "1304": OutcomeKind.QUOTA_EXHAUSTED,
    "1305": OutcomeKind.RATE_LIMITED,
    "1308": OutcomeKind.QUOTA_EXHAUSTED,
    "1310": OutcomeKind.QUOTA_EXHAUSTED,
    "1312": OutcomeKind.OVERLOADED,
    # AWS: botocore 1.44.5 "bedrock-runtime" and docs.aws.amazon.com/bedrock/latest/APIReference/CommonErrors.html
    "throttlingexception": OutcomeKind.RATE_LIMITED,
    "servicequotaexceededexception": OutcomeKind.QUOTA_EXHAUSTED,
    "unrecognizedclientexception": OutcomeKind.AUTH,
    "invalidsignatureexception": OutcomeKind.AUTH,
    "expiredtokenexception": OutcomeKind.AUTH,
    "missingauthenticationtokenexception": OutcomeKind.AUTH,
    "incompletesignatureexception": OutcomeKind.AUTH,
    "accessdeniedexception": OutcomeKind.PERMISSION,
    "resourcenotfoundexception": OutcomeKind.NOT_FOUND,
    "modelnotreadyexception": OutcomeKind.OVERLOADED,
    "serviceunavailableexception": OutcomeKind.OVERLOADED,
    "modeltimeoutexception": OutcomeKind.TIMEOUT,
    "modelerrorexception": OutcomeKind.SERVER_ERROR,
    "modelstreamerrorexception": OutcomeKind.SERVER_ERROR,
    "internalserverexception": OutcomeKind.SERVER_ERROR,
    "validationexception": OutcomeKind.BAD_REQUEST,
    # Cohere (recorded, and the finish reasons of cohere 7.3.1), watsonx.ai (recorded by others), Replicate's states,
    # text-generation-inference (huggingface_hub 2.4.0)
    "too_many_tokens": OutcomeKind.CONTEXT_LENGTH,
    "timeout": OutcomeKind.TIMEOUT,
    "token_quota_reached": OutcomeKind.QUOTA_EXHAUSTED,
    "canceled": OutcomeKind.CANCELLED,
    "overloaded": OutcomeKind.OVERLOADED,
    # Close codes of a websocket (RFC 6455 §7.4.1 and IANA's registry of them; checked 2026-11-24).
    "1007": OutcomeKind.BAD_REQUEST,
    "1008": OutcomeKind.BAD_REQUEST,
    "1011": OutcomeKind.SERVER_ERROR,
    "1012": OutcomeKind.OVERLOADED,
    "1013": OutcomeKind.OVERLOADED,
    "3000": OutcomeKind.AUTH,
    "3003": OutcomeKind.PERMISSION,
    "3008": OutcomeKind.TIMEOUT,
    # Anthropic: anthropic-sdk-python 2.12.0 types/shared/error_type.py, and how a request of a batch ends
    "billing_error": OutcomeKind.QUOTA_EXHAUSTED,
    "timeout_error": OutcomeKind.TIMEOUT,
    "api_error": OutcomeKind.SERVER_ERROR,
    "expired": OutcomeKind.TIMEOUT,
    # Google: the status words of google.aip.dev/193, a reason of ErrorInfo (recorded), and where the Gemini API says
    # that a prompt or an image was withheld (google-genai 3.4.0)
    "unauthenticated": OutcomeKind.AUTH,
    "api_key_invalid": OutcomeKind.AUTH,
    "permission_denied": OutcomeKind.PERMISSION,
    "not_found": OutcomeKind.NOT_FOUND,
    "resource_exhausted": OutcomeKind.RATE_LIMITED,
    "unavailable": OutcomeKind.OVERLOADED,
    "deadline_exceeded": OutcomeKind.TIMEOUT,
    "internal": OutcomeKind.SERVER_ERROR,
    "invalid_argument": OutcomeKind.BAD_REQUEST,
    "failed_precondition": OutcomeKind.BAD_REQUEST,
    "promptfeedback": OutcomeKind.CONTENT_POLICY,
    "raifilteredreason": OutcomeKind.CONTENT_POLICY,
}

STATUSES: Mapping[int, OutcomeKind] = {
    401: OutcomeKind.AUTH,
    402: OutcomeKind.QUOTA_EXHAUSTED,
    403: OutcomeKind.PERMISSION,
    404: OutcomeKind.NOT_FOUND,
    408: OutcomeKind.TIMEOUT,
    413: OutcomeKind.CONTEXT_LENGTH,
    424: OutcomeKind.SERVER_ERROR,  # of Bedrock, where the model failed
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
    "model_armor": OutcomeKind.CONTENT_POLICY,
    "image_recitation": OutcomeKind.CONTENT_POLICY,
    "blocklist": OutcomeKind.CONTENT_POLICY,
    "prohibited_content": OutcomeKind.CONTENT_POLICY,
    "spii": OutcomeKind.CONTENT_POLICY,
    "error_toxic": OutcomeKind.CONTENT_POLICY,
    "refusal": OutcomeKind.REFUSAL,
    "client_cancelled": OutcomeKind.CANCELLED,  # openai-python 3.54.0 types/realtime/realtime_response_status.py
}

_VAGUE = (OutcomeKind.BAD_REQUEST, OutcomeKind.SERVER_ERROR)
_LOOKED_AT = 500  # characters of a message
_STATUS = re.compile(r"[45][0-9]{2}")


# What hosts say, and give no code for, when a prompt is too long: DeepSeek and vLLM, Ollama, OpenRouter
# and Anthropic, Moonshot, Gemini, Bedrock.
_TOO_LONG = re.compile(
    r"maximum context length|exceeded max context length|prompt (?:is )?too long|exceeded model token limit"
    r"|exceeds the maximum number of tokens|input is too long|input tokens exceeded|exceeds the context length",
    re.IGNORECASE,
)


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
        kind=_told(_kind(status, words), error.message),
        status=status,
        code=error.code,
        type=error.type,
        message_fingerprint=message_fingerprint(error.message) if error.message else None,
        error_type=error.code or (str(status) if status and status >= 400 else error.type or "error"),
    )


def _told(kind: OutcomeKind, message: str | None) -> OutcomeKind:
    """A refusal whose message alone tells that the prompt was too long."""
    is_long = kind in _VAGUE and message is not None and _TOO_LONG.search(message[:_LOOKED_AT])
    return OutcomeKind.CONTEXT_LENGTH if is_long else kind


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
