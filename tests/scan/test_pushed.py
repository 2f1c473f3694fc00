from itertools import permutations
from pathlib import Path

import pytest
from repositories import Repository

from keeptabs.scan.pushed import _base, ranges

NONE = "0" * 40


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """Three commits on main: the remote ``origin`` is known to have the first, ``private`` the second."""
    made = Repository(tmp_path / "repository")
    made.commit("one")
    made.run("update-ref", "refs/remotes/origin/main", "HEAD")
    made.commit("two")
    made.run("update-ref", "refs/remotes/private/main", "HEAD")
    made.commit("three")
    return made


def commit(repository: Repository, name: str) -> str:
    return repository.run("rev-parse", name)


def asked(repository: Repository, there: str, remote: str = "origin", local: str = "main") -> list[str]:
    line = f"refs/heads/{local} {commit(repository, local)} refs/heads/{local} {there}\n"
    return ranges(line, remote, repository.git)


def test_what_the_other_side_lacks_is_scanned(repository: Repository) -> None:
    """From where its branch stands to what is pushed; after a rewrite too."""
    first, last = commit(repository, "main~2"), commit(repository, "main")
    assert asked(repository, first) == [f"{first}..{last}"]
    repository.run("branch", "before")
    repository.run("reset", "--quiet", "--hard", "main~1")
    rewritten = repository.commit("other")
    assert asked(repository, last) == [f"{last}..{rewritten}"]


@pytest.mark.parametrize(
    ("remote", "base"),
    [("origin", "main~2"), ("private", "main~1"), ("https://host.test/x.git", None), ("upstream", None)],
)
def test_a_new_branch_begins_where_that_remote_ends(repository: Repository, remote: str, base: str | None) -> None:
    """What only another remote has is new; to a place of which nothing is known, everything is."""
    last = commit(repository, "main")
    expected = f"{commit(repository, base)}..{last}" if base else last
    assert asked(repository, NONE, remote) == [expected]


def test_what_nobody_has_fetched_is_no_start(repository: Repository) -> None:
    """A commit of the other side that is not here cannot begin a range, and what is known of the remote can."""
    first, last = commit(repository, "main~2"), commit(repository, "main")
    assert asked(repository, "1234567890" * 4) == [f"{first}..{last}"]


def test_a_merge_begins_below_all_sides(repository: Repository) -> None:
    """Of several places where new commits begin, the range starts at what every one of them descends from."""
    root, two = commit(repository, "main~2"), commit(repository, "main~1")
    for side, start in (("left", two), ("low", root), ("right", two)):
        repository.run("checkout", "--quiet", "-b", side, start)
        repository.commit(side, **{side: side})
        repository.run("update-ref", f"refs/remotes/origin/{side}", "HEAD")
    for sides in permutations(["left", "low", "right"]):
        assert _base([commit(repository, side) for side in sides], repository.git) == root
    repository.run("merge", "--quiet", "--no-ff", "left", "low", "--message=merge")
    assert asked(repository, NONE, local="right") == [f"{root}..{commit(repository, 'right')}"]


def test_sides_without_a_common_start_are_scanned_whole(repository: Repository) -> None:
    """Of histories that were begun apart, no commit is below all."""
    repository.run("checkout", "--quiet", "--orphan", "apart")
    repository.commit("apart")
    repository.run("update-ref", "refs/remotes/origin/apart", "HEAD")
    repository.run("merge", "--quiet", "--allow-unrelated-histories", "main~2", "--message=merge")
    assert asked(repository, NONE, local="apart") == [commit(repository, "apart")]


@pytest.mark.parametrize("line", ["", "\n", f"(delete) {NONE} refs/heads/main {'1' * 40}\n"])
def test_what_brings_nothing_is_not_scanned(repository: Repository, line: str) -> None:
    """A branch that is deleted, and no line at all."""
    assert ranges(line, "origin", repository.git) == []


def test_what_the_remote_has_already_is_not_scanned(repository: Repository) -> None:
    """A new name for a commit that it has brings nothing."""
    repository.run("branch", "again", "main~2")
    assert asked(repository, NONE, local="again") == []


def test_each_range_is_scanned_once(repository: Repository) -> None:
    """Two names for one commit, and the annotated tag of it: the same new commits."""
    repository.run("tag", "--annotate", "--message=v1", "v1")
    line = "refs/{0} {1} refs/{0} {2}\n"
    main, tag = commit(repository, "main"), commit(repository, "v1")
    lines = [
        line.format(name, name_of, NONE) for name, name_of in (("heads/a", main), ("heads/b", main), ("tags/v1", tag))
    ]
    first = commit(repository, "main~2")
    assert ranges("".join(lines), "origin", repository.git) == [f"{first}..{main}", f"{first}..{tag}"]
