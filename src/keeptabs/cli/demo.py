"""``keeptabs demo``: a small app against the mock provider, and what keeptabs has to say of it."""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import click

from keeptabs.cli import _look as look
from keeptabs.cli.run import environment
from keeptabs.core.errors import UserError
from keeptabs.store.database import default_path
from keeptabs.testing.mock import MockServer

_HERE = Path(__file__).parent
# In a checkout the example stands at the top; in a wheel it is packed beside the mock.
_APPS = (_HERE.parents[2] / "examples" / "support_desk.py", _HERE.parent / "testing" / "support_desk.py")


@click.command("demo")
def COMMAND() -> None:
    """Run a small app on the real openai SDK against a local mock provider: what it cost, with no key, no network."""
    if find_spec("openai") is None:
        raise UserError("the demo needs the openai SDK: pip install openai")
    app = next((path for path in _APPS if path.is_file()), None)
    if app is None:
        raise UserError(f"the example app is missing: {_APPS[-1]}")
    store = default_path().with_name("demo.db")
    for file in store.parent.glob("demo.db*"):
        file.unlink()
    out = look.Screen()
    with MockServer() as provider:
        _said(out, f"keeptabs run python {app.name}")
        _run([sys.executable, str(app)], provider.url, store)
    for command in (("report",), ("calls", "--failed"), ("trace", _retried(store))):
        _said(out, " ".join(("keeptabs", *command)))
        _keeptabs(*command, "--store", str(store))
    out.print()
    out.print(look.line("Now with an app of your own:"))
    out.print(
        look.hints(
            [
                ("keeptabs run python app.py", "record every LLM call that it makes"),
                ("keeptabs report", "what they cost"),
                (f"export KEEPTABS_STORE={store}", "to look further at this demo's calls"),
            ]
        )
    )


def _said(out: look.Screen, command: str) -> None:
    out.print()
    out.print(look.line((f"$ {command}", "bold")))
    sys.stdout.flush()


def _run(command: list[str], url: str, store: Path) -> None:
    environ = environment(dict(os.environ), {"store": str(store), "service": "support-desk"})
    environ.update(OPENAI_BASE_URL=url, OPENAI_API_KEY="none-is-needed")
    done = subprocess.run(command, env=environ, check=False)  # noqa: S603 - our own example
    if done.returncode:
        raise UserError(f"the example app ended with {done.returncode}")


def _keeptabs(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "keeptabs", *arguments], check=True)  # noqa: S603 - our own command line


def _retried(store: Path) -> str:
    """The trace with a retry in it: the one worth looking at."""
    from keeptabs.cli._options import ledger
    from keeptabs.store import queries

    with ledger(store) as db:
        found = [call for call in queries.calls(db, 0, 1000, model=None, failed=False) if call.attempt > 1]
    return found[0].trace_id[:8] if found else "last"
