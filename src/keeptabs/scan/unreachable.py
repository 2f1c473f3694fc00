"""What git has and no commit reaches: tags, and what was thrown away and is not collected yet."""

import re
from collections.abc import Container, Iterator

import msgspec

from keeptabs.scan.git import Git
from keeptabs.scan.objects import Object, read
from keeptabs.scan.sources import Blob, Item, Unread

_KINDS = frozenset({"blob", "commit", "tag"})
_TAG = re.compile(rb"^tag (.+)$", re.MULTILINE)


class Listed(msgspec.Struct, frozen=True):
    """An object, and what kind it is of."""

    id: str
    kind: str

    @property
    def name(self) -> str:
        """What it is called where no path leads to it."""
        return f"({self.kind} {self.id[:12]}, which nothing refers to)"


def unreachable(git: Git, seen: Container[bytes]) -> Iterator[Item]:
    """All blobs, tags and messages of commits whose ids, as bytes, are not among ``seen``."""
    broken: list[Unread] = []
    for each, found in read(git, _listed(git, seen, broken)):
        yield Unread(each.name, "git cannot read it") if found is None else _blob(each, found)
    yield from broken


def _listed(git: Git, seen: Container[bytes], broken: list[Unread]) -> Iterator[Listed]:
    command = "cat-file", "--batch-all-objects", "--unordered", "--batch-check=%(objectname) %(objecttype)"
    for line in git.tokens(*command, separator=b"\n"):
        each = Listed(*line.decode("ascii").split())
        if bytes.fromhex(each.id) in seen:
            continue
        if each.kind in _KINDS:
            yield each
        elif each.kind == "missing":
            broken.append(Unread(f"(object {each.id[:12]})", "git cannot read it"))


def _blob(each: Listed, found: Object) -> Blob:
    if each.kind == "blob":
        return Blob(path=each.name, chunks=found.chunks, id=each.id)
    header, _, text = b"".join(found.chunks).partition(b"\n\n")
    if each.kind == "commit":
        return Blob(path=each.name, chunks=(text,), commit=each.id)
    tag = _TAG.search(header)
    return Blob(path=f"(tag {tag[1].decode('utf-8', 'replace')})" if tag else each.name, chunks=(text,))
