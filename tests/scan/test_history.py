"""What was committed, in real repositories."""

from pathlib import Path

import pytest
from repositories import KEY, OTHER, Repository, look, places

from keeptabs.scan import git as git_module
from keeptabs.scan.git import Git
from keeptabs.scan.history import History, Range


def test_every_blob_is_read_once_and_told_where_it_came_in(repo: Repository) -> None:
    """However often it stands in the history: the oldest commit, its author, and the path it had then."""
    first = repo.commit("in", b=f"x\n{KEY}\n")
    repo.commit("copied", c=f"x\n{KEY}\n")
    repo.run("rm", "-q", "b", "c")
    repo.commit("out")
    repo.commit("in again", d=f"x\n{KEY}\n")
    (found,), tally = look(History(repo.git))
    assert (found.path, found.line, found.commit, found.author) == ("b", 2, first, "Dev <dev@example.test>")
    assert tally.files == 5 + 2, "messages and blobs"


def test_head_still_has_it_or_not(repo: Repository) -> None:
    """By its blob: a key on another line of another version is another blob."""
    repo.commit("both", b=KEY, c=OTHER)
    repo.run("rm", "-q", "b")
    repo.commit("one")
    assert {found.path: found.in_head for found in look(History(repo.git))[0]} == {"b": False, "c": True}


def branch(repo: Repository) -> None:
    repo.run("switch", "-q", "-c", "side")
    repo.commit("side", b=KEY)
    repo.run("switch", "-q", "main")


def merge(repo: Repository) -> None:
    branch(repo)
    repo.commit("main", c="clean")
    repo.run("merge", "-q", "--no-commit", "side")
    repo.stage("a", f"clean\n{OTHER}\n")
    repo.run("commit", "-q", "-m", "merged")


def stash(repo: Repository) -> None:
    repo.write("a", KEY)
    repo.run("stash")


def amended(repo: Repository) -> None:
    repo.commit(f"with {OTHER}", b=KEY)
    repo.stage("b", "clean")
    repo.run("commit", "-q", "--amend", "-m", "without")


def tag(repo: Repository) -> None:
    repo.run("tag", "-a", "v1", "-m", f"one\n\n{KEY}")


def replaced(repo: Repository) -> None:
    repo.commit("with", b=KEY)
    clean = repo.run("hash-object", "-w", "--stdin", data=b"clean")
    repo.run("replace", repo.run("rev-parse", "HEAD:b"), clean)


def staged_and_left(repo: Repository) -> None:
    repo.stage("b", KEY)
    repo.stage("b", "clean")


def detached(repo: Repository) -> None:
    repo.run("switch", "-q", "--detach")
    repo.commit("nowhere", b=KEY)


def of_a_worktree(repo: Repository) -> None:
    repo.run("worktree", "add", "-q", "--detach", "../worktree")
    Repository.commit(Worktree(repo.path.parent / "worktree"), "there", b=KEY)


class Worktree(Repository):
    def __init__(self, path: Path) -> None:
        self.path = path


CASES = {
    "branch": (branch, ["b:1"]),
    "merge": (merge, ["b:1", "a:2"]),
    "stash": (stash, ["a:1"]),
    "amended": (amended, ["(blob ", "(commit "]),
    "tag": (tag, ["(tag v1):3"]),
    "replaced": (replaced, ["b:1"]),
    "staged and left": (staged_and_left, ["(blob "]),
    "detached": (detached, ["b:1"]),
    "worktree": (of_a_worktree, ["b:1"]),
    "message": (lambda repo: repo.commit(f"one\n\n{KEY}"), ["(commit message):3"]),
    "odd name": (lambda repo: repo.commit("odd", **{"a\nb\udcff": KEY}), ["a\\nb\\xff:1"]),
}


@pytest.mark.parametrize(("make", "expected"), CASES.values(), ids=CASES)
def test_a_history_is_all_that_git_still_has(repo: Repository, make: object, expected: list[str]) -> None:
    """What no commit reaches has no path and is called by what it is."""
    make(repo)
    found = sorted(places(History(repo.git)))
    assert len(found) == len(expected)
    assert all(place.startswith(start) for place, start in zip(found, sorted(expected), strict=True))
    assert look(History(repo.git))[1].unread == []


def test_a_bare_repository_has_a_history_too(repo: Repository, tmp_path: Path) -> None:
    """It has no working tree, and none is wanted."""
    repo.commit("in", b=KEY)
    repo.run("clone", "-q", "--bare", ".", str(tmp_path / "bare"))
    assert [found.in_head for found in look(History(Git(str(tmp_path / "bare"))))[0]] == [True]


def test_an_empty_repository_has_none(tmp_path: Path) -> None:
    """Nothing is scanned, and nothing is wrong."""
    found, tally = look(History(Repository(tmp_path / "repo").git))
    assert (found, tally.files, tally.unread) == ([], 0, [])


