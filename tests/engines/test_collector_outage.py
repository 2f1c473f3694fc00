"""Both Collectors killed under load: what the ledger has arrives, all of it, through ``keeptabs ship``."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from keeptabs.core.exchange import Timing
from keeptabs.store.database import reading
from keeptabs.store.known import append
from keeptabs.store.record import Record
from keeptabs.store.writer import Process

_SHIPPING = Path(__file__).parents[1] / "sinks" / "otel" / "shipping"
sys.path[:0] = [str(Path(__file__).parent), str(_SHIPPING)]
try:
    from engine_collector import ABSENT, BINARY, Collector, until
    from otlp_receiver import OtlpReceiver
finally:
    del sys.path[:2]

pytestmark = [
    pytest.mark.engines,
    pytest.mark.slow,
    pytest.mark.skipif(not BINARY.exists(), reason=ABSENT),
]
Make = Callable[..., Record]
_BATCHES, _CALLS = 60, 100  # of the load


def overrides(backend: str) -> dict[str, Any]:
    """Another exporter in the place of ClickHouse's, with the same kind of queue, and nothing held for sampling."""
    queue = {"enabled": True, "storage": "file_storage", "sizer": "items"}
    queue["batch"] = {"sizer": "items", "flush_timeout": "200ms", "min_size": 100}
    retry = {"enabled": True, "initial_interval": "200ms", "max_interval": "1s", "max_elapsed_time": "0s"}
    exporter = {"endpoint": backend, "encoding": "json", "sending_queue": queue, "retry_on_failure": retry}
    traces = {"processors": ["memory_limiter"], "exporters": ["otlp_http"]}
    return {"exporters": {"otlp_http": exporter}, "service": {"pipelines": {"traces": traces}}}


@contextmanager
def shipping(ledger: Path, to: str) -> Iterator[subprocess.Popen[bytes]]:
    """``keeptabs ship --follow``, as it is run beside an application."""
    command = [sys.executable, "-m", "keeptabs", "ship", "--to", to, "--follow", "--store", str(ledger)]
    with subprocess.Popen(command, env=os.environ.copy(), stderr=subprocess.PIPE) as process:
        try:
            yield process
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=30)


def _waiting(ledger: Path) -> int:
    with reading(ledger) as db:
        sql = "SELECT (SELECT max(id) FROM calls) - coalesce((SELECT max(call) FROM shipments), 0)"
        return int(db.execute(sql).fetchone()[0])


def test_nothing_is_lost(tmp_path: Path, record: Make, process: Process) -> None:
    """Agent and gateway are killed and come again while calls are made: each call is there, with its own ids."""
    ledger, ids = tmp_path / "ledger.db", []

    def load(batches: int) -> None:
        for _ in range(batches):
            now = time.time_ns()
            records = [record(timing=Timing(started_at=now, duration=5)) for _ in range(_CALLS)]
            append(ledger, records, process)
            ids.extend(each.identity.span_id for each in records)

    with (
        OtlpReceiver() as backend,
        Collector("gateway", tmp_path, overrides(backend.url)) as gateway,
        Collector("agent", tmp_path, {}, KEEPTABS_GATEWAY=f"127.0.0.1:{gateway.grpc}", KEEPTABS_RETRY="200ms") as agent,
    ):
        load(_BATCHES // 6)
        with shipping(ledger, agent.url):
            until(lambda: bool(backend.spans), "the first spans")
            agent.kill()
            load(_BATCHES // 6)
            agent.start()
            load(_BATCHES // 6)
            gateway.kill()
            load(_BATCHES // 6)
            until(lambda: _waiting(ledger) == 0, "the agent's queue, while there is no gateway")
            agent.kill()  # with a full queue
            agent.start()
            load(_BATCHES // 6)
            gateway.start()
            load(_BATCHES // 6)
            until(lambda: len(set(backend.ids)) >= len(ids), "every call at the backend")
    arrived = Counter(backend.ids)
    assert set(arrived) == set(ids)
    assert len(ids) == len(set(ids)) == _BATCHES * _CALLS
    twice = sum(arrived.values()) - len(ids)  # what was on its way, its answer lost, when a Collector was killed
    assert twice < len(ids) // 2
