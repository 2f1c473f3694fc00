"""The environments that are compared: a virtual environment for each package, with the same SDKs in all of them."""

import hashlib
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_HOME = ROOT / ".envs"
_STAMP = "requirements.sha256"
_PIP_SECONDS = 900

_COMMON = ("openai>=3.50,<4", "opentelemetry-sdk>=1.30")
_PRICES = ("--editable", str(ROOT), "genai-prices>=0.2.3")
ENVIRONMENTS: dict[str, tuple[str, ...]] = {
    "keeptabs": ("--editable", str(ROOT)),
    "openinference": ("openinference-instrumentation-openai",),
    "openllmetry": ("opentelemetry-instrumentation-openai",),
    "genai-openai": ("opentelemetry-instrumentation-genai-openai>=1.0b0",),
    "prices": (*_PRICES, "litellm>=1.110"),
    "prices-without-litellm": _PRICES,
    "scan": ("--editable", str(ROOT), "detect-secrets>=1.5", "google-re2>=1.1", "kingfisher-bin>=2.14", "rstr>=3.2"),
}


class NotInstalledError(Exception):
    """An environment that could not be made; the message says why."""


def python(name: str) -> Path:
    """The interpreter of an environment, which is made first unless it is current. Raises NotInstalledError."""
    home = _HOME / f"bench-{name}"
    found = home / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    requirements = (*_COMMON, *ENVIRONMENTS[name])
    stamp, wanted = home / _STAMP, _digest(requirements)
    if found.is_file() and stamp.is_file() and stamp.read_text("utf-8") == wanted:
        return found
    print(f"making {home} …", file=sys.stderr, flush=True)
    try:
        venv.create(home, clear=True, with_pip=True)
        _pip(found, requirements)
    except (OSError, subprocess.SubprocessError) as error:
        raise NotInstalledError(f"{name} could not be installed: {_reason(error)}") from error
    stamp.write_text(wanted, "utf-8")
    return found


def _pip(interpreter: Path, requirements: tuple[str, ...]) -> None:
    command = [str(interpreter), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *requirements]
    subprocess.run(command, check=True, capture_output=True, text=True, timeout=_PIP_SECONDS)


def _digest(requirements: tuple[str, ...]) -> str:
    """What an environment is made from: its requirements, our own project file, the version of Python."""
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    return hashlib.sha256("\n".join((*requirements, project, sys.version)).encode()).hexdigest()


def _reason(error: Exception) -> str:
    said = getattr(error, "stderr", None)
    return said.strip().splitlines()[-1] if isinstance(said, str) and said.strip() else str(error)
