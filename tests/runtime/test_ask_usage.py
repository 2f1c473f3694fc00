"""Asking for the usage of streams on the application's behalf: what is recorded, and what the application sees."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import httpx2
import pytest

import keeptabs
from keeptabs.dialects.openai.include_usage import Hiding
from keeptabs.patching.shield import shield

if TYPE_CHECKING:
    from collections.abc import Callable

    from keeptabs.store import queries

BODY = {"model": "gpt-4o", "stream": True, "messages": [{"role": "user", "content": "Hi there"}]}
LOOPBACK = "127.0.0.*"
_NUMBER = re.compile(rb"chatcmpl-[0-9a-f]+")  # the mock counts its answers
HEADERS = {"authorization": "Bearer none-is-needed"}


@pytest.fixture(params=[httpx, httpx2], ids=["httpx", "httpx2"])
def module(request: pytest.FixtureRequest) -> Any:
    """Each client."""
    return request.param


def seen(module: Any, url: str, body: dict[str, Any] = BODY) -> tuple[bytes, dict[str, str], bytes]:
    """What an application sees of a stream: the bytes of the answer, its request's headers and body."""
    with (
        module.Client(trust_env=False) as client,
        client.stream("POST", f"{url}/chat/completions", json=body, headers=HEADERS) as response,
    ):
        raw = b"".join(response.iter_bytes())
        sent = response.request
        return _NUMBER.sub(b"chatcmpl-0", raw), dict(sent.headers), sent.read()


async def seen_in_a_task(module: Any, url: str) -> tuple[bytes, dict[str, str], bytes]:
    """The same, asynchronously."""
    async with (
        module.AsyncClient(trust_env=False) as client,
        client.stream("POST", f"{url}/chat/completions", json=BODY, headers=HEADERS) as response,
    ):
        raw = b"".join([chunk async for chunk in response.aiter_bytes()])
        sent = response.request
        return _NUMBER.sub(b"chatcmpl-0", raw), dict(sent.headers), await sent.aread()


def test_the_usage_is_recorded_and_the_application_sees_no_difference(
    module: Any, mock_url: str, store: Path, calls: Callable[[], list[queries.CallLine]]
) -> None:
    """Bytes, headers and body are those of an application without keeptabs, sync and async."""
    plain = seen(module, mock_url)
    keeptabs.install(store=store, ask_usage=LOOPBACK)
    assert seen(module, mock_url) == plain
    assert asyncio.run(seen_in_a_task(module, mock_url)) == (plain[0], {**plain[1]}, plain[2])
    assert [(call.cost_status, call.output) for call in calls()] == [("priced", 22)] * 2
    assert b'"usage"' not in plain[0]


@pytest.mark.parametrize(
    ("hosts", "options", "status"),
    [
        (None, {}, "estimated"),
        ("api.openai.com", {}, "estimated"),
        (LOOPBACK, {"stream_options": {"include_usage": False}}, "estimated"),
        (LOOPBACK, {"stream_options": {"include_usage": True}}, "priced"),
    ],
    ids=["nobody is asked", "another host is", "the application says no", "the application asks itself"],
)
def test_only_hosts_that_are_named_are_asked(
    mock_url: str,
    store: Path,
    calls: Callable[[], list[queries.CallLine]],
    hosts: str | None,
    options: dict[str, Any],
    status: str,
) -> None:
    """Without being told to, keeptabs changes nothing that is sent; and an application's own word holds."""
    body = {**BODY, **options}
    plain = seen(httpx, mock_url, body)
    keeptabs.install(store=store, ask_usage=hosts)
    assert seen(httpx, mock_url, body) == plain
    assert [call.cost_status for call in calls()] == [status]


def test_a_fault_in_hiding_loses_no_byte(
    monkeypatch: pytest.MonkeyPatch, mock_url: str, store: Path, calls: Callable[[], list[queries.CallLine]]
) -> None:
    """The application then sees the usage, but everything else as well."""
    plain = seen(httpx, mock_url)[0]
    monkeypatch.setattr(shield, "raises", False)

    def broken(self: Hiding, data: bytes) -> bytes:
        self._rest += data
        raise ValueError("a fault of ours")

    monkeypatch.setattr(Hiding, "feed", broken)
    keeptabs.install(store=store, ask_usage=[LOOPBACK])
    found = seen(httpx, mock_url)[0]
    assert found.replace(b',"usage":null', b"").startswith(plain.removesuffix(b"data: [DONE]\n\n"))
    assert len(calls()) == 1
