"""Play an environment's cases in processes of their own, without and with keeptabs at once, and read what they tell."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).resolve().parent
MODES = ("off", "on")
SECONDS = 300
# Variables of the person who runs the tests, which SDKs would read.
_NOT_OURS = ("KEEPTABS_", "OTEL_", "PYTHON", "OPENAI_", "ANTHROPIC_", "AWS_", "GOOGLE_", "GEMINI_", "LITELLM_")

# Sets are printed in the same order in each run, and LiteLLM asks nobody for prices and tokenizers.
_SAME = {"PYTHONHASHSEED": "0", "LITELLM_LOCAL_MODEL_COST_MAP": "True", "HF_HUB_OFFLINE": "1"}


class Told(NamedTuple):
    """What an environment told: each case by its name, in each mode, and what holds for all."""

    cases: dict[str, dict[str, Any]]  # by name, then by mode
    versions: dict[str, str]
    missing: dict[str, str]
    faults: list[Any]


class PlayError(Exception):
    """A driver that did not come to its end; the message has the end of what it said."""


def play(python: Path, environment: str, directory: Path) -> Told:
    """Play every case of an environment. Raises PlayError."""
    started = {mode: _start(python, environment, mode, directory) for mode in MODES}
    for mode, process in started.items():
        with process:
            process.wait(SECONDS)
        if process.returncode:
            said = (directory / f"{environment}-{mode}.err").read_text("utf-8", "replace")
            raise PlayError(f"{environment}, {mode}: ended with {process.returncode}: {said[-3000:]}")
    return read(environment, directory)


def read(environment: str, directory: Path) -> Told:
    """What was played before."""
    lines = {mode: (directory / f"{environment}-{mode}.jsonl").read_text("utf-8").splitlines() for mode in MODES}
    cases: dict[str, dict[str, Any]] = {}
    for mode in MODES:
        for line in lines[mode][:-1]:
            told = json.loads(line)
            cases.setdefault(told["name"], {})[mode] = told
    last = json.loads(lines["on"][-1])
    return Told(cases, last["versions"], last["missing"], last["faults"])


def _start(python: Path, environment: str, mode: str, directory: Path) -> subprocess.Popen[str]:
    store = directory / f"{environment}-{mode}.db"
    command = [str(python), str(HERE / "drive.py"), "--environment", environment, "--keeptabs", mode]
    with (
        (directory / f"{environment}-{mode}.jsonl").open("w") as out,
        (directory / f"{environment}-{mode}.err").open("w") as err,
    ):
        return subprocess.Popen(
            [*command, "--store", str(store)], stdout=out, stderr=err, env=_environ(store), cwd=directory, text=True
        )


def _environ(store: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_NOT_OURS)}
    kept = {name: value for name, value in kept.items() if not name.lower().endswith("_proxy")}
    return {**kept, **_SAME, "KEEPTABS_STORE": str(store), "HOME": str(store.parent)}
