"""Servers: the calls of every worker are in the ledger, also when nothing was committed before it is stopped."""

import os
import runpy
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from keeptabs.store.database import reading

HERE, ROOT = Path(__file__).parent, Path(__file__).parents[2]
ENVS = runpy.run_path(str(ROOT / "scripts" / "envs.py"))
PYTHON: Path = ENVS["python_of"]("servers")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not PYTHON.exists(), reason="python scripts/envs.py servers makes their environment"),
]
_REQUESTS = 40
_PATIENCE = 60.0  # seconds until something that must come is given up

SERVERS = {
    "gunicorn": ["gunicorn", "served_app:wsgi", "--workers", "2", "--bind", "{address}"],
    "gunicorn that loads first": ["gunicorn", "served_app:wsgi", "--preload", "-w", "2", "-b", "{address}"],
    "gunicorn with threads": ["gunicorn", "served_app:wsgi", "-w", "2", "--threads", "4", "-b", "{address}"],
    "gunicorn that renews workers": [
        "gunicorn",
        "served_app:wsgi",
        "-w",
        "2",
        "--max-requests",
        "5",
        "-b",
        "{address}",
    ],
    "gunicorn with uvicorn's worker": [
        "gunicorn",
        "served_app:asgi",
        "-w",
        "2",
        "-k",
        "uvicorn_worker.UvicornWorker",
        "-b",
        "{address}",
    ],
    "uvicorn": ["uvicorn", "served_app:asgi", "--workers", "2", "--host", "127.0.0.1", "--port", "{port}"],
    "uvicorn alone": ["uvicorn", "served_app:asgi", "--host", "127.0.0.1", "--port", "{port}"],
    "granian": ["granian", "--interface", "asgi", "--workers", "2", "--port", "{port}", "served_app:asgi"],
}
_WORKER = ["celery", "-A", "served_app:tasks", "worker", "--concurrency", "2", "--loglevel", "WARNING"]


def _environ(home: Path, mock_url: str) -> dict[str, str]:
    own = {"PROVIDER": mock_url, "KEEPTABS_STORE": str(home / "ledger.db"), "PYTHONPATH": str(HERE)}
    return os.environ | own


@contextmanager
def running(command: list[str], environ: dict[str, str], home: Path) -> Iterator[None]:
    """A program of the side environment; stopped as an operator does it, and waited for."""
    with (home / "log").open("wb") as log:
        process = subprocess.Popen(
            [str(PYTHON), "-m", *command], env=environ, cwd=home, stdout=log, stderr=log, start_new_session=True
        )
        try:
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(_PATIENCE)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                raise


def _answer(url: str) -> str:
    """The process that answered; asked again while the server is not there yet."""
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            with urllib.request.urlopen(url, timeout=_PATIENCE) as answer:
                return str(answer.read().decode())
        except (urllib.error.URLError, ConnectionError):
            if time.monotonic() > end:
                raise
            time.sleep(0.05)


def _recorded(ledger: Path) -> tuple[int, int, set[int]]:
    with reading(ledger) as db:
        calls, spans = db.execute("SELECT count(*), count(DISTINCT span_id) FROM calls").fetchone()
        return calls, spans, {pid for (pid,) in db.execute("SELECT pid FROM processes")}


@pytest.mark.parametrize("name", SERVERS)
def test_every_worker_records(name: str, tmp_path: Path, mock_url: str) -> None:
    """Each request is one call, no two have the same span, and every process that answered is known."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        port = bound.getsockname()[1]
    command = [part.format(address=f"127.0.0.1:{port}", port=port) for part in SERVERS[name]]
    with running(command, _environ(tmp_path, mock_url), tmp_path), ThreadPoolExecutor(4) as pool:
        first = _answer(f"http://127.0.0.1:{port}/")
        pids = {first, *pool.map(_answer, [f"http://127.0.0.1:{port}/"] * (_REQUESTS - 1))}
    calls, spans, processes = _recorded(tmp_path / "ledger.db")
    assert (calls, spans) == (_REQUESTS, _REQUESTS)
    assert len(pids) > 1 or name == "uvicorn alone"
    assert {int(pid) for pid in pids} <= processes


def test_tasks_of_celery_record(tmp_path: Path, mock_url: str) -> None:
    """Of its children, which are forked after the application is loaded, each has its calls in the ledger."""
    for folder in ("queue", "results"):
        (tmp_path / folder).mkdir()
    environ = _environ(tmp_path, mock_url) | {"BROKER": str(tmp_path)}
    send = "from served_app import tasks\nfor _ in range(40): tasks.send_task('call')"
    subprocess.run([str(PYTHON), "-c", send], env=environ | {"KEEPTABS_STORE": "off"}, check=True, cwd=tmp_path)
    with running(_WORKER, environ, tmp_path):
        end = time.monotonic() + _PATIENCE
        while len(list((tmp_path / "results").iterdir())) < _REQUESTS and time.monotonic() < end:
            time.sleep(0.05)
    calls, spans, processes = _recorded(tmp_path / "ledger.db")
    assert (calls, spans) == (_REQUESTS, _REQUESTS)
    assert processes


def test_one_call_and_a_flush(tmp_path: Path, mock_url: str) -> None:
    """A platform that freezes or kills a process after its answer loses nothing that was flushed."""
    code = "import os, keeptabs, served_app\nserved_app._call()\nassert keeptabs.flush(10)\nos.kill(os.getpid(), 9)"
    done = subprocess.run([sys.executable, "-c", code], env=_environ(tmp_path, mock_url), cwd=tmp_path, check=False)
    assert done.returncode == -signal.SIGKILL
    assert _recorded(tmp_path / "ledger.db")[0] == 1
