"""Anthropic's Messages API on loopback, as far as the comparison needs it: a message that used what it is asked to use.

The text of the request says it in words such as ``input=90 cache_read=4000 output=75``. The shapes are those of
https://platform.claude.com/docs/en/api/messages and /messages-streaming; checked 2026-11-24.
"""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

# By these a server at any address is known to be Anthropic itself, whose prices are known.
MARKS = {"anthropic-organization-id": "org-1", "request-id": "req_1"}


def usage(text: str) -> dict[str, Any]:
    """The usage object of what a text asks for."""
    wanted = {name: int(value) for name, _, value in (word.partition("=") for word in text.split())}
    five_minutes, hour = wanted.get("cache_5m", 0), wanted.get("cache_1h", 0)
    return {
        "input_tokens": wanted.get("input", 0),
        "cache_read_input_tokens": wanted.get("cache_read", 0),
        "cache_creation_input_tokens": five_minutes + hour,
        "cache_creation": {"ephemeral_5m_input_tokens": five_minutes, "ephemeral_1h_input_tokens": hour},
        "output_tokens": wanted.get("output", 0),
        "server_tool_use": {"web_search_requests": wanted.get("searches", 0)},
        "service_tier": "standard",
    }


def message(asked: dict[str, Any]) -> dict[str, Any]:
    """The message that answers a request."""
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": asked["model"],
        "content": [{"type": "text", "text": "Tabs it is."}],
        "stop_reason": "end_turn",
        "stop_sequence": None,
        "usage": usage(asked["messages"][0]["content"]),
    }


def events(whole: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A message as the events of a stream; what was put out is told at the end."""
    used, content = whole["usage"], whole["content"][0]
    begun = {**whole, "content": [], "stop_reason": None, "usage": {**used, "output_tokens": 1}}
    yield {"type": "message_start", "message": begun}
    yield {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}
    yield {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": content["text"]}}
    yield {"type": "content_block_stop", "index": 0}
    ended = {"stop_reason": whole["stop_reason"], "stop_sequence": None}
    yield {"type": "message_delta", "delta": ended, "usage": {"output_tokens": used["output_tokens"]}}
    yield {"type": "message_stop"}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        whole = message(asked)
        if not asked.get("stream"):
            self._send("application/json", json.dumps(whole))
            return
        lines = (f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in events(whole))
        self._send("text/event-stream; charset=utf-8", "".join(lines))

    def _send(self, kind: str, text: str) -> None:
        body = text.encode()
        self.send_response(200)
        for name, value in {**MARKS, "content-type": kind, "content-length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Nothing: the test says what went wrong."""


@contextmanager
def serving() -> Iterator[str]:
    """The URL of a server that lives as long as the block."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
