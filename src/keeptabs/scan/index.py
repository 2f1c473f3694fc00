"""What is staged: the blobs of the index that the next commit would bring in, never the files of the working tree."""

from collections.abc import Iterator, Sequence

from keeptabs.scan.added import added
from keeptabs.scan.changes import RAW, Change, change, contents
from keeptabs.scan.git import Git
from keeptabs.scan.sources import Blob, Item, Source
from keeptabs.secrets.finding import Finding


class Index(Source):
    """The staged changes. Findings are those in lines that they add, or in the ``whole_file``."""

    def __init__(self, git: Git, *, whole_file: bool = False) -> None:
        self._git, self._whole_file = git, whole_file

    def items(self) -> Iterator[Item]:
        """The blobs that were added, copied, modified, renamed or changed in type.

        Raises:
            UserError: there is no repository.
        """
        yield from contents(self._git, self._changes())

    def _changes(self) -> Iterator[Change]:
        self._git.run("rev-parse", "--git-dir")  # outside of a repository `git diff` says nothing that helps
        # In a repository without a commit git compares with the empty tree.
        printed, _ = self._git.run("diff", "--cached", *RAW, "-M", "--diff-filter=ACMRT")
        tokens = iter(printed.split(b"\0"))
        for header in tokens:
            if header and (found := change(header, tokens)):
                yield found

    def settled(self, blob: Blob, findings: Sequence[Finding]) -> Sequence[Finding]:
        """Those in added lines, unless the whole file is asked for."""
        return findings if self._whole_file else added(self._git, blob, findings)
