"""What is staged, in real repositories."""

from collections.abc import Callable
from pathlib import Path

import pytest
from repositories import KEY, OTHER, Repository, look, places

from keeptabs.scan.git import Git, NoRepositoryError
from keeptabs.scan.index import Index

OLD = f"one\n{KEY}\nthree\n"


def cleaned(repo: Repository) -> None:
    repo.stage("a", KEY)
    repo.write("a", "clean")


def unstaged(repo: Repository) -> None:
    repo.stage("a", "clean")
    repo.write("a", KEY)


def deleted(repo: Repository) -> None:
    repo.run("rm", "-q", "old")


def gone_from_the_tree(repo: Repository) -> None:
    repo.stage("a", KEY)
    (repo.path / "a").unlink()


def half_staged(repo: Repository) -> None:
    repo.stage("old", OLD + "four\n")
    repo.write("old", OLD + f"four\n{OTHER}\n")


def renamed(repo: Repository) -> None:
    repo.run("mv", "old", "new")


def renamed_and_changed(repo: Repository) -> None:
    repo.run("mv", "old", "new")
    repo.stage("new", OLD + OTHER)


def linked(repo: Repository) -> None:
    (repo.path / "link").symlink_to(KEY)
    repo.run("add", "link")


def linked_to_a_key(repo: Repository) -> None:
    outside = repo.path.parent / "outside"
    outside.write_text(KEY)
    (repo.path / "link").symlink_to(outside)
    repo.run("add", "link")


def became_a_link(repo: Repository) -> None:
    (repo.path / "old").unlink()
    (repo.path / "old").symlink_to(f"to/{OTHER}")
    repo.run("add", "old")


def intended(repo: Repository) -> None:
    repo.write("a", KEY)
    repo.run("add", "--intent-to-add", "a")


def binary(repo: Repository) -> None:
    repo.stage("old", f"one\0\n{KEY}\nthree\n")


def odd_name(repo: Repository) -> None:
    repo.stage("a\nb \u00e9", KEY)


def no_utf_8(repo: Repository) -> None:
    repo.stage("a\udcff", KEY)


def added_at_the_end(repo: Repository) -> None:
    repo.stage("old", OLD + OTHER)


def put_before(repo: Repository) -> None:
    repo.stage("old", OLD.replace("one", f"one\n{OTHER}"))


def beside(repo: Repository) -> None:
    repo.stage("old", OLD + "four\n")


def new(repo: Repository) -> None:
    repo.stage("a", f"x\n{KEY}")


CASES: list[tuple[Callable[[Repository], object], list[str], list[str]]] = [
    # what was done, what is found in added lines, what in whole files
    (new, ["a:2"], ["a:2"]),
    (cleaned, ["a:1"], ["a:1"]),
    (gone_from_the_tree, ["a:1"], ["a:1"]),
    (unstaged, [], []),
    (beside, [], ["old:2"]),
    (added_at_the_end, ["old:4"], ["old:2", "old:4"]),
    (put_before, ["old:2"], ["old:2", "old:3"]),
    (half_staged, [], ["old:2"]),
    (deleted, [], []),
    (renamed, [], ["new:2"]),
    (renamed_and_changed, ["new:4"], ["new:2", "new:4"]),
    (linked, ["link:1"], ["link:1"]),
    (linked_to_a_key, [], []),
    (became_a_link, ["old:1"], ["old:1"]),
    (intended, [], []),
    (binary, ["old:0"], ["old:0"]),
    (odd_name, ["a\\nb \u00e9:1"], ["a\\nb \u00e9:1"]),
    (no_utf_8, ["a\\xff:1"], ["a\\xff:1"]),
]


@pytest.mark.parametrize("kind", ["sha1", "sha256"])
@pytest.mark.parametrize(("change", "lines", "files"), CASES, ids=[case[0].__name__ for case in CASES])
def test_the_index_is_read_and_never_the_working_tree(
    tmp_path: Path, kind: str, change: Callable[[Repository], object], lines: list[str], files: list[str]
) -> None:
    """Keys count in the lines that are added by default, and in whole files if that is wanted."""
    repo = Repository(tmp_path / "repo", f"--object-format={kind}")
    repo.commit(old=OLD)
    change(repo)
    assert places(Index(repo.git)) == lines
    assert places(Index(repo.git, whole_file=True)) == files


def test_before_the_first_commit_all_that_is_staged_is_new(tmp_path: Path) -> None:
    """There is no HEAD to compare with yet."""
    repo = Repository(tmp_path / "repo")
    assert look(Index(repo.git))[1].files == 0
    repo.stage("a", KEY)
    assert places(Index(repo.git)) == ["a:1"]


def test_a_submodule_is_told_and_not_read(tmp_path: Path) -> None:
    """Its files are in another repository."""
    repo = Repository(tmp_path / "repo")
    repo.stage("a", KEY)
    repo.submodule("1" * 40)
    found, tally = look(Index(repo.git))
    assert len(found) == tally.files == 1
    assert [skipped.path for skipped in tally.skipped] == ["part"]
    assert not tally.unread


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("diff.external", "false"),
        ("diff.relative", "true"),
        ("diff.renames", "false"),
        ("diff.noprefix", "true"),
        ("diff.ignoreSubmodules", "all"),
        ("color.ui", "always"),
        ("core.quotePath", "true"),
    ],
)
def test_no_configuration_changes_what_is_seen(tmp_path: Path, name: str, value: str) -> None:
    """Paths are from the top, and added lines are told apart, from a folder below too."""
    repo = Repository(tmp_path / "repo")
    repo.commit(old=OLD)
    repo.run("mv", "old", "\u00e9")
    repo.stage("\u00e9", OLD + OTHER)
    repo.stage("sub/a", "clean")
    repo.submodule("1" * 40)
    repo.run("config", name, value)
    found, tally = look(Index(Git(str(repo.path / "sub"))))
    assert [(each.path, each.line) for each in found] == [("\u00e9", 4)]
    assert [skipped.path for skipped in tally.skipped] == ["part"]


def test_what_a_hook_is_told_of_the_index_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``git commit FILE`` shows the hook an index of its own."""
    repo = Repository(tmp_path / "repo")
    repo.commit(old="clean")
    repo.stage("a", KEY)
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "another"))
    repo.run("read-tree", "HEAD")
    repo.stage("old", OTHER)
    assert places(Index(repo.git)) == ["old:1"]


def test_a_staged_object_that_is_damaged_is_told(tmp_path: Path) -> None:
    """The others are read all the same."""
    repo = Repository(tmp_path / "repo")
    for name in ("a", "b", "c"):
        repo.stage(name, f"{name} {KEY}")
    object_file = repo.loose(repo.run("rev-parse", ":b"))
    object_file.write_bytes(object_file.read_bytes()[:-4])
    found, tally = look(Index(repo.git))
    assert [finding.path for finding in found] == ["a", "c"]
    assert [(unread.path, "cannot read" in unread.reason) for unread in tally.unread] == [("b", True)]


def test_what_lines_were_added_to_may_be_damaged(tmp_path: Path) -> None:
    """Then all lines count as new."""
    repo = Repository(tmp_path / "repo")
    repo.commit(old=OLD)
    beside(repo)
    repo.loose(repo.run("rev-parse", "HEAD:old")).write_bytes(b"")
    assert places(Index(repo.git)) == ["old:2"]


def test_outside_of_a_repository_that_is_said(tmp_path: Path) -> None:
    """In one line."""
    with pytest.raises(NoRepositoryError, match=r"^git rev-parse: not a git repository"):
        look(Index(Git(str(tmp_path))))
