"""How fast keys are looked for: whole processes of keeptabs, Kingfisher and detect-secrets, and git alone, in turn.

Time of a clock and not of the processor, since some use several; memory is the most that a process had. Other work on
the machine only adds to what a process takes, so aims are held against the fastest round.
"""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import repositories
from figures import Aim, Figure, Section, table
from repositories import Made
from workshop import Workshop

_MIB = 1024 * 1024
_STAGED, _TREE, _HISTORY, _TEXT, _MEMORY = 60.0, 150.0, 6_000.0, 10.0, 100.0  # ms, MB/s, blobs/s, µs, MB
_KINGFISHER = ("kingfisher", "scan", ".", "--no-validate", "--no-update-check", "--quiet", "--no-ignore")
_ONE = "sk-proj-"  # git is looking for this only, which takes little more than reading
_FLOOR = "git grep -F, one text"


class Sizes(NamedTuple):
    """How much is measured."""

    rounds: int = 5
    staged: int = 10  # files
    tree: float = 90.0  # megabytes
    small: float = 2.0  # megabytes that detect-secrets gets
    files: int = 2_000  # of the history
    commits: int = 2_500
    calls: int = 2_000


QUICK = Sizes(rounds=1, staged=3, tree=1.0, small=0.1, files=20, commits=5, calls=10)


class Run(NamedTuple):
    """One process: seconds of the clock and of processors, and the most memory that it had, in bytes."""

    wall: float
    cpu: float
    memory: int


class Scanning:
    """The part about keys in files."""

    def __init__(self, workshop: Workshop, sizes: Sizes) -> None:
        self.failures: dict[str, str] = {}
        self._workshop, self._sizes = workshop, sizes
        self._python = workshop.python("scan")

    def sections(self) -> Iterator[Section]:
        """The tables, in the order in which they are measured. Raises BlockError, NotInstalledError, OSError."""
        sizes = self._sizes
        plan = {"rounds": sizes.rounds, "calls": sizes.calls, "bytes": int(sizes.tree * 1e6)}
        told = self._workshop.run("scan_text", self._python, plan)
        yield _inside(told)
        print("  making repositories …", file=sys.stderr, flush=True)
        where = self._workshop.directory
        yield self._staged(repositories.staged(where / "staged", sizes.staged))
        yield self._tree(repositories.tree(where / "tree", sizes.tree), repositories.tree(where / "small", sizes.small))
        yield self._history(repositories.history(where / "history", sizes.files, sizes.commits))

    def _staged(self, made: Made) -> Section:
        """A commit of ten files, as its hook sees it."""
        names = sorted(file.name for file in made.path.glob("new-*"))
        runs = self._turns(
            made.path,
            {
                "keeptabs": ("keeptabs", "scan", "--staged"),
                "kingfisher": (*_KINGFISHER, "--staged"),
                "detect-secrets": ("detect-secrets-hook", "--no-verify", *names),
                _FLOOR: ("git", "grep", "--cached", "-F", "-e", _ONE, "--", *names),
            },
        )
        aims = [Aim("a commit of ten files", _fastest(runs["keeptabs"]) * 1e3, "ms", _STAGED)]
        title = f"{made.files} staged files of {made.bytes / 1e3:,.0f} kB, whole process"
        return _section(title, runs, {}, aims)

    def _tree(self, made: Made, small: Made) -> Section:
        """All files of a repository; detect-secrets gets fewer."""
        runs = self._turns(
            made.path,
            {
                "keeptabs": ("keeptabs", "scan"),
                "kingfisher": (*_KINGFISHER, "--git-history", "none"),
                _FLOOR: ("git", "grep", "-F", "-e", _ONE),
            },
        )
        few = f"detect-secrets, {small.bytes / 1e6:.1f} MB"
        slow = self._turns(small.path, {few: ("detect-secrets", "scan", "--no-verify")}, rounds=1)
        sizes = {**dict.fromkeys(runs, made.bytes), few: small.bytes}
        rates = {name: sizes[name] / 1e6 / _fastest(of) for name, of in {**runs, **slow}.items()}
        aims = [
            Aim(f"a tree, seconds for {_TREE:.0f} MB", _TREE / rates["keeptabs"], "s", 1.0),
            Aim("a tree, memory", _peak(runs["keeptabs"]) / 1e6, "MB", _MEMORY),
        ]
        title = f"a tree of {made.files:,} files, {made.bytes / 1e6:,.0f} MB, whole process"
        return _section(title, {**runs, **slow}, {name: f"{rate:,.1f} MB/s" for name, rate in rates.items()}, aims)

    def _history(self, made: Made) -> Section:
        """Every version of every file; detect-secrets knows no history."""
        runs = self._turns(
            made.path,
            {
                "keeptabs": ("keeptabs", "scan", "--history"),
                "kingfisher": (*_KINGFISHER, "--git-history", "full"),
                "git cat-file": ("git", "cat-file", "--batch-all-objects", "--unordered", "--batch", "--buffer"),
            },
        )
        rates = {name: made.files / _fastest(of) for name, of in runs.items()}
        aims = [
            Aim(f"a history, seconds for {_HISTORY:,.0f} blobs", _HISTORY / rates["keeptabs"], "s", 1.0),
            Aim("a history, memory", _peak(runs["keeptabs"]) / 1e6, "MB", _MEMORY),
        ]
        title = f"a history of {made.files:,} blobs, {made.bytes / 1e6:,.0f} MB, whole process"
        return _section(title, runs, {name: f"{rate:,.0f} blobs/s" for name, rate in rates.items()}, aims)

    def _turns(self, where: Path, commands: dict[str, Sequence[str]], rounds: int = 0) -> dict[str, list[Run]]:
        """Each command so many times, one after the other in every round; the first round only warms up."""
        runs: dict[str, list[Run]] = {}
        binaries = self._python.parent
        for number in range(-1, rounds or self._sizes.rounds):
            for name, (program, *arguments) in commands.items():
                found = program if program == "git" else str(binaries / program)
                if found != program and not Path(found).is_file():
                    self.failures[program] = f"{program} is not installed"
                    continue
                run = self._timed([found, *arguments], where)
                if number >= 0:
                    runs.setdefault(name, []).append(run)
            print(f"  {where.name}, round {number + 1}", file=sys.stderr, flush=True)
        return runs

    def _timed(self, command: list[str], where: Path) -> Run:
        """One process, started by a small one: on Linux none has a lower peak than what started it."""
        told = self._workshop.run("timed", self._python, {"command": command, "where": str(where)})
        return Run(**told)


