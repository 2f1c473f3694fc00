"""The Collector that ``make engines`` builds, run with the configurations that we ship, on loopback."""

import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import yaml

ROOT = Path(__file__).parents[2]
BINARY = ROOT / ".engines" / "otelcol"
CONFIGS = ROOT / "dashboards" / "collector"
ABSENT = "the Collector is not built: make engines"
_PATIENCE = 60.0  # seconds until something that must come is given up


def free_port() -> int:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return int(bound.getsockname()[1])


def until(is_so: Callable[[], bool], what: str) -> None:
    """Wait for something that another process does."""
    end = time.monotonic() + _PATIENCE
    while not is_so():
        if time.monotonic() > end:
            raise AssertionError(f"waited {_PATIENCE:.0f} s in vain: {what}")
        time.sleep(0.05)


class Collector:
    """One of our two configurations with some of it replaced, as ``overrides`` says; ports are free ones."""

    def __init__(self, name: str, home: Path, overrides: dict[str, Any], **environ: str) -> None:
        self._home, self._name = home / name, name
        self._home.mkdir()
        self.grpc, self.http, self._health, self.prometheus = (free_port() for _ in range(4))
        kind = name.upper()
        self._environ = {
            f"KEEPTABS_{kind}_GRPC": f"127.0.0.1:{self.grpc}",
            f"KEEPTABS_{kind}_HTTP": f"127.0.0.1:{self.http}",
            f"KEEPTABS_{kind}_HEALTH": f"127.0.0.1:{self._health}",
            f"KEEPTABS_{kind}_PROMETHEUS": f"127.0.0.1:{self.prometheus}",
            "KEEPTABS_QUEUE": str(self._home / "queue"),
            "KEEPTABS_INSECURE": "true",
            **environ,
        }
        (self._home / "overrides.yaml").write_text(yaml.safe_dump(overrides), "utf-8")
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.http}"

    def start(self) -> None:
        configs = [f"--config={CONFIGS / self._name}.yaml", f"--config={self._home / 'overrides.yaml'}"]
        with (self._home / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [str(BINARY), *configs], env={**os.environ, **self._environ}, stdout=log, stderr=log
            )
        until(self._is_ready, f"{self._name} is not ready, see {self._home / 'log'}")

    def _is_ready(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, (self._home / "log").read_text("utf-8")[-2_000:]
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self._health}/", timeout=1) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, ConnectionError):
            return False

    def kill(self) -> None:
        """End it without any warning."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process is not None
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self.kill()
