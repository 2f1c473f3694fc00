"""Where the blocks run: short processes in the environments, a directory that goes away, and the mock server."""

import http.client
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from environments import NotInstalledError, python

_INSIDE = Path(__file__).resolve().parent / "inside"
_BLOCK_SECONDS = 600
_OURS = (
    "KEEPTABS_",
    "OTEL_",
    "OPENINFERENCE_",
    "TRACELOOP_",
    "OPENAI_",
    "LITELLM_",
)  # settings that would change what is measured


class BlockError(Exception):
    """A measured process that failed; the message is the last line that it had to say."""


class Answer(NamedTuple):
    """A recorded answer: its headers, and the file with its body."""

    head: dict[str, str]
    body: Path


class Workshop:
    """Runs blocks, with a fresh ledger each. ``quick`` stays in the environment that runs this."""

    def __init__(self, directory: Path, *, quick: bool) -> None:
        self.directory, self.quick = directory, quick
        self._blocks = 0

    def python(self, name: str) -> Path:
        """The interpreter of the environment ``name``. Raises NotInstalledError."""
        return Path(sys.executable) if self.quick else python(name)

    def run(self, script: str, interpreter: Path, plan: Mapping[str, Any], **variables: str) -> Any:
        """What the script says of the plan. Raises BlockError."""
        self._blocks += 1
        environ = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
        environ |= {"PYTHONHASHSEED": "0", "KEEPTABS_STORE": str(self.directory / f"ledger-{self._blocks}.db")}
        command = [str(interpreter), str(_INSIDE / f"{script}.py"), json.dumps(plan)]
        try:
            done = self._start(command, environ | variables)
        except subprocess.TimeoutExpired as error:
            raise BlockError(f"{script}.py took more than {_BLOCK_SECONDS} seconds") from error
        if done.returncode != 0:
            said = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
            raise BlockError(f"{script}.py: {said[-1]}")
        return json.loads(done.stdout)

    def _start(self, command: list[str], environ: dict[str, str]) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            command,
            env=environ,
            cwd=self.directory,
            check=False,
            capture_output=True,
            text=True,
            timeout=_BLOCK_SECONDS,
        )

    @contextmanager
    def server(self) -> Iterator[str]:
        """The mock server in its own process; gives its URL."""
        command = [str(self.python("keeptabs")), str(_INSIDE / "server.py")]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            url = process.stdout.readline().strip() if process.stdout else ""
            if not url:
                raise BlockError("server.py did not start")
            yield url  # afterwards its standard input is closed, which ends it

    def record(self, url: str, behaviour: str, *, stream: bool) -> Answer:
        """One answer of the mock server to a chat, in a file."""
        body: dict[str, Any] = {
            "model": "gpt-4o-mini",
            "messages": [{"role": "user", "content": "What does a coffee cost?"}],
        }
        if stream:
            body |= {"stream": True, "stream_options": {"include_usage": True}}
        headers = {"x-mock": behaviour, "content-type": "application/json", "authorization": "Bearer sk-none"}
        where = urlsplit(url)
        connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=30)
        connection.request("POST", f"{where.path}/chat/completions", json.dumps(body), headers)
        answer = connection.getresponse()
        file = self.directory / f"{behaviour.replace(':', '-')}.body"
        file.write_bytes(answer.read())
        head = {name.lower(): value for name, value in answer.getheaders()}
        connection.close()
        if answer.status != 200:
            raise BlockError(f"the mock server answered {answer.status}")
        head.pop("transfer-encoding", None)
        return Answer(head, file)


@contextmanager
def workshop(*, quick: bool) -> Iterator[Workshop]:
    """A workshop in a directory of its own, which is removed at the end."""
    with tempfile.TemporaryDirectory(prefix="keeptabs-bench-") as directory:
        yield Workshop(Path(directory), quick=quick)


__all__ = ["Answer", "BlockError", "NotInstalledError", "Workshop", "workshop"]
