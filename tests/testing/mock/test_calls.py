"""Decoding one API call."""

from __future__ import annotations

import pytest

from keeptabs.testing.mock.calls import Call, Target, authorize, read_form, read_target
from keeptabs.testing.mock.problems import ApiError
from keeptabs.testing.mock.wire import Request


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/v1/chat/completions", Target("chat/completions")),
        ("/v1/models/ft%3Aa", Target("models/ft:a")),
        ("/v1/responses?x=/v1/models", Target("responses")),
        ("/openai/v1/responses", Target("responses", azure=True)),
        (
            "/openai/deployments/my%20dep/chat/completions?api-version=1",
            Target("chat/completions", "my dep", azure=True),
        ),
        ("/", None),
        ("/v1", None),
        ("/v2/chat/completions", None),
        ("/x/v1/chat/completions", None),
    ],
)
def test_a_path_names_an_endpoint(path: str, target: Target | None) -> None:
    """OpenAI's and Azure's paths are told apart, and others are none."""
    assert read_target(path) == target


@pytest.mark.parametrize(
    ("headers", "azure", "allowed"),
    [
        ({"authorization": "Bearer x"}, False, True),
        ({"authorization": "bearer x"}, True, True),
        ({"api-key": "x"}, True, True),
        ({"api-key": "x"}, False, False),
        ({"api-key": " "}, True, False),
        ({"authorization": "Bearer "}, False, False),
        ({"authorization": "Basic x"}, False, False),
        ({"authorization": ""}, False, False),
        ({}, False, False),
    ],
)
def test_any_key_will_do_but_there_must_be_one(headers: dict[str, str], *, azure: bool, allowed: bool) -> None:
    """A bearer key opens every path, an api-key header only Azure's."""
    if allowed:
        authorize(headers, azure=azure)
        return
    with pytest.raises(ApiError) as raised:
        authorize(headers, azure=azure)
    assert raised.value.problem.status == 401


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"\xff", b"[" * 100_000])
def test_a_body_that_is_no_json_object_is_a_400(body: bytes) -> None:
    """Broken JSON, and JSON that is not an object, get OpenAI's 400."""
    with pytest.raises(ApiError) as raised:
        read_form(Request("POST", "/v1/x", {"content-type": "application/json"}, body))
    assert raised.value.problem.status == 400


@pytest.mark.parametrize(("value", "number"), [(None, 7), (2, 2), ("3", 3)])
def test_a_whole_number_may_come_as_text(value: object, number: int) -> None:
    """Forms carry numbers as text; an absent one takes the default."""
    assert Call(1, {"n": value}).integer("n", 7) == number


@pytest.mark.parametrize("value", [0, -1, 1.5, True, "x", "", [], "²"])
def test_anything_but_a_positive_whole_number_is_a_400(value: object) -> None:
    """The refusal names the parameter."""
    with pytest.raises(ApiError) as raised:
        Call(1, {"n": value}).integer("n", 7)
    assert raised.value.problem.param == "n"


@pytest.mark.parametrize(
    ("value", "on"), [(True, True), ("true", True), (False, False), ("false", False), (None, False)]
)
def test_a_flag_may_come_as_text(value: object, *, on: bool) -> None:
    """Forms carry booleans as text."""
    assert Call(1, {"stream": value}).flag("stream") is on
