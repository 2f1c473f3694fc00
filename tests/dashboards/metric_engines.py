"""Prometheus and VictoriaMetrics on loopback, each with data of its own, ended by their own process."""

from __future__ import annotations

import json
import socket
import subprocess
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PATIENCE = 60  # seconds until an engine that does not answer has failed


class Engine:
    """What answers PromQL."""

    def __init__(self, address: str) -> None:
        self.address = address

    def get(self, path: str, **query: Any) -> Any:
        """The answer to a request, as JSON."""
        with urlopen(f"http://{self.address}{path}?{urlencode(query)}", timeout=30) as answer:
            return json.load(answer)

    def ask(self, query: str, at: int) -> list[dict[str, Any]]:
        """The samples of an instant query at a time in seconds."""
        return list(self.get("/api/v1/query", query=query, time=at)["data"]["result"])

    def scraped(self) -> list[dict[str, str]]:
        """The series of the job ``live``, as soon as it has been scraped."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            found = self.get("/api/v1/series", **{"match[]": '{job="live"}'})["data"]
            if len(found) > 5:  # those that Prometheus makes itself
                return list(found)
            time.sleep(0.1)
        raise AssertionError("nothing was scraped")


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def running(command: list[str], address: str, ready: str, log: Path) -> Iterator[Engine]:
    """A process that answers at an address, until the end of the block."""
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out)
    try:
        _wait(process, f"http://{address}{ready}", log)
        yield Engine(address)
    finally:
        process.terminate()
        process.wait(30)


def _wait(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            with urlopen(url, timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.05)
    raise AssertionError(log.read_text("utf-8")[-2000:])


@contextmanager
def prometheus(samples: str, path: Path, scraped: str) -> Iterator[Engine]:
    """Prometheus with a past, which scrapes ``scraped`` each second under the job ``live``."""
    if samples:
        (path / "past.txt").write_text(samples + "# EOF\n", "utf-8")
        made = ["promtool", "tsdb", "create-blocks-from", "openmetrics", str(path / "past.txt"), str(path / "data")]
        subprocess.run(made, check=True, capture_output=True, timeout=120)
    config = {
        "global": {"scrape_interval": "1s", "scrape_timeout": "1s"},
        "scrape_configs": [{"job_name": "live", "static_configs": [{"targets": [scraped]}]}],
    }
    (path / "prometheus.yml").write_text(json.dumps(config), "utf-8")
    address = f"127.0.0.1:{free_port()}"
    command = [
        "prometheus",
        f"--config.file={path / 'prometheus.yml'}",
        f"--storage.tsdb.path={path / 'data'}",
        f"--web.listen-address={address}",
    ]
    with running(command, address, "/-/ready", path / "prometheus.log") as engine:
        yield engine


@contextmanager
def victoria_metrics(samples: str, path: Path) -> Iterator[Engine]:
    """VictoriaMetrics with the same past."""
    address = f"127.0.0.1:{free_port()}"
    command = ["victoria-metrics", f"-storageDataPath={path / 'vm'}", f"-httpListenAddr={address}"]
    command += ["-search.latencyOffset=0s", "-memory.allowedBytes=256MB"]
    with running(command, address, "/health", path / "vm.log") as engine:
        lines = (line.rpartition(" ") for line in samples.splitlines())
        body = "".join(f"{sample} {int(at) * 1000}\n" for sample, _, at in lines)  # it wants milliseconds
        with urlopen(Request(f"http://{address}/api/v1/import/prometheus", body.encode()), timeout=60):
            pass
        with urlopen(f"http://{address}/internal/force_flush", timeout=30):
            pass
        yield engine
