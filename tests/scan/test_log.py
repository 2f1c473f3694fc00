"""Commits and ranges."""

from pathlib import Path

import pytest
from repositories import Repository

from keeptabs.core.errors import UserError
from keeptabs.scan.changes import Change
from keeptabs.scan.log import MESSAGE, log, revisions
from keeptabs.scan.sources import Blob

ZEROS = "0" * 40


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a..b", ("a..b",)),
        ("a...b", ("a...b",)),
        ("main", ("main",)),
        ("a..", ("a..",)),
        (f"{ZEROS}..b", ("b", "--not", "--remotes")),
        (f"{'0' * 64}..b", ("b", "--not", "--remotes")),
        (f"{'0' * 39}..b", (f"{'0' * 39}..b",)),
        (ZEROS, (ZEROS,)),
    ],
)
def test_a_range_is_what_git_calls_one(text: str, expected: tuple[str, ...]) -> None:
    """All zeros stand for what the other side has none of."""
    assert revisions(text) == expected


@pytest.mark.parametrize("text", ["-n1", "--all", f"{ZEROS}..-n1"])
def test_a_range_is_never_an_option(text: str) -> None:
    """It may come from anybody."""
    with pytest.raises(UserError, match="no range of commits"):
        revisions(text)


def test_messages_and_changes_come_from_the_oldest_on(tmp_path: Path) -> None:
    """A message may hold what looks like an entry, and an author may be called anything."""
    repo = Repository(tmp_path)
    odd = "two\n\n:100644 100644 1 2 M\n\x01x"
    ids = [repo.commit("one", a="1"), repo.commit(odd, a="2", b="3"), repo.commit("three")]
    found = list(log(repo.git, "HEAD"))
    told = [
        (entry.commit.id, entry.path) if isinstance(entry, Change) else (entry.commit, b"".join(entry.chunks).decode())
        for entry in found
    ]
    assert told == [
        (ids[0], "one\n"),
        (ids[0], "a"),
        (ids[1], odd + "\n"),
        (ids[1], "a"),
        (ids[1], "b"),
        (ids[2], "three\n"),
    ]
    assert {entry.path for entry in found if isinstance(entry, Blob)} == {MESSAGE}
    assert {(e.commit if isinstance(e, Change) else e).date for e in found} == {"2026-11-24T12:00:00+00:00"}


def test_renames_are_followed_only_where_wanted(tmp_path: Path) -> None:
    """A history reads a blob once anyway; a range must know which lines are new."""
    repo = Repository(tmp_path)
    repo.commit("one", a="1\n2\n3\n")
    repo.run("mv", "a", "b")
    repo.commit("two")
    for renames, before in ((False, 0), (True, 1)):
        (entry,) = [each for each in log(repo.git, "-n1", renames=renames) if isinstance(each, Change)]
        assert len(entry.before) == before