def test_a_shallow_clone_says_so(repo: Repository, tmp_path: Path) -> None:
    """What is there is scanned: all of the oldest commit that it has."""
    repo.commit("in", b=KEY)
    repo.commit("more", c="clean")
    repo.run("clone", "-q", "--depth=1", f"file://{repo.path}", str(tmp_path / "shallow"))
    found, tally = look(History(Git(str(tmp_path / "shallow"))))
    assert [each.path for each in found] == ["b"]
    assert [each.reason for each in tally.skipped] == ["a shallow clone: older commits are not in it"]


def test_a_submodule_is_told_once(repo: Repository) -> None:
    """However often it moved."""
    for digit in "123":
        repo.submodule(digit * len(repo.run("rev-parse", "HEAD")))
        repo.commit(digit)
    assert [skipped.path for skipped in look(History(repo.git))[1].skipped] == ["part"]


@pytest.mark.parametrize("damage", ["cut", "empty", "missing", "garbage"])
def test_a_damaged_object_is_told_and_the_others_are_read(repo: Repository, damage: str) -> None:
    """Several of them too, wherever they stand; one is told once."""
    for name in "bcdefg":
        repo.commit(name, **{name: f"{name} {KEY}"})
    for name in "cdg":
        file = repo.loose(repo.run("rev-parse", f"HEAD:{name}"))
        content = file.read_bytes()
        if damage == "missing":
            file.unlink()
        else:
            file.write_bytes({"cut": content[:-4], "empty": b"", "garbage": b"garbage" * 9}[damage])
    found, tally = look(History(repo.git))
    assert [each.path for each in found] == ["b", "e", "f"]
    assert [each.path for each in tally.unread] == ["c", "d", "g"]


@pytest.mark.parametrize("without", ["GIT_ALLOW_PROTOCOL", "GIT_NO_LAZY_FETCH"])
def test_a_partial_clone_fetches_nothing(
    repo: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, without: str
) -> None:
    """What it left with its remote is told as unread, by gits old and new."""
    monkeypatch.delitem(git_module._ALWAYS, without)
    repo.commit("in", b=KEY)
    repo.commit("out", b="clean")
    repo.run("config", "uploadpack.allowFilter", "true")
    repo.run("clone", "-q", "--filter=blob:none", f"file://{repo.path}", str(tmp_path / "partial"))
    found, tally = look(History(Git(str(tmp_path / "partial"))))
    assert found == []
    assert [each.path for each in tally.unread] == ["b"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("log.showSignature", "true"),
        ("log.showRoot", "false"),
        ("log.diffMerges", "off"),
        ("log.decorate", "full"),
        ("log.mailmap", "true"),
        ("format.pretty", "oneline"),
        ("diff.relative", "true"),
        ("diff.renames", "copies"),
        ("color.ui", "always"),
        ("core.abbrev", "4"),
        ("i18n.logOutputEncoding", "utf-16"),
    ],
)
def test_no_configuration_changes_what_is_read(repo: Repository, name: str, value: str) -> None:
    """The first commit, merges and paths are as ever, from a folder below too."""
    merge(repo)
    repo.run("switch", "-q", "--orphan", "another")
    repo.commit("first", c=f"another\n{KEY}\n")
    (repo.path / "sub").mkdir()
    repo.run("config", name, value)
    assert sorted(places(History(Git(str(repo.path / "sub"))))) == ["a:2", "b:1", "c:2"]


def test_no_program_that_a_repository_names_is_run(repo: Repository, tmp_path: Path) -> None:
    """Neither to check signatures nor to show differences."""
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch {tmp_path / 'ran'}\n")
    program.chmod(0o755)
    head, _, text = repo.run("cat-file", "commit", "HEAD").partition("\n\n")
    signature = "-----BEGIN PGP SIGNATURE-----\n \n abc\n -----END PGP SIGNATURE-----"
    signed = f"{head}\ngpgsig {signature}\n\n{text}\n"
    commit = repo.run("hash-object", "-w", "-t", "commit", "--stdin", data=signed.encode())
    repo.run("update-ref", "HEAD", commit)
    repo.commit("more", a=f"clean\n{KEY}\n", **{".gitattributes": "* diff=own"})
    for name in ("gpg.program", "diff.external", "diff.own.command", "diff.own.textconv"):
        repo.run("config", name, str(program))
    repo.run("config", "log.showSignature", "true")
    assert places(History(repo.git)) == places(Range(repo.git, "HEAD~1..HEAD")) == ["a:2"]
    assert not (tmp_path / "ran").exists()


def test_parents_come_before_their_children_whatever_their_clocks_said(
    repo: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So a key is told with the commit that brought it in."""
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2031-01-01T00:00:00+00:00")
    parent = repo.commit("late", b=KEY)
    repo.run("branch", "parent")
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2021-01-01T00:00:00+00:00")
    repo.commit("early", c=KEY)
    assert [(each.path, each.commit) for each in look(History(repo.git))[0]] == [("b", parent)]


def test_without_a_head_nothing_is_in_it(repo: Repository) -> None:
    """As where its branch has no commit yet, and others have."""
    repo.commit("in", b=KEY)
    repo.run("symbolic-ref", "HEAD", "refs/heads/none")
    assert [each.in_head for each in look(History(repo.git))[0]] == [False]
