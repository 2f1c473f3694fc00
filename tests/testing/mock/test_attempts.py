"""Counting the attempts at one call."""

from __future__ import annotations

import pytest

from keeptabs.testing.mock.attempts import Attempts
from keeptabs.testing.mock.wire import Request


def attempt(body: bytes = b"a", **headers: str) -> Request:
    """Make a request; underscores in header names stand for hyphens."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Request("POST", "/v1/x", named, body)


@pytest.mark.parametrize("failures", [0, 1, 2])
def test_identical_requests_fail_so_often_and_then_again(failures: int) -> None:
    """After its failures a request succeeds once, and then the count starts anew."""
    attempts = Attempts()
    once = [True] * failures + [False]
    assert [attempts.fails(attempt(), failures) for _ in once + once] == once + once


def test_different_bodies_fail_on_their_own_account() -> None:
    """Another body is another call."""
    attempts = Attempts()
    assert attempts.fails(attempt(b"a"), 1)
    assert attempts.fails(attempt(b"b"), 1)


@pytest.mark.parametrize(("count", "fails"), [("0", True), ("1", False), ("9", False), ("x", True), ("-1", True)])
def test_the_sdk_retry_count_is_believed(count: str, *, fails: bool) -> None:
    """A retry that says so succeeds though its body was never seen."""
    assert Attempts().fails(attempt(x_stainless_retry_count=count), 1) is fails


def test_what_is_remembered_is_bounded() -> None:
    """The oldest call is forgotten once there are too many."""
    attempts = Attempts()
    for number in range(4097):
        attempts.fails(attempt(b"%d" % number), 2)
    assert attempts.fails(attempt(b"4096"), 2)
    assert not attempts.fails(attempt(b"4096"), 2)
    assert [attempts.fails(attempt(b"0"), 2) for _ in range(3)] == [True, True, False]
