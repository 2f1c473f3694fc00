"""Repositories to scan, made of the sources of installed packages: files as they are, and a history made up of them."""

import os
import random
import subprocess
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

_TEXT = (".py", ".pyi", ".js", ".json", ".md", ".rst", ".txt", ".html", ".css", ".c", ".h", ".pyx", ".toml", ".yaml")
_CHANGED = (500, 200_000)  # bytes of files that a history changes
_EACH = 10  # files that a commit changes
_AUTHOR = "A <a@example.com>"


class Made(NamedTuple):
    """A repository and what is in it."""

    path: Path
    files: int  # of a history: blobs
    bytes: int


def git(where: Path, *arguments: str, stdin: Iterator[bytes] | None = None) -> bytes:
    """What git says in a directory, with nobody's settings."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environ |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    command = ["git", "-c", "user.name=A", "-c", "user.email=a@example.com", "-C", str(where), *arguments]
    with subprocess.Popen(command, env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin
        assert process.stdout
        for part in stdin or ():
            process.stdin.write(part)
        process.stdin.close()
        told = process.stdout.read()
    if process.returncode:
        raise OSError(f"git {arguments[0]} failed with {process.returncode}")
    return told


def sources() -> list[Path]:
    """The text files of the packages that are installed here, always in the same order."""
    home = Path(sysconfig.get_path("purelib"))
    found = sorted(file for file in home.rglob("*") if file.suffix in _TEXT and file.is_file())
    random.Random("sources").shuffle(found)
    return found


def tree(where: Path, megabytes: float) -> Made:
    """So many megabytes of files, all committed."""
    size = count = 0
    for file in sources():
        if size >= megabytes * 1e6:
            break
        data = file.read_bytes()
        target = where / f"{count % 100:02}" / f"{count}-{file.name}"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        count, size = count + 1, size + len(data)
    git(where, "init", "--quiet")
    git(where, "add", "--all")
    git(where, "commit", "--quiet", "--message", "all of it")
    return Made(where, count, size)


def staged(where: Path, files: int) -> Made:
    """A repository with so many files staged, of 4 kB each, more or less, and none of them committed."""
    made = tree(where, 0.2)
    picked = [file for file in sources() if 3_000 < file.stat().st_size < 5_000][-files:]
    for file in picked:
        (where / f"new-{file.name}").write_bytes(file.read_bytes())
    git(where, "add", "--all")
    return Made(made.path, len(picked), sum(file.stat().st_size for file in picked))


def history(where: Path, files: int, commits: int) -> Made:
    """So many files, of which each commit changes ten by a line, packed as git packs."""
    where.mkdir()
    git(where, "init", "--quiet")
    count = [0, 0]
    git(where, "fast-import", "--quiet", stdin=_stream(files, commits, count))
    git(where, "reset", "--quiet", "--hard", "main")
    git(where, "repack", "-adq")
    return Made(where, *count)


def _stream(files: int, commits: int, count: list[int]) -> Iterator[bytes]:
    """A history for ``git fast-import``; ``count`` counts its blobs and their bytes."""
    chance = random.Random("history")
    low, high = _CHANGED
    picked = [file for file in sources() if low < file.stat().st_size < high][:files]
    contents = [file.read_bytes().splitlines(keepends=True) for file in picked]
    everything = range(len(picked))
    for number in range(commits + 1):
        changed = sorted(chance.sample(everything, min(_EACH, len(picked)))) if number else everything
        message = f"change {number}".encode()
        yield b"commit refs/heads/main\ncommitter %b %d +0000\n" % (_AUTHOR.encode(), 1_700_000_000 + number * 3_600)
        yield b"data %d\n%b\n" % (len(message), message)
        for index in changed:
            if number:
                contents[index].insert(chance.randrange(len(contents[index]) + 1), b"# changed in %d\n" % number)
            data = b"".join(contents[index])
            count[0], count[1] = count[0] + 1, count[1] + len(data)
            yield b"M 100644 inline %d/%b\ndata %d\n%b\n" % (index % 50, picked[index].name.encode(), len(data), data)
