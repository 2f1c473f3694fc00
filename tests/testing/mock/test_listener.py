"""Connections: keeping them, cutting them, and what arrives over them."""

from __future__ import annotations

import json
import socket
from typing import TYPE_CHECKING

import httpx
import openai
import pytest

from keeptabs.testing.mock.texts import SENTENCE

if TYPE_CHECKING:
    from keeptabs.testing.mock import MockServer

CHAT = "/v1/chat/completions"
QUESTION = {"model": "gpt-4o", "messages": [{"role": "user", "content": "hello"}]}
KEY = "k" * 20


def exchange(server: MockServer, raw: bytes) -> bytes:
    """Send bytes and read until the server closes the connection."""
    host, _, port = server.origin.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(raw)
        return b"".join(iter(lambda: connection.recv(65_536), b""))


def content(answer: httpx.Response) -> str:
    """Put together the content of a streamed chat answer."""
    events = [line.removeprefix("data: ") for line in answer.text.split("\n\n") if line]
    chunks = [json.loads(one) for one in events if one != "[DONE]"]
    return "".join(chunk["choices"][0]["delta"].get("content", "") for chunk in chunks)


@pytest.mark.parametrize(
    "behaviour",
    [
        "ok",
        "split",
        "batch:3",
        "slow:1",
        "hang:0.001",
        "gzip",
        "deflate",
        "raw-deflate",
        "gzip,split",
    ],
)
@pytest.mark.parametrize("stream", [False, True])
def test_a_harmless_behaviour_changes_no_content(http: httpx.Client, behaviour: str, *, stream: bool) -> None:
    """However it is written, the sentence arrives."""
    fields = {**QUESTION, "stream": stream}
    answer = http.post(CHAT, json=fields, headers={"x-mock": behaviour})
    said = content(answer) if stream else answer.json()["choices"][0]["message"]["content"]
    assert said == SENTENCE


@pytest.mark.parametrize(
    ("behaviour", "stream", "error"),
    [
        ("stream-dies", True, httpx.RemoteProtocolError),
        ("stream-dies", False, httpx.RemoteProtocolError),
        ("drop", False, httpx.RemoteProtocolError),
        ("liar", False, httpx.DecodingError),
        ("liar", True, httpx.DecodingError),
    ],
)
def test_a_broken_answer_breaks_the_client(
    http: httpx.Client, behaviour: str, error: type[Exception], *, stream: bool
) -> None:
    """What is cut or mislabelled cannot be read."""
    with pytest.raises(error):
        http.post(CHAT, json={**QUESTION, "stream": stream}, headers={"x-mock": behaviour})


@pytest.mark.parametrize(
    ("behaviour", "stream", "error"),
    [
        ("bad-json", False, json.JSONDecodeError),
        ("bad-sse", True, json.JSONDecodeError),
        ("stream-error", True, openai.APIError),
    ],
)
def test_a_malformed_answer_breaks_the_sdk(
    sdk: openai.OpenAI, behaviour: str, error: type[Exception], *, stream: bool
) -> None:
    """The official client raises half-way through, after a good start."""
    with pytest.raises(error):
        list(
            sdk.chat.completions.create(
                model=f"mock-{behaviour}",
                messages=[{"role": "user", "content": "x"}],
                stream=stream,
            )
        )


def test_a_connection_serves_request_after_request(server: MockServer) -> None:
    """Requests sent back to back are answered in order, until one says close."""
    line = f"GET /v1/models/o3 HTTP/1.1\r\nauthorization: Bearer {KEY}\r\n"
    answers = exchange(server, f"{line}\r\n{line}connection: close\r\n\r\n".encode())
    assert answers.count(b"HTTP/1.1 200 OK") == 2
    assert answers.count(b"connection: close") == 1


def test_a_client_waiting_to_continue_is_told_to(server: MockServer) -> None:
    """The interim answer precedes the final one."""
    body = json.dumps(QUESTION)
    head = (
        f"POST {CHAT} HTTP/1.1\r\nauthorization: Bearer {KEY}\r\nexpect: 100-continue\r\n"
        f"connection: close\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    answer = exchange(server, (head + body).encode())
    assert answer.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n")


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"nonsense\r\n\r\n", b"400 Bad Request"),
        (b"POST / HTTP/1.1\r\ncontent-length: 99999999999\r\n\r\n", b"413 "),
    ],
)
def test_an_unreadable_request_is_answered_and_cut_off(server: MockServer, raw: bytes, status: bytes) -> None:
    """The answer is an API error, and the connection ends with it."""
    answer = exchange(server, raw)
    assert answer.startswith(b"HTTP/1.1 " + status)
    assert b'{"error": ' in answer
    assert b"x-request-id: req_" in answer


def test_http_1_0_reads_a_stream_to_the_end(server: MockServer) -> None:
    """A client of the older version gets the events unframed."""
    body = json.dumps({**QUESTION, "stream": True})
    head = f"POST {CHAT} HTTP/1.0\r\nauthorization: Bearer {KEY}\r\ncontent-length: {len(body)}\r\n"
    answer = exchange(server, f"{head}\r\n{body}".encode())
    assert b"chunked" not in answer
    assert answer.endswith(b"data: [DONE]\n\n")


def test_a_large_body_is_accepted(server: MockServer, http: httpx.Client) -> None:
    """A prompt of several megabytes is read and counted."""
    messages = [{"role": "user", "content": "a" * 8_000_000}]
    answer = http.post(CHAT, json={**QUESTION, "messages": messages}).json()
    assert answer["usage"]["prompt_tokens"] == 2_000_003
    assert len(server.requests[0].body) > 8_000_000


def test_a_body_of_unknown_length_is_accepted(http: httpx.Client) -> None:
    """A client may send its body in chunks."""
    body = json.dumps(QUESTION).encode()
    answer = http.post(CHAT, content=iter([body[:9], body[9:]]))
    assert answer.status_code == 200
