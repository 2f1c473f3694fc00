"""A mock server for each test, and clients of it that close themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import openai
import pytest

from keeptabs.testing.mock import MockServer

if TYPE_CHECKING:
    from collections.abc import Iterator

KEY = "k" * 20


@pytest.fixture
def server() -> Iterator[MockServer]:
    """Run a server."""
    with MockServer() as running:
        yield running


@pytest.fixture
def http(server: MockServer) -> Iterator[httpx.Client]:
    """Open a bare HTTP client with a key, rooted at the server's origin."""
    headers = {"authorization": f"Bearer {KEY}"}
    with httpx.Client(base_url=server.origin, headers=headers, trust_env=False) as client:
        yield client


@pytest.fixture
def sdk(server: MockServer) -> Iterator[openai.OpenAI]:
    """Open the official client, without retries."""
    with openai.OpenAI(base_url=server.url, api_key=KEY, max_retries=0) as client:
        yield client


@pytest.fixture
def strict(server: MockServer) -> Iterator[openai.OpenAI]:
    """Open the official client, refusing whatever its types do not allow."""
    with openai.OpenAI(base_url=server.url, api_key=KEY, max_retries=0, _strict_response_validation=True) as client:
        yield client
