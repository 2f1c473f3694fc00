"""Memory of one long stream through the openai SDK: the peak of Python's heap, or what the process grew by."""

import gc
import tracemalloc
from pathlib import Path

import httpx2
import openai
import resident
from harness import INSTRUMENTS, Telemetry, plan, tell

from replay import Endless, Recording


def read_stream(recording: Recording, chunks: int) -> None:
    """One streamed chat, read to its end and not kept."""
    http = httpx2.Client(transport=Endless(recording, chunks))
    client = openai.OpenAI(api_key="sk-none", base_url="https://api.openai.com/v1", http_client=http)
    messages = [{"role": "user", "content": "Go on."}]
    for _ in client.chat.completions.create(model="gpt-4o-mini", messages=messages, stream=True):
        pass


def main() -> None:
    """Measure a stream of the wanted length, after a short one that loads whatever is loaded late."""
    asked = plan()
    Telemetry()
    flush = INSTRUMENTS[asked["instrument"]]()
    recording = Recording.read(asked["head"], Path(asked["body"]))
    read_stream(recording, 100)
    flush()
    gc.collect()
    if asked["traced"]:
        tracemalloc.start()
    before = resident.peak()
    read_stream(recording, asked["chunks"])
    flush()
    heap = tracemalloc.get_traced_memory()[1] if asked["traced"] else 0
    tell({"heap": heap, "rss": resident.peak() - before})


if __name__ == "__main__":
    main()
