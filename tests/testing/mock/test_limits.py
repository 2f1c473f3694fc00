"""The headers of every answer."""

from __future__ import annotations

import pytest

from keeptabs.testing.mock.limits import REQUESTS_LIMIT, TOKENS_LIMIT, api_headers, duration


@pytest.mark.parametrize(
    ("milliseconds", "text"),
    [
        (0, "0ms"),
        (6, "6ms"),
        (999, "999ms"),
        (1000, "1s"),
        (1500, "1.5s"),
        (10_000, "10s"),
        (59_999, "59.999s"),
        (60_000, "1m0s"),
        (360_000, "6m0s"),
        (3_600_000, "1h0m0s"),
        (4_320_006, "1h12m0.006s"),
    ],
)
def test_durations_are_written_as_the_api_does(milliseconds: int, text: str) -> None:
    """Milliseconds alone below a second, and no leading zero units above."""
    assert duration(milliseconds) == text


@pytest.mark.parametrize(
    ("number", "requests", "tokens", "reset"),
    [
        (1, REQUESTS_LIMIT - 1, TOKENS_LIMIT - 150, "6ms"),
        (2, REQUESTS_LIMIT - 2, TOKENS_LIMIT - 300, "12ms"),
        (REQUESTS_LIMIT, 0, 500_000, "1m0s"),
        (REQUESTS_LIMIT + 1, REQUESTS_LIMIT - 1, TOKENS_LIMIT - 150, "6ms"),
    ],
)
def test_what_remains_goes_down_and_starts_again(number: int, requests: int, tokens: int, reset: str) -> None:
    """Each call takes the same from both limits, until they are used up."""
    headers = api_headers(number)
    assert headers["x-ratelimit-remaining-requests"] == str(requests)
    assert headers["x-ratelimit-remaining-tokens"] == str(tokens)
    assert headers["x-ratelimit-reset-requests"] == reset


def test_request_ids_are_the_number_in_hexadecimal() -> None:
    """Ids differ between calls and repeat between runs."""
    assert api_headers(26)["x-request-id"] == "req_" + "1a".zfill(32)
