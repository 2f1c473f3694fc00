"""What was committed: the commits of a range, or every blob that the repository still has, each once."""

from collections.abc import Iterator, Sequence

import msgspec

from keeptabs.scan.added import added
from keeptabs.scan.changes import Change, contents
from keeptabs.scan.git import Git, GitError
from keeptabs.scan.log import log, revisions
from keeptabs.scan.sources import Blob, Item, Skipped, Source
from keeptabs.scan.unreachable import unreachable
from keeptabs.secrets.finding import Finding


class _Committed(Source):
    """Findings are told whether HEAD still has their blob."""

    def __init__(self, git: Git) -> None:
        self._git = git
        self._head: frozenset[str] | None = None

    def settled(self, blob: Blob, findings: Sequence[Finding]) -> Sequence[Finding]:
        """All of them, each told whether its blob is in HEAD."""
        if self._head is None:
            self._head = _blobs_of_head(self._git)
        return [msgspec.structs.replace(each, in_head=blob.id in self._head) for each in findings]


class Range(_Committed):
    """The commits that ``revisions`` name, as ``A..B``. Findings are in lines that they add, or in the whole file."""

    def __init__(self, git: Git, text: str, *, whole_file: bool = False) -> None:
        super().__init__(git)
        self._revisions, self._whole_file = revisions(text), whole_file

    def items(self) -> Iterator[Item]:
        """The commits' messages, and the blobs that they bring in.

        Raises:
            UserError: there is no repository, or no such revision.
        """
        yield from contents(self._git, _once(log(self._git, *self._revisions, renames=True)))

    def settled(self, blob: Blob, findings: Sequence[Finding]) -> Sequence[Finding]:
        """Those in added lines, unless the whole file is asked for."""
        return super().settled(blob, findings if self._whole_file else added(self._git, blob, findings))


class History(_Committed):
    """All that any branch, tag or other ref reaches, then what none does and git still has."""

    def items(self) -> Iterator[Item]:
        """Commits' messages and blobs, the oldest first; tags; what is unreachable.

        Raises:
            UserError: there is no repository.
        """
        if self._git.run("rev-parse", "--is-shallow-repository")[0].strip() == b"true":
            yield Skipped("(history)", "a shallow clone: older commits are not in it")
        seen = set[bytes]()
        yield from contents(self._git, _first(log(self._git, "--all"), seen))
        yield from unreachable(self._git, seen)


def _once(entries: Iterator[Change | Blob]) -> Iterator[Change | Blob]:
    """Every change where it came first: a revert of a revert, say, brings in nothing else."""
    seen = set[tuple[str, ...]]()
    for entry in entries:
        name = (entry.id, *entry.before) if isinstance(entry, Change) else (entry.commit,)
        if name not in seen:
            seen.add(name)
            yield entry


def _first(entries: Iterator[Change | Blob], seen: set[bytes]) -> Iterator[Change | Blob]:
    """Every blob where it came first; ``seen`` gets the ids, of commits too, as bytes, since they are many."""
    for entry in entries:
        name = bytes.fromhex(entry.id if isinstance(entry, Change) else entry.commit)
        if name not in seen:
            seen.add(name)
            yield entry


def _blobs_of_head(git: Git) -> frozenset[str]:
    try:
        printed, _ = git.run("ls-tree", "-r", "-z", "HEAD")
    except GitError:  # no commit yet
        return frozenset()
    return frozenset(entry.split(b"\t")[0].split()[2].decode("ascii") for entry in printed.split(b"\0") if entry)
