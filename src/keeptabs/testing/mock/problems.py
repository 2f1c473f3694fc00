"""The API's errors: their statuses, their sentences, and OpenAI's error shape."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

from keeptabs.testing.mock.reply import Answer

_BAD_REQUEST = "invalid_request_error"
_OVERLOADED = "The engine is currently overloaded, please try again later."
_SERVER_ERROR = "The server had an error while processing your request. Sorry about that!"


@dataclass(frozen=True, slots=True)
class Problem:
    """One API error. `message` may hold `{model}`; `headers` go out with the answer."""

    status: int
    message: str
    type: str = _BAD_REQUEST
    param: str | None = None
    code: str | None = None
    headers: tuple[tuple[str, str], ...] = ()

    def body(self) -> bytes:
        """Give OpenAI's shape: `{"error": {message, type, param, code}}`, as JSON."""
        return json.dumps({"error": self.fields()}, ensure_ascii=False).encode()

    def fields(self) -> dict[str, str | None]:
        """Give the four keys an OpenAI error object has."""
        return {
            "message": self.message,
            "type": self.type,
            "param": self.param,
            "code": self.code,
        }

    def about(self, model: str) -> Problem:
        """Put the model's name into the sentence."""
        return replace(self, message=self.message.replace("{model}", model))

    def with_headers(self, *headers: tuple[str, str]) -> Problem:
        """Add response headers."""
        return replace(self, headers=self.headers + headers)

    def answer(self) -> Answer:
        """Give the error as an answer ready to send."""
        return Answer(self.body(), status=self.status, headers=self.headers)


class ApiError(Exception):
    """Ends the making of an answer: the request gets this problem instead."""

    def __init__(self, problem: Problem) -> None:
        """Carry the problem to answer with."""
        super().__init__(problem.message)
        self.problem = problem


RATE_LIMIT = Problem(
    429,
    "Rate limit reached for {model} in organization org-mock on requests per min (RPM): "
    "Limit 10000, Used 10000, Requested 1. Please try again in 6ms.",
    type="requests",
    code="rate_limit_exceeded",
    headers=(("x-ratelimit-remaining-requests", "0"),),
)

PROBLEMS: dict[str, Problem] = {
    "quota": Problem(
        429,
        "You exceeded your current quota, please check your plan and billing details.",
        type="insufficient_quota",
        code="insufficient_quota",
        headers=(("x-should-retry", "false"),),
    ),
    "400": Problem(
        400,
        "Invalid 'temperature': decimal above maximum value. Expected a value <= 2, but got 3 instead.",
        param="temperature",
        code="decimal_above_max_value",
    ),
    "context": Problem(
        400,
        "This model's maximum context length is 128000 tokens. However, your messages "
        "resulted in 130001 tokens. Please reduce the length of the messages.",
        param="messages",
        code="context_length_exceeded",
    ),
    "policy": Problem(
        400,
        "Your request was rejected as a result of our safety system.",
        code="content_policy_violation",
    ),
    "401": Problem(401, "Incorrect API key provided: ****.", code="invalid_api_key"),
    "403": Problem(
        403,
        "Country, region, or territory not supported",
        type="request_forbidden",
        code="unsupported_country_region_territory",
    ),
    "404": Problem(
        404,
        "The model `{model}` does not exist or you do not have access to it.",
        code="model_not_found",
    ),
    "500": Problem(500, _SERVER_ERROR, type="server_error"),
    "503": Problem(503, _OVERLOADED, type="server_error"),
}

NO_KEY = Problem(
    401,
    "You didn't provide an API key. You need to provide your API key in an Authorization "
    "header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY).",
)

MID_STREAM = Problem(500, _SERVER_ERROR, type="server_error", code="server_error")


def rate_limited(wait_ms: int) -> Problem:
    """Give the 429 that asks the client to wait `wait_ms` milliseconds."""
    seconds = -(-wait_ms // 1000)  # `retry-after` is whole seconds, so round up
    return RATE_LIMIT.with_headers(
        ("retry-after-ms", str(wait_ms)),
        ("retry-after", str(seconds)),
    )
