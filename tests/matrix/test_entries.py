"""The three ways in record the same calls of a small application that knows nothing of any of them."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from keeptabs.testing.mock import MockServer

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(find_spec("openai") is None, reason="openai is not installed here"),
]

APP = """\
import asyncio, sys
import openai

BASE, KEY = sys.argv[1], "k" * 20
ASK = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Tell me about tabs."}]}


def main():
    with openai.OpenAI(base_url=BASE, api_key=KEY, max_retries=2) as client:
        print(client.chat.completions.create(**ASK).choices[0].message.content)
        client.chat.completions.create(**ASK, extra_headers={"x-mock": "429-then-ok"})
        for chunk in client.chat.completions.create(**ASK, stream=True, stream_options={"include_usage": True}):
            pass
        try:
            client.embeddings.create(model="text-embedding-3-small", input="one", extra_headers={"x-mock": "404"})
        except openai.NotFoundError as error:
            print(type(error).__name__)
    asyncio.run(later())


async def later():
    async with openai.AsyncOpenAI(base_url=BASE, api_key=KEY, max_retries=0) as client:
        await asyncio.gather(*(one(client) for _ in range(3)))


async def one(client):
    return await client.responses.create(model="gpt-4o", input="Hello")


main()
"""
INSTALL = "import keeptabs; keeptabs.install()\n"
ROWS = [
    # operation, model, outcome, streamed, attempt, input, output, function
    ("chat", "gpt-4o", "rate_limited", 0, 1, None, None, "main"),
    ("chat", "gpt-4o-2024-08-06", "ok", 0, 1, 4, 22, "one"),
    ("chat", "gpt-4o-2024-08-06", "ok", 0, 1, 4, 22, "one"),
    ("chat", "gpt-4o-2024-08-06", "ok", 0, 1, 4, 22, "one"),
    ("chat", "gpt-4o-2024-08-06", "ok", 0, 1, 7, 22, "main"),
    ("chat", "gpt-4o-2024-08-06", "ok", 0, 2, 7, 22, "main"),
    ("chat", "gpt-4o-2024-08-06", "ok", 1, 1, 7, 22, "main"),
    ("embeddings", "text-embedding-3-small", "not_found", 0, 1, None, None, "main"),
]
QUERY = """
    SELECT operation, model, outcome, streamed, attempt, input, output, site_function FROM calls
"""


def _in_code(app: Path) -> list[str]:
    app.write_text(INSTALL + APP, "utf-8")
    return [sys.executable, str(app)]


def _with_run(app: Path) -> list[str]:
    return [str(Path(sys.executable).with_name("keeptabs")), "run", sys.executable, str(app)]


def _with_run_by_name(app: Path) -> list[str]:
    return [str(Path(sys.executable).with_name("keeptabs")), "run", "python", str(app)]


def _with_opentelemetry(app: Path) -> list[str]:
    if find_spec("opentelemetry.distro") is None:
        pytest.skip("opentelemetry-distro is not installed here")
    return [str(Path(sys.executable).with_name("opentelemetry-instrument")), sys.executable, str(app)]


WAYS: dict[str, Callable[[Path], list[str]]] = {
    "install": _in_code,
    "run": _with_run,
    "run python": _with_run_by_name,
    "opentelemetry-instrument": _with_opentelemetry,
}
# Other instrumentations of the same calls are another test's; what auto-instrumentation sends goes nowhere.
OTEL = {
    "OTEL_TRACES_EXPORTER": "none",
    "OTEL_METRICS_EXPORTER": "none",
    "OTEL_LOGS_EXPORTER": "none",
    "OTEL_PYTHON_DISABLED_INSTRUMENTATIONS": "openai,httpx,requests,urllib3,logging",
}


def _start(command: list[str], directory: Path, **environ: str) -> tuple[str, str]:
    """Run a program to its end, and give what it said."""
    kept = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    done = subprocess.run(
        command, env={**kept, **environ}, cwd=directory, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout, done.stderr


def _rows(store: Path) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(store)) as connection:
        assert connection.execute("SELECT * FROM faults").fetchall() == []
        return sorted(connection.execute(QUERY).fetchall(), key=repr)


@pytest.mark.parametrize("way", WAYS)
def test_each_way_records_the_same_calls(way: str, tmp_path: Path) -> None:
    """One line of code, one word before the command, or OpenTelemetry's own command: the ledger is the same."""
    app, store = tmp_path / "app.py", tmp_path / "ledger.db"
    app.write_text(APP, "utf-8")
    with MockServer() as server:
        plain = _start([sys.executable, str(app), server.url], tmp_path)
    assert not store.exists()
    with MockServer() as server:
        said = _start([*WAYS[way](app), server.url], tmp_path, KEEPTABS_STORE=str(store), **OTEL)
    assert said == plain
    assert _rows(store) == sorted(ROWS, key=repr)
