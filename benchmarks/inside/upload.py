"""What keeptabs adds to large requests: a chat with a long body in memory, and a file that is sent as a form."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
from harness import Telemetry, plan, tell
from toggle import added

from replay import Recording, Swallow

_CHAT = "https://api.openai.com/v1/chat/completions"
_TRANSCRIPTIONS = "https://api.openai.com/v1/audio/transcriptions"


def chat(client: httpx2.Client, size: int) -> Callable[[int], None]:
    """Chats whose one message is ``size`` bytes long, as one with pictures inside is."""
    message = {"role": "user", "content": "x" * size}
    body = json.dumps({"model": "gpt-4o-mini", "messages": [message]}).encode()
    headers = {"content-type": "application/json"}

    def work(calls: int) -> None:
        for _ in range(calls):
            client.post(_CHAT, content=body, headers=headers)

    return work


def form(client: httpx2.Client, size: int) -> Callable[[int], None]:
    """Transcriptions of a file of ``size`` bytes."""
    file = b"\0" * size

    def work(calls: int) -> None:
        for _ in range(calls):
            client.post(_TRANSCRIPTIONS, data={"model": "whisper-1"}, files={"file": ("a.wav", io.BytesIO(file))})

    return work


def main() -> None:
    """Measure both."""
    asked: dict[str, Any] = plan()
    Telemetry()
    client = httpx2.Client(transport=Swallow(Recording.read(asked["head"], Path(asked["body"]))))
    works = {"JSON": chat(client, asked["size"]), "multipart": form(client, asked["size"])}
    tell({name: added(work, calls=asked["calls"], pairs=asked["pairs"]) for name, work in works.items()})


if __name__ == "__main__":
    main()
