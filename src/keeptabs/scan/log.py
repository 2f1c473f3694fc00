"""git's log as values: each commit's message and what it changed, the oldest commit first."""

import re
from collections.abc import Iterator

from keeptabs.core.errors import UserError
from keeptabs.scan.changes import RAW, Change, Commit, change
from keeptabs.scan.git import Git
from keeptabs.scan.sources import Blob

MESSAGE = "(commit message)"
_COMMIT = b"\x01"  # begins a commit: no entry of the raw format does
_LOG = (
    "log",
    "--reverse",
    "--topo-order",
    "--diff-merges=combined",  # of a merge, what neither parent has
    "--root",
    "--encoding=UTF-8",
    "--no-show-signature",
    f"--format={_COMMIT.decode()}%H%x00%an <%ae>%x00%aI%x00%B%x00",
)
_ZEROS = re.compile(r"0{40}|0{64}")


def log(git: Git, *revisions: str, renames: bool = False) -> Iterator[Change | Blob]:
    """The messages and changes of all commits that ``revisions`` reach, as they come.

    Raises:
        GitError: there is no repository, or no such revision.
    """
    tokens = git.tokens(*_LOG, *RAW, "-M" if renames else "--no-renames", *revisions, "--")
    commit = Commit()
    for token in tokens:
        entry = token.lstrip(b"\n")
        if entry.startswith(_COMMIT):
            commit = Commit(id=entry[1:].decode("ascii"), author=_text(next(tokens)), date=_text(next(tokens)))
            yield message(next(tokens), commit)
        elif entry.startswith(b":") and (found := change(entry, tokens, commit)):
            yield found


def message(text: bytes, commit: Commit) -> Blob:
    """A commit's message as a blob."""
    return Blob(path=MESSAGE, chunks=(text,), commit=commit.id, author=commit.author, date=commit.date)


def revisions(text: str) -> tuple[str, ...]:
    """What a person or a hook names, as ``A..B``, as arguments for `log`.

    All zeros for A, which is how git tells a hook that the other side has none yet, mean what no remote has.

    Raises:
        UserError: it is an option, no revision.
    """
    first, dots, last = text.partition("..")
    is_new = bool(dots) and _ZEROS.fullmatch(first) is not None
    if (last if is_new else text).startswith("-"):
        raise UserError(f"{text}: no range of commits; write it as A..B")
    return (last, "--not", "--remotes") if is_new else (text,)


def _text(token: bytes) -> str:
    return token.decode("utf-8", "replace")
