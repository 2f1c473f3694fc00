"""A running engine of ``engines.py``: started on a free port of loopback with a directory of its own, and stopped."""

import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from engines import ENGINES, python_of

BOOT_SECONDS = 300.0  # both take a minute on a slow machine: they make their tables first
STOP_SECONDS = 20.0
_POLL_SECONDS = 0.5
_PROTOBUF = "application/x-protobuf"


class EngineError(Exception):
    """An engine that does not serve; the message has the end of its log."""


@dataclass(frozen=True)
class Running:
    """An engine that serves at ``url``; ``pid`` is its first process, ``home`` where its data and its log are."""

    url: str
    pid: int
    home: Path


@contextmanager
def running(name: str, home: Path) -> Iterator[Running]:
    """Start an engine, wait until it serves, and stop it afterwards. Raises EngineError when it does not serve."""
    engine, port = ENGINES[name], _free_port()
    home.mkdir(parents=True, exist_ok=True)
    command = [str(python_of(name)), *engine.arguments(port, home)]
    environ = {**_plain(), "HOME": str(home), **engine.environ(port, home)}
    url = f"http://127.0.0.1:{port}"
    with (home / "log").open("wb") as log:
        process = subprocess.Popen(command, env=environ, cwd=home, stdout=log, stderr=log)  # noqa: S603 - of our table
        try:
            _wait(process, url + engine.health, home / "log")
            _warm(url)
            yield Running(url, process.pid, home)
        finally:
            _stop(process)


def _plain() -> dict[str, str]:
    """Our environment, without what would turn an engine's own telemetry on."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("OTEL_", "PYTHONPATH"))}


def _free_port() -> int:
    """A port that is free, and the next one too: Phoenix wants a second for gRPC."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port = first.getsockname()[1]
            try:
                second.bind(("127.0.0.1", port + 1))
            except (OSError, OverflowError):
                continue
            return int(port)


def _wait(process: "subprocess.Popen[bytes]", url: str, log: Path) -> None:
    until = time.monotonic() + BOOT_SECONDS
    while not _serves(url):
        if process.poll() is not None or time.monotonic() > until:
            end = "\n  ".join(log.read_text("utf-8", "replace").splitlines()[-12:])
            raise EngineError(f"{url} does not serve:\n  {end}")
        time.sleep(_POLL_SECONDS)


def _warm(url: str) -> None:
    """Send a request without spans: MLflow's first takes longer than the ten seconds that an exporter waits."""
    request = urllib.request.Request(f"{url}/v1/traces", b"", {"content-type": _PROTOBUF})  # noqa: S310 - ours
    with suppress(urllib.error.HTTPError):  # that there are no spans in it is all that can be wrong with it
        urllib.request.urlopen(request, timeout=BOOT_SECONDS).close()  # noqa: S310 - loopback


def _serves(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - loopback
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
