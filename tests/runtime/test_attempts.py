"""Which requests are attempts of one logical call."""

from __future__ import annotations

from contextvars import copy_context
from time import perf_counter_ns
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from keeptabs.core.call import Identity
from keeptabs.core.exchange import Ending, Headers, Request
from keeptabs.runtime import attempts
from keeptabs.runtime.attempts import Attempt, attempt_before, forget, remember

if TYPE_CHECKING:
    from collections.abc import Callable

SECOND = 1_000_000_000
FIRST = Identity(trace_id="1" * 32, span_id="2" * 16)
BODY = b'{"model":"m"}'
STAINLESS = ("x-stainless-retry-count", "1")
AMAZON = ("amz-sdk-request", "attempt=2; max=5")


def request(body: bytes = BODY, *headers: tuple[str, str], path: str = "/v1/x") -> Request:
    """A request, as a client begins it."""
    return Request(method="POST", host="h", path=path, body=body, headers=Headers.of(headers))


def ended(status: int | None, *headers: tuple[str, str], ago: float = 1.0, error: str | None = None) -> Any:
    """A recording that ended some seconds ago."""
    at = perf_counter_ns() - int(ago * SECOND)
    ending = Ending.FAILED if error else Ending.COMPLETE
    return SimpleNamespace(ended=at, headers=Headers.of(headers), ending=ending, status=status)


def before(recording: Any, *, body: bytes = BODY, parent: str | None = None) -> Attempt:
    """The request before, as it is remembered."""
    attempt = Attempt(request(body), FIRST, parent)
    if recording is not None:
        attempt.finished(recording)
    remember(attempt)
    return attempt


@pytest.mark.parametrize(
    ("recording", "again", "expected"),
    [
        pytest.param(lambda: ended(429), request(), True, id="the same again after a refusal"),
        pytest.param(
            lambda: ended(None, error="ConnectError"), request(), True, id="the same again after a broken connection"
        ),
        pytest.param(lambda: ended(200), request(), False, id="the same again after an answer is another call"),
        pytest.param(lambda: ended(429), request(b"other"), False, id="another body"),
        pytest.param(lambda: ended(429), request(path="/v1/y"), False, id="another path"),
        pytest.param(lambda: ended(429), request(b""), False, id="no body to know it by"),
        pytest.param(lambda: ended(429, ago=600), request(), False, id="too long ago"),
        pytest.param(lambda: None, request(), False, id="the former is still going on"),
        pytest.param(lambda: ended(200), request(b"other", STAINLESS), True, id="counted by a Stainless SDK"),
        pytest.param(lambda: ended(500), request(b"other", AMAZON), True, id="counted by an SDK of Amazon"),
        pytest.param(lambda: None, request(BODY, STAINLESS), True, id="counted, and the former was left open"),
        pytest.param(lambda: ended(429), request(BODY, STAINLESS, path="/v1/y"), False, id="counted, of another path"),
        pytest.param(
            lambda: ended(429), request(BODY, ("x-stainless-retry-count", "0")), True, id="an app that tries again"
        ),
    ],
)
def test_an_attempt_is_known_by_its_count_or_by_being_the_same_again(
    recording: Callable[[], Any], again: Request, expected: bool
) -> None:
    """What an SDK counts is believed; else it must be the same request, soon after a failure."""
    before(recording())
    found = attempt_before(again, None)
    assert (found is not None) is expected
    if found is not None:
        assert found.identity is FIRST


def test_another_span_above_is_another_operation() -> None:
    """A thread serves one request of the application after the other: each has operations of its own."""
    before(ended(429), parent="a" * 16)
    assert attempt_before(request(), "b" * 16) is None
    assert attempt_before(request(), "a" * 16) is not None


@pytest.mark.parametrize(
    ("header", "ago", "expected"),
    [
        (("retry-after", "5"), 1.0, True),
        (("retry-after-ms", "5000"), 1.0, True),
        (("retry-after", "5"), 6.0, False),
        (("x-other", "5"), 0.001, False),
    ],
)
def test_a_retry_before_the_provider_asked_is_too_early(header: tuple[str, str], ago: float, expected: bool) -> None:
    """What was waited is told in seconds, and whether it was enough."""
    before(ended(429, header, ago=ago))
    found = attempt_before(request(), None)
    assert found is not None
    assert found.waited is not None
    assert found.waited >= ago
    assert found.too_early is expected


@pytest.mark.parametrize("change", [0, attempts._LARGEST // 2, -1], ids=["at the start", "in the middle", "at the end"])
def test_a_large_body_is_known_by_its_ends(change: int) -> None:
    """A body that is not held is compared by its size and its ends: what differs in the middle is not seen."""
    body = bytearray(b"x" * (attempts._LARGEST + 1))
    before(ended(500), body=bytes(body))
    body[change] ^= 1
    found = attempt_before(request(bytes(body)), None)
    assert (found is not None) is (change > 0)


def test_another_task_begins_anew() -> None:
    """What another context remembers is its own."""
    copy_context().run(before, ended(429))
    assert attempt_before(request(), None) is None
    before(ended(429))
    forget()
    assert attempt_before(request(), None) is None
