"""Which lines of a blob are new: those that none of the blobs it was made from has."""

import re
from collections.abc import Iterator, Sequence
from functools import partial

from keeptabs.scan.changes import PLAIN
from keeptabs.scan.git import Git, pipes
from keeptabs.scan.sources import Blob
from keeptabs.secrets.finding import Finding

_HUNK = re.compile(rb"@@ -\S+ \+(\d+)(?:,(\d+))? @@")
_PIECE = 1 << 16


def added(git: Git, blob: Blob, findings: Sequence[Finding]) -> Sequence[Finding]:
    """The findings in lines that were added; all of them in a new file, and in one that has no lines."""
    if not blob.before:
        return findings
    hunks = [list(_hunks(git, before, blob.id)) for before in blob.before]
    return [finding for finding in findings if not finding.line or all(_holds(each, finding.line) for each in hunks)]


def _holds(hunks: Sequence[range], line: int) -> bool:
    return any(line in hunk for hunk in hunks)


def _hunks(git: Git, before: str, after: str) -> Iterator[range]:
    """The lines of ``after`` that ``before`` has not. A blob that git cannot read has none that count."""
    with git.open("diff", "--unified=0", "--text", *PLAIN, before, after) as process:
        begins = True  # whether a line does: a long one comes in pieces
        for piece in iter(partial(pipes(process)[1].readline, _PIECE), b""):
            if begins and (found := _HUNK.match(piece)):
                first = int(found[1])
                yield range(first, first + int(found[2] or 1))
            begins = piece.endswith(b"\n")
        if process.wait():
            yield range(1, 1 << 62)
