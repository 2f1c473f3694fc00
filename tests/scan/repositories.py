"""Real git repositories with keys that nobody has, and what a scan finds in them."""

import subprocess
from pathlib import Path
from random import Random

from keeptabs.scan.git import Git
from keeptabs.scan.run import Tally, scan
from keeptabs.scan.sources import Source
from keeptabs.secrets.engine import Scanner
from keeptabs.secrets.finding import Finding
from keeptabs.secrets.fingerprint import Fingerprint
from keeptabs.secrets.form import example
from keeptabs.secrets.rule import Rule

RULE = Rule(
    id="sample-key",
    provider="Sample",
    name="key",
    forms=("smpl_{alnum:32}",),
    revoke="https://sample.test/keys",
    source="made up",
    checked="2026-11-24",
)
SCANNER = Scanner([RULE], engine="literals")
KEY, OTHER = (example(RULE.forms[0], Random(seed)) for seed in (1, 2))


class Repository:
    """A repository at ``path``, with git to make it as it should be."""

    def __init__(self, path: Path, *options: str) -> None:
        self.path = path
        path.mkdir(parents=True, exist_ok=True)
        self.run("init", "--quiet", "--initial-branch=main", *options)

    @property
    def git(self) -> Git:
        """git as the product asks it."""
        return Git(str(self.path))

    def run(self, *arguments: str, data: bytes = b"") -> str:
        """What git prints."""
        ran = subprocess.run(["git", *arguments], cwd=self.path, input=data, capture_output=True, check=False)
        assert ran.returncode == 0, ran.stderr.decode()
        return ran.stdout.decode("utf-8", "replace").strip()

    def write(self, name: str, text: str | bytes) -> Path:
        """A file of the working tree."""
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def stage(self, name: str, text: str | bytes) -> None:
        """A file of the working tree and of the index."""
        self.write(name, text)
        self.run("add", "--", name)

    def commit(self, message: str = "change", **files: str) -> str:
        """A commit with ``files``, whose names have no dots; its id."""
        for name, text in files.items():
            self.stage(name, text)
        self.run("commit", "--quiet", "--allow-empty", f"--message={message}")
        return self.run("rev-parse", "HEAD")

    def submodule(self, name: str, path: str = "part") -> None:
        """Another repository's commit, staged."""
        self.run("update-index", "--add", "--cacheinfo", f"160000,{name},{path}")

    def loose(self, name: str) -> Path:
        """The file of an object, ready to be damaged."""
        path = self.path / ".git" / "objects" / name[:2] / name[2:]
        path.chmod(0o644)
        return path


def look(source: Source) -> tuple[list[Finding], Tally]:
    """What a scan finds, and what it counted."""
    tally = Tally()
    return list(scan(source, SCANNER, Fingerprint(b"salt"), tally)), tally


def places(source: Source) -> list[str]:
    """Where a scan finds keys: ``path:line``."""
    return [f"{finding.path}:{finding.line}" for finding in look(source)[0]]