def _fastest(runs: Sequence[Run]) -> float:
    """Seconds."""
    return min(run.wall for run in runs)


def _peak(runs: Sequence[Run]) -> int:
    return max(run.memory for run in runs)


def _section(title: str, runs: dict[str, list[Run]], rates: dict[str, str], aims: list[Aim]) -> Section:
    rows, data = [["", "ms", "fastest", "CPU", "memory, MB", "rate of the fastest"]], {}
    for name, of in runs.items():
        wall, cpu = (
            Figure.of([seconds * 1e3 for seconds in each])
            for each in zip(*((run.wall, run.cpu) for run in of), strict=True)
        )
        shown = (f"{wall:.0f}", f"{_fastest(of) * 1e3:.0f}", f"{cpu.median:.0f}", f"{_peak(of) / 1e6:.0f}")
        rows.append([name, *shown, rates.get(name, "")])
        data[name] = {"wall": wall._asdict(), "fastest": _fastest(of) * 1e3, "cpu": cpu._asdict(), "memory": _peak(of)}
    return Section(title, table(rows), data, aims)


def _inside(told: dict[str, Any]) -> Section:
    """A clean text, and bytes in memory."""
    text = Figure.of(told["text"])
    rows = [
        ["a clean text of 2,000 characters, µs", f"{text:.1f}"],
        ["the first one, with all imports, ms", f"{told['first']:.0f}"],
        [f"{told['bytes'] / 1e6:.0f} MB of sources in memory, MB/s", f"{told['rate']:.0f}"],
        ["memory that it takes, MiB", f"{told['rss'] / _MIB:.1f}"],
    ]
    aims = [Aim("a clean text of 2,000 characters", text.median, "µs", _TEXT)]
    data = {"text": text._asdict(), **{name: told[name] for name in ("first", "rate", "bytes", "rss", "hits")}}
    return Section("keys in memory: CPU of keeptabs", table(rows), data, aims)
