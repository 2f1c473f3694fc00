"""What the commits of a range add, in real repositories."""

import pytest
from repositories import KEY, OTHER, Repository, look, places

from keeptabs.core.errors import UserError
from keeptabs.scan.history import Range


def test_a_range_is_what_its_commits_add(repo: Repository) -> None:
    """Lines that were there before are not theirs, and what they took out again still is."""
    start = repo.commit("before", b=f"one\n{KEY}\n")
    middle = repo.commit("add", b=f"one\n{KEY}\n{OTHER}\n")
    end = repo.commit("take", b=f"one\n{KEY}\nthree\n")
    (found,), tally = look(Range(repo.git, f"{start}..{end}"))
    assert (found.path, found.line, found.commit, found.in_head) == ("b", 3, middle, False)
    assert tally.files == 4, "two messages and two blobs"
    assert places(Range(repo.git, f"{start}..{end}", whole_file=True)) == ["b:2", "b:3", "b:2"]


def test_a_range_follows_renames_and_looks_at_each_change(repo: Repository) -> None:
    """What was there before under another name is not new; the same content in another file is."""
    text = "".join(f"{line}\n" for line in range(20))
    start = repo.commit("before", b=f"{text}{KEY}\n", c=f"{text}clean\n")
    repo.run("mv", "b", "d")
    repo.commit("renamed", d=f"{text}{KEY}\nmore\n")
    assert places(Range(repo.git, f"{start}..HEAD")) == []
    repo.commit("the same", c=f"{text}{KEY}\nmore\n")
    assert places(Range(repo.git, f"{start}..HEAD")) == ["c:21"]


@pytest.mark.parametrize("zeros", [40, 64])
def test_a_range_from_nowhere_is_what_no_remote_has(repo: Repository, zeros: int) -> None:
    """So git tells a hook of a branch that is new to the other side."""
    repo.commit("there", b=KEY)
    repo.run("update-ref", "refs/remotes/origin/main", "HEAD")
    repo.commit("here", c=OTHER)
    assert places(Range(repo.git, f"{'0' * zeros}..HEAD")) == ["c:1"]


def test_a_merge_adds_what_none_of_its_parents_has(repo: Repository) -> None:
    """A key that one of them had is told with the commit that it came with."""
    start = repo.run("rev-parse", "HEAD")
    repo.run("switch", "-q", "-c", "side")
    repo.commit("side", a=f"clean\nside {KEY}\n")
    repo.run("switch", "-q", "main")
    repo.commit("main", a="clean\nmain\n")
    repo.run("merge", "-q", "-s", "ours", "--no-commit", "side")
    repo.stage("a", f"clean\nside {KEY}\nmain\n{OTHER}\n")
    repo.run("commit", "-q", "-m", "merged")
    assert places(Range(repo.git, f"{start}..HEAD")) == ["a:2", "a:4"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("nope..HEAD", r"^git log: bad revision 'nope..HEAD'$"),
        ("--output=x", r"^--output=x: no range of commits; write it as A..B$"),
        (f"{'0' * 40}..--all", r"no range of commits"),
    ],
)
def test_a_range_that_is_none_is_a_mistake_of_the_user(repo: Repository, text: str, message: str) -> None:
    """Nothing in it becomes an option of git."""
    with pytest.raises(UserError, match=message):
        look(Range(repo.git, text))
    assert not (repo.path / "x").exists()
