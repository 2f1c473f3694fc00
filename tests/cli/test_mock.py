import os
import signal
import subprocess
import sys
from collections.abc import Callable

import httpx

from keeptabs.testing.mock.behaviours import BEHAVIOURS

Cli = Callable[..., tuple[int, str, str]]


def test_the_behaviours_are_listed(cli: Cli) -> None:
    """Every fault that can be asked for is named with what it does."""
    code, out, _ = cli("mock", "--list")
    assert code == 0
    assert all(f"  {name}" in out for name in BEHAVIOURS)


def test_it_serves_until_it_is_interrupted() -> None:
    """The server answers on loopback and ends quietly on Ctrl-C."""
    command = [sys.executable, "-m", "keeptabs", "mock", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        line = next(line for line in process.stdout if "Listening" in line)
        url = line.split()[2]
        answer = httpx.get(f"{url}/models", headers={"authorization": "Bearer none"})
        process.send_signal(signal.SIGINT)
        process.wait(30)
        assert answer.status_code == 200
        assert url.startswith("http://127.0.0.1:")
        assert process.stderr.read() == ""
        assert process.returncode in (0, 130, -signal.SIGINT)


def test_a_port_that_is_taken(cli: Cli) -> None:
    """A port in use is one clear line."""
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, out, err = cli("mock", "--port", str(port))
    assert (code, out) == (2, "")
    assert f"port {port} cannot be used" in err
    assert os.linesep not in err.strip()
