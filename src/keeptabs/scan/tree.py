"""The files below some paths: in a repository those that git would commit, elsewhere all of them."""

import os
import re
import stat
from collections.abc import Iterator, Sequence
from io import FileIO
from pathlib import Path

from keeptabs.core.errors import UserError
from keeptabs.scan.git import Git, NoRepositoryError
from keeptabs.scan.sources import WHOLE, Blob, Item, Skipped, Source, Unread, chunks

_GIT = ".git"
_KINDS = {
    stat.S_IFBLK: "a device",
    stat.S_IFCHR: "a device",
    stat.S_IFDIR: "a repository of its own: scan it by itself",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
}
# How git tells of a folder that it could not look into (dir.c of git 2.39).
_CLOSED = re.compile(r"^warning: could not open directory '(.*)': (.*)$", re.MULTILINE)


class Tree(Source):
    """Files and directories. A symbolic link is read as the text of its target, and followed only where it is named."""

    def __init__(self, paths: Sequence[str]) -> None:
        self._paths = paths

    def items(self) -> Iterator[Item]:
        """Named files, and what is below named directories.

        Raises:
            UserError: there is no such path, or git refuses to read the repository.
        """
        for path in self._paths:
            if not os.path.lexists(path):
                raise UserError(f"{path}: no such file or directory")
            if Path(path).is_dir():
                yield from _below(path)
            else:
                yield from _item(path)


def _below(directory: str) -> Iterator[Item]:
    """What git would commit; all there is where git would commit none of it, as in a folder that is ignored."""
    try:
        git = Git(directory, of_hook=False)
        listed, said = git.run("ls-files", "-co", "--exclude-standard", "--deduplicate", "-z")
    except NoRepositoryError:
        listed, said = b"", ""
    yield from closed(said)
    if not listed:
        yield from walk(directory)
    prefix = "" if directory == os.curdir else directory.rstrip(os.sep) + os.sep
    for name in listed.split(b"\0")[:-1]:
        yield from _item(prefix + os.fsdecode(name))


def closed(said: str) -> Iterator[Unread]:
    """The folders that git warns it could not open."""
    for path, reason in _CLOSED.findall(said):
        yield Unread(path, reason)


def walk(top: str) -> Iterator[Item]:
    """Everything below a directory, sorted; a directory that is met again, through a mount, is not entered again."""
    waiting, entered = [top], set[tuple[int, int]]()
    while waiting:
        directory = waiting.pop()
        try:
            status = Path(directory).stat()
            entries = sorted(os.scandir(directory), key=lambda entry: entry.name)
        except OSError as error:
            yield Unread(directory, _reason(error))
            continue
        if (status.st_dev, status.st_ino) not in entered:
            entered.add((status.st_dev, status.st_ino))
            folders = [entry for entry in entries if entry.is_dir(follow_symlinks=False) and entry.name != _GIT]
            waiting += [entry.path for entry in reversed(folders)]
            for entry in entries:
                yield from _entry(entry)


def _entry(entry: os.DirEntry[str]) -> Iterator[Item]:
    path = entry.path.removeprefix("./")
    if entry.name == _GIT:
        yield Skipped(path, "git's own data: --history scans what it holds")
    elif not entry.is_dir(follow_symlinks=False):
        yield from _item(path)


def _item(path: str) -> Iterator[Item]:
    """What lies at a path; nothing where nothing does, as when a tracked file was deleted."""
    try:
        status = os.lstat(path)
        if stat.S_ISREG(status.st_mode):
            yield Blob(path=path, chunks=_read(path, status.st_size))
        elif stat.S_ISLNK(status.st_mode):
            yield Blob(path=path, chunks=(os.fsencode(Path(path).readlink()),))
        else:
            yield Skipped(path, _KINDS.get(stat.S_IFMT(status.st_mode), "no regular file"))
    except FileNotFoundError:
        return
    except OSError as error:
        yield Unread(path, _reason(error))


def _read(path: str, size: int) -> Iterator[bytes]:
    with FileIO(path) as file:
        if size > WHOLE:
            yield from chunks(file)
        else:
            yield file.read()


def _reason(error: OSError) -> str:
    return error.strerror or str(error)
