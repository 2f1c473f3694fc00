"""What git says was changed, in its raw format, and the blobs that it was changed to."""

from collections import deque
from collections.abc import Iterable, Iterator

import msgspec

from keeptabs.scan.git import Git
from keeptabs.scan.objects import Object, read
from keeptabs.scan.sources import Blob, Item, Skipped, Unread

_SUBMODULE = "160000"
# Whatever the configuration: no colours, no programs of others, paths from the top.
PLAIN = ("--no-color", "--no-ext-diff", "--no-textconv", "--no-relative")
RAW = ("--raw", "-z", "--no-abbrev", "--ignore-submodules=none", *PLAIN)


class Commit(msgspec.Struct, frozen=True, kw_only=True):
    """Who committed what is looked at; empty for what is not committed."""

    id: str = ""
    author: str = ""  # "name <address>"
    date: str = ""  # of the author, ISO 8601


NOT_COMMITTED = Commit()


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """A path's new object, with the ids of what stood there before: none for a new file."""

    path: str
    id: str
    mode: str
    before: tuple[str, ...] = ()
    commit: Commit = NOT_COMMITTED


def change(header: bytes, tokens: Iterator[bytes], commit: Commit = NOT_COMMITTED) -> Change | None:
    """One entry of ``git diff --raw -z``; none where it takes a path away.

    ``:<old mode> <new mode> <old id> <new id> <status>`` and a path, or two where it was renamed or copied; a merge
    has one more colon, mode and id for each further parent (git-diff(1), "raw output format", git 2.39).
    """
    parents = len(header) - len(header.lstrip(b":"))
    words = header[parents:].decode("ascii").split()
    modes, ids, status = words[: parents + 1], words[parents + 1 : -1], words[-1]
    if parents == 1 and status[0] in "RC":
        next(tokens)
    path = next(tokens).decode("utf-8", "surrogateescape")
    if not ids[-1].strip("0"):
        return None
    before = tuple(each for each in ids[:-1] if each.strip("0"))
    return Change(path=path, id=ids[-1], mode=modes[-1], before=before, commit=commit)


def contents(git: Git, entries: Iterable[Change | Item]) -> Iterator[Item]:
    """What the changes point to; what is none of them goes through, perhaps a little later."""
    aside = deque[Item]()
    for each, found in read(git, _asked(entries, aside)):
        while aside:
            yield aside.popleft()
        yield _item(each, found)
    yield from aside


def _asked(entries: Iterable[Change | Item], aside: deque[Item]) -> Iterator[Change]:
    submodules = set[str]()
    for entry in entries:
        if not isinstance(entry, Change):
            aside.append(entry)
        elif entry.mode != _SUBMODULE:
            yield entry
        elif entry.path not in submodules:
            submodules.add(entry.path)
            aside.append(Skipped(entry.path, "a submodule: scan it in its own repository"))


def _item(each: Change, found: Object | None) -> Item:
    if found is None:
        return Unread(each.path, f"git cannot read its object {each.id[:12]}")
    commit = each.commit
    return Blob(
        path=each.path,
        chunks=found.chunks,
        id=each.id,
        before=each.before,
        commit=commit.id,
        author=commit.author,
        date=commit.date,
    )
