"""The scanners that are compared: each is given the same directory, and tells in which cases it found a key.

Checked with kingfisher-bin 2.14.0 and detect-secrets 1.5.0 (from PyPI), 2026-11-24.
"""

import json
import runpy
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from leaks.case import number

ROOT = Path(__file__).resolve().parent.parent.parent
_SECONDS = 1_800
_OFFLINE = ("--no-validate", "--no-update-check")  # without them it sends what it finds to the providers

Found = dict[int, set[str]]  # of each case that has any: the rules, in the tool's own words


class ToolError(Exception):
    """A tool that could not be had or that failed; the message says why."""


def ours(directory: Path) -> Found:
    """keeptabs: all its rules, of every tier and level."""
    told = _run(sys.executable, "-m", "keeptabs", "scan", "--json", "--exit-zero", ".", cwd=directory)
    found: Found = {}
    for one in map(json.loads, filter(None, told.splitlines())):
        found.setdefault(number(one["file"]), set()).add(one["rule"])
    return found


def kingfisher(directory: Path) -> Found:
    """Kingfisher with all its rules, also those of low confidence, and with every place of a key."""
    options = ("--git-history", "none", "--confidence", "low", "--no-dedup", "--format", "jsonl", "--quiet")
    told = _run(_binary("kingfisher"), "scan", *_OFFLINE, *options, ".", good=(0, 200), cwd=directory)
    found: Found = {}
    for line in filter(None, told.splitlines()):
        one = json.loads(line)
        if "finding" in one:  # there may be other objects
            found.setdefault(number(one["finding"]["path"]), set()).add(one["rule"]["id"])
    return found


def detect_secrets(directory: Path) -> Found:
    """detect-secrets as it comes: all its plugins and filters."""
    # It finds nothing below an absolute path that is not where it was started.
    told = _run(_binary("detect-secrets"), "scan", "--all-files", "--no-verify", ".", cwd=directory)
    results = json.loads(told)["results"]
    return {number(path): {one["type"] for one in secrets} for path, secrets in results.items()}


TOOLS: dict[str, Callable[[Path], Found]] = {
    "keeptabs": ours,
    "kingfisher": kingfisher,
    "detect-secrets": detect_secrets,
}


def versions() -> dict[str, str]:
    """Of the peers."""
    told = json.loads(_run(_binary("python"), "-m", "pip", "list", "--format", "json", "--disable-pip-version-check"))
    installed = {package["name"]: package["version"] for package in told}
    return {"kingfisher": installed["kingfisher-bin"], "detect-secrets": installed["detect-secrets"]}


def patterns() -> dict[str, str]:
    """Kingfisher's own rules: id and expression."""
    told = _run(_binary("kingfisher"), "rules", "list", "--no-update-check", "--format", "json")
    return {rule["id"]: rule["pattern"] for rule in json.loads(told)}


def sampled(patterns: dict[str, str]) -> dict[str, list[str]]:
    """Texts that expressions match, some for each."""
    script = Path(__file__).with_name("sampler.py")
    told: dict[str, list[str]] = json.loads(_run(_binary("python"), script, stdin=json.dumps(patterns)))
    return told


def _binary(name: str) -> Path:
    environments = runpy.run_path(str(ROOT / "benchmarks" / "environments.py"))
    try:
        return Path(environments["python"]("scan")).parent / name
    except environments["NotInstalledError"] as error:
        raise ToolError(str(error)) from error


def _run(*command: str | Path, good: tuple[int, ...] = (0,), stdin: str = "", cwd: Path = ROOT) -> str:
    done = subprocess.run(  # noqa: S603 - our own environment
        list(map(str, command)),
        capture_output=True,
        text=True,
        check=False,
        timeout=_SECONDS,
        input=stdin,
        cwd=cwd,
    )
    if done.returncode not in good:
        said = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        raise ToolError(f"{Path(command[0]).name}: {said[-1]}")
    return done.stdout
