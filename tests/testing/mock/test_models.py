"""Resolving model names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from keeptabs.testing.mock.models import reasons, resolve, resolve_deployment

if TYPE_CHECKING:
    import httpx


@pytest.mark.parametrize(
    ("name", "answered"),
    [
        ("gpt-4o", "gpt-4o-2024-08-06"),
        ("gpt-4o-mini", "gpt-4o-mini-2024-07-18"),
        ("o3", "o3-2025-04-16"),
        ("gpt-4o-2024-05-13", "gpt-4o-2024-05-13"),
        ("my-model", "my-model"),
    ],
)
def test_a_known_alias_becomes_its_snapshot(name: str, answered: str) -> None:
    """Aliases are dated, and every other name is echoed."""
    assert resolve(name) == answered


@pytest.mark.parametrize(
    ("deployment", "answered"),
    [
        ("prod-gpt-4o-mini-eu", "gpt-4o-mini-2024-07-18"),
        ("gpt-4o", "gpt-4o-2024-08-06"),
        ("gpt-35-turbo", "gpt-3.5-turbo-0125"),
        ("eu-text-embedding-3-large", "text-embedding-3-large"),
        ("gpt-4o-2024-08-06", "gpt-4o-2024-08-06"),
        ("chatbot", "gpt-4o-2024-08-06"),
    ],
)
def test_a_deployment_answers_with_the_model_behind_it(deployment: str, answered: str) -> None:
    """The longest model name within the deployment's decides, else the default."""
    assert resolve_deployment(deployment, "gpt-4o") == answered


@pytest.mark.parametrize(("model", "thinks"), [("o3-mini", True), ("gpt-5", True), ("gpt-4o", False)])
def test_reasoning_models_are_known(model: str, *, thinks: bool) -> None:
    """The o-series and gpt-5 reason, and gpt-4o does not."""
    assert reasons(model) is thinks


def test_models_are_listed_and_retrieved(http: httpx.Client) -> None:
    """The list holds what can be retrieved, and nothing else can be."""
    listed = http.get("/v1/models").json()["data"]
    assert http.get("/v1/models/gpt-4o").json() in listed
    missing = http.get("/v1/models/gpt-4p")
    assert missing.status_code == 404
    assert missing.json()["error"]["code"] == "model_not_found"
