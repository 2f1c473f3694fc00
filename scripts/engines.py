"""Make the environments of the engines that tests/engines compares with: ``python scripts/engines.py [NAME...]``.

Each is a virtual environment below ``.envs`` with one engine from PyPI, about 850 MB. One that was made of the release
that the table names is left as it is. The releases are pinned since docs/engines.md says what exactly they answered.
``ENGINES`` is also how each is started: see ``engine_server.py``.
"""

import argparse
import subprocess
import sys
import venv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / ".envs"
STAMP = "engine.release"


@dataclass(frozen=True, kw_only=True)
class Engine:
    """A server that takes spans over OTLP/HTTP at ``/v1/traces``: what it is made of, and how it is started.

    ``arguments`` follow the environment's interpreter, by port and directory; ``health`` answers 200 once it serves.
    """

    package: str
    arguments: Callable[[int, Path], list[str]]
    environ: Callable[[int, Path], dict[str, str]]
    health: str


def _phoenix_arguments(port: int, home: Path) -> list[str]:
    return [str(ROOT / "scripts" / "phoenix_on_loopback.py"), "serve"]


def _phoenix_environ(port: int, home: Path) -> dict[str, str]:
    """The settings of https://arize.com/docs/phoenix/self-hosting/configuration, arize-phoenix 20.26.1."""
    return {
        "PHOENIX_HOST": "127.0.0.1",
        "PHOENIX_PORT": str(port),
        "PHOENIX_GRPC_PORT": str(port + 1),
        "PHOENIX_WORKING_DIR": str(home),
        "PHOENIX_TELEMETRY_ENABLED": "false",
        "PHOENIX_ALLOW_EXTERNAL_RESOURCES": "false",
    }


def _mlflow_arguments(port: int, home: Path) -> list[str]:
    """The options of ``mlflow server --help``, mlflow 3.17.2."""
    place = ["--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
    kept = ["--backend-store-uri", f"sqlite:///{home}/mlflow.db", "--default-artifact-root", str(home / "artifacts")]
    return ["-m", "mlflow", "server", *place, *kept]


def _mlflow_environ(port: int, home: Path) -> dict[str, str]:
    return {"MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true"}


ENGINES: dict[str, Engine] = {
    "phoenix": Engine(
        package="arize-phoenix==20.26.1",
        arguments=_phoenix_arguments,
        environ=_phoenix_environ,
        health="/healthz",
    ),
    "mlflow": Engine(
        package="mlflow==3.17.2",
        arguments=_mlflow_arguments,
        environ=_mlflow_environ,
        health="/health",
    ),
}


def python_of(name: str) -> Path:
    """The interpreter of an engine's environment, whether it is there or not."""
    return HOME / name / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


def is_made(name: str) -> bool:
    """True when the environment was completely made of the release that the table names."""
    stamp = HOME / name / STAMP
    made_of = stamp.read_text("utf-8") if stamp.is_file() else ""
    return made_of == ENGINES[name].package and python_of(name).is_file()


def make(name: str) -> str:
    """Make an environment unless it is there, and tell so. Raises CalledProcessError when pip fails."""
    if not is_made(name):
        venv.create(HOME / name, clear=True, with_pip=True)
        pip(name, "install", "--quiet", ENGINES[name].package)
        (HOME / name / STAMP).write_text(ENGINES[name].package, "utf-8")
    return f"{name}: {ENGINES[name].package} in {HOME / name}"


def pip(name: str, *arguments: str) -> None:
    """Run an environment's own pip."""
    subprocess.run(  # noqa: S603 - our own interpreter
        [str(python_of(name)), "-m", "pip", "--disable-pip-version-check", *arguments], check=True
    )


def main(names: list[str]) -> int:
    """Make the named environments, or all; print a line for each, and return 1 if any failed."""
    failed = False
    for name in names or list(ENGINES):
        try:
            print(make(name), flush=True)
        except (OSError, subprocess.CalledProcessError) as error:
            failed = True
            print(f"{name}: {error}", file=sys.stderr, flush=True)
    return int(failed)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(ENGINES))
    sys.exit(main(parser.parse_args().names))
