"""Make the side environments of the compatibility matrix: ``python scripts/envs.py [NAME...]``.

Each is a virtual environment below ``.envs`` with keeptabs installed editable and what the table asks for. One that
was made from the same requirements is left as it is; to make it anew, delete its directory.
"""

import argparse
import hashlib
import json
import subprocess
import sys
import tomllib
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / ".envs"
STAMP = "requirements.sha256"

TESTED = ("httpx", "httpx2", "pytest", "requests", "urllib3", "websockets")

# The newest of each major version of the SDK, and the oldest HTTP clients we support, without any SDK. The two oldest
# clients want different versions of h11, so each has an environment of its own. All other SDKs of tests/replay share
# one, in their newest versions that go together: litellm wants openai 2, so the newest openai is that of openai-3.
ENVIRONMENTS: dict[str, tuple[str, ...]] = {
    "openai-1": ("openai==1.*", "httpx"),
    "openai-2": ("openai==2.*", "httpx"),
    "openai-3": ("openai==3.*", "httpx"),
    "httpx-oldest": ("httpx==0.23.0",),
    "httpx2-oldest": ("httpx2==2.12.*",),
    "sync-oldest": ("requests==2.28.0", "urllib3==1.26.0", "httpx"),
    "sdks": (
        *("anthropic", "boto3", "cohere", "google-genai", "groq", "langchain-openai", "litellm", "mistralai", "ollama"),
        *("openai==2.*", "pinecone", "qdrant-client"),
        *("aiohttp", "httpx", "httpx2", "requests", "urllib3", "websockets"),
    ),
    "servers": ("celery", "granian", "gunicorn", "uvicorn", "uvicorn-worker", "httpx"),  # tests/servers
    # Older lines of what tests/clients is about, with what those tests import.
    "aiohttp-oldest": ("aiohttp==3.9.0", "aiohttp-client-cache", "aiohttp-retry", *TESTED),
    "websockets-oldest": ("websockets==15.0", "aiohttp", "openai", "trio", *TESTED),
    "hishel-0": ("hishel==0.1.*", "aiohttp", *TESTED),
    "hishel-1": ("hishel[async]==1.*", "aiohttp", *TESTED),
}


class EnvError(Exception):
    """An environment that could not be made; the message says which, and why."""


def python_of(name: str) -> Path:
    """The interpreter of an environment, whether it is there or not."""
    return HOME / name / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


def digest(requirements: tuple[str, ...]) -> str:
    """A hash of what an environment is made from: its requirements, ours, our entry points, and the Python version."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    ours = [project.get(key) for key in ("dependencies", "scripts", "entry-points")]
    source = json.dumps([requirements, ours, str(ROOT), sys.version])
    return hashlib.sha256(source.encode()).hexdigest()


def is_current(name: str) -> bool:
    """True when the environment was completely made from what the table says now."""
    stamp = HOME / name / STAMP
    made_from = stamp.read_text("utf-8") if stamp.is_file() else ""
    return made_from == digest(ENVIRONMENTS[name]) and python_of(name).is_file()


def make(name: str) -> str:
    """Make an environment unless it is current, and tell what became of it. Raises EnvError."""
    if is_current(name):
        return f"{name}: current ({installed(name)})"
    requirements = ENVIRONMENTS[name]
    venv.create(HOME / name, clear=True, with_pip=True)
    pip(name, "install", "--editable", str(ROOT), *requirements)
    (HOME / name / STAMP).write_text(digest(requirements), "utf-8")
    return f"{name}: made ({installed(name)})"


def pip(name: str, *arguments: str) -> str:
    """Run an environment's own pip. Raises EnvError with the end of what it had to say."""
    command = [str(python_of(name)), "-m", "pip", "--disable-pip-version-check", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own interpreter
    if done.returncode != 0:
        said = "\n  ".join(done.stderr.strip().splitlines()[-8:])
        raise EnvError(f"{name}: pip {arguments[0]} failed with {done.returncode}\n  {said}")
    return done.stdout


def installed(name: str) -> str:
    """The versions that an environment got, of what the matrix is about."""
    wanted = ("openai", "httpx", "httpx2")
    lines = pip(name, "list", "--format", "freeze").splitlines()
    return ", ".join(line for line in lines if line.partition("==")[0] in wanted)


def main(names: list[str]) -> int:
    """Make the named environments, or all; print a line for each, and return 1 if any failed."""
    failed = False
    for name in names or list(ENVIRONMENTS):
        try:
            print(make(name), flush=True)
        except (EnvError, OSError, subprocess.CalledProcessError) as error:
            failed = True
            print(error if isinstance(error, EnvError) else f"{name}: {error}", file=sys.stderr, flush=True)
    return int(failed)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(ENVIRONMENTS))
    wanted = parser.parse_args().names
    if unknown := sorted({*wanted} - {*ENVIRONMENTS}):
        parser.error(f"no environment is named {unknown[0]!r}; there are {', '.join(ENVIRONMENTS)}")
    sys.exit(main(wanted))
