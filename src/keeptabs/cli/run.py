"""``keeptabs run``: start a Python program with keeptabs installed in it, and in its Python children."""

import os
import shutil
import sys
from pathlib import Path

import click

from keeptabs.runtime.config import load

_BOOTSTRAP = Path(__file__).parent.parent / "runtime" / "bootstrap"


@click.command(
    "run", context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False}, no_args_is_help=True
)
@click.option("--store", help="The ledger to write to, or 'off'.")
@click.option("--service", help="The name of this service.")
@click.argument("command", nargs=-1, type=click.UNPROCESSED, required=True)
def COMMAND(command: tuple[str, ...], store: str | None, service: str | None) -> None:
    """Run COMMAND with every LLM call recorded: keeptabs run python app.py. 'python' is that of this environment."""
    options = {"store": store, "service": service}
    load({name: value for name, value in options.items() if value is not None})  # tell mistakes before starting
    program = _program(command[0])
    environ = environment(dict(os.environ), options)
    sys.stdout.flush()
    os.execve(program, [program, *command[1:]], environ)  # noqa: S606 - running it is what was asked for


def _program(name: str) -> str:
    if name in ("python", "python3"):
        return sys.executable
    found = shutil.which(name)
    if found is None:
        raise click.UsageError(f"there is no command {name!r}")
    return found


def environment(environ: dict[str, str], options: dict[str, str | None]) -> dict[str, str]:
    """The environment in which a Python process installs keeptabs by itself."""
    for name, value in options.items():
        if value is not None:
            environ[f"KEEPTABS_{name.upper()}"] = (
                value if name != "store" or value == "off" else str(Path(value).absolute())
            )
    paths = [str(_BOOTSTRAP), *filter(None, environ.get("PYTHONPATH", "").split(os.pathsep))]
    environ["PYTHONPATH"] = os.pathsep.join(dict.fromkeys(paths))
    return environ
