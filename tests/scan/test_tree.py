"""Files below paths, in repositories and outside of them."""

import os
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from repositories import KEY, Repository, look, places

from keeptabs.core.errors import UserError
from keeptabs.scan import sources, tree
from keeptabs.scan.sources import Unread
from keeptabs.scan.tree import Tree, closed


def ignored(repo: Repository) -> None:
    repo.write(".gitignore", "a\n")
    repo.write("a", KEY)


def tracked_and_ignored(repo: Repository) -> None:
    repo.stage("a", KEY)
    repo.write(".gitignore", "a\n")


def unmerged(repo: Repository) -> None:
    blob = repo.run("hash-object", "-w", "--stdin", data=b"clean")
    entries = "".join(f"100644 {blob} {stage}\ta\n" for stage in (1, 2, 3))
    repo.run("update-index", "--index-info", data=entries.encode())
    repo.write("a", KEY)


def changed_since(repo: Repository) -> None:
    repo.stage("a", "clean")
    repo.write("a", KEY)


def gone(repo: Repository) -> None:
    repo.stage("a", KEY)
    (repo.path / "a").unlink()


def loop(repo: Repository) -> None:
    (repo.path / "up").symlink_to("..")
    (repo.path / "self").symlink_to("self")


CASES: dict[str, tuple[Callable[[Repository], object], list[str]]] = {
    "tracked": (lambda repo: repo.stage("a", KEY), ["a:1"]),
    "untracked": (lambda repo: repo.write("sub/a", KEY), ["sub/a:1"]),
    "changed": (changed_since, ["a:1"]),
    "unmerged": (unmerged, ["a:1"]),
    "gone": (gone, []),
    "loop": (loop, []),
    "link": (lambda repo: (repo.path / "link").symlink_to(KEY), ["link:1"]),
    "newline": (lambda repo: repo.write("a\nb", KEY), ["a\\nb:1"]),
    "no utf-8": (lambda repo: repo.write("a\udcff", KEY), ["a\\xff:1"]),
    "utf-16": (lambda repo: repo.write("a", b"\xff\xfe" + f"one\n{KEY}\n".encode("utf-16-le")), ["a:2"]),
    "binary": (lambda repo: repo.write("a", f"\0\n{KEY}"), ["a:0"]),
}
IGNORED: dict[str, tuple[Callable[[Repository], object], list[str]]] = {
    "ignored": (ignored, []),
    "tracked and ignored": (tracked_and_ignored, ["a:1"]),
}


@pytest.mark.parametrize(("change", "expected"), (CASES | IGNORED).values(), ids=CASES | IGNORED)
def test_a_repository_is_what_git_would_commit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[Repository], object], expected: list[str]
) -> None:
    """The same from its top and from above, where paths begin with the folder that was named."""
    repo = Repository(tmp_path / "repo")
    change(repo)
    monkeypatch.chdir(repo.path)
    assert places(Tree(["."])) == expected
    monkeypatch.chdir(tmp_path)
    assert places(Tree(["repo"])) == places(Tree(["repo/"])) == [f"repo/{place}" for place in expected]
    assert look(Tree(["repo"]))[1].unread == []


@pytest.mark.parametrize(("change", "expected"), CASES.values(), ids=CASES)
def test_without_git_everything_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[Repository], object], expected: list[str]
) -> None:
    """What git keeps for itself is told as skipped."""
    change(Repository(tmp_path))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", "")
    assert places(Tree(["."])) == expected
    assert [skipped.path for skipped in look(Tree(["."]))[1].skipped] == [".git"]


def test_a_walk_is_in_order_and_enters_all_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twice the same, and no link to a folder is one."""
    for name in ("b/c/d", "b/a", "a", "c"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(KEY)
    (tmp_path / "b" / "c" / "link").symlink_to(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert places(Tree(["."])) == ["a:1", "c:1", "b/a:1", "b/c/d:1"]


def test_a_folder_that_is_met_again_is_entered_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As through a mount that lies in itself."""
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "key").write_text(KEY)
    (tmp_path / "a" / "b" / "key").write_text(KEY)
    real = Path.stat
    monkeypatch.setattr(
        Path, "stat", lambda self, **options: real(self.parent if self.name == "b" else self, **options)
    )
    assert len(places(Tree([str(tmp_path)]))) == 1


@pytest.mark.parametrize("name", ["a", "sub", "link", "ignored", "ignored/a"])
def test_what_is_named_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """A file, a folder, a link to a folder; and what git ignores, if it is named."""
    repo = Repository(tmp_path)
    repo.write(".gitignore", "ignored\n")
    for path in ("a", "sub/a", "ignored/a"):
        repo.write(path, KEY)
    (tmp_path / "link").symlink_to("sub")
    monkeypatch.chdir(tmp_path)
    assert places(Tree([name])) == [f"{name}:1" if name.endswith("a") else f"{name}/a:1"]


def test_a_repository_in_a_repository_is_told_and_not_read(tmp_path: Path) -> None:
    """Whether it is a submodule or only lies there."""
    repo = Repository(tmp_path / "repo")
    other = Repository(repo.path / "other")
    other.commit(a=KEY)
    Repository(repo.path / "module").commit(a=KEY)
    repo.run("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", "./module", "module")
    found, tally = look(Tree([str(repo.path)]))
    assert found == []
    assert [Path(skipped.path).name for skipped in tally.skipped] == ["other", "module"]


@pytest.mark.parametrize("where", ["repository", "folder"])
def test_what_is_no_file_is_told_and_not_opened(where: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Opening a pipe would wait for somebody to write."""
    if where == "repository":
        Repository(tmp_path)
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket")
        tally = look(Tree(["."]))[1]
        tally.skipped += look(Tree(["pipe", "socket", "/dev/null"]))[1].skipped
    told = {skipped.path: skipped.reason for skipped in tally.skipped}
    told.pop(".git", None)
    assert told == {"pipe": "a pipe", "socket": "a socket", "/dev/null": "a device"}


def test_what_cannot_be_opened_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The scan goes on with the others."""
    for name in ("a", "b", "c"):
        (tmp_path / name).write_text(KEY)
    real = tree.FileIO

    def opened(path: str) -> tree.FileIO:
        if path.endswith("b"):
            raise PermissionError(13, "Permission denied", path)
        return real(path)

    monkeypatch.setattr(tree, "FileIO", opened)
    found, tally = look(Tree([str(tmp_path)]))
    assert len(found) == 2
    assert tally.unread == [Unread(str(tmp_path / "b"), "Permission denied")]


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is closed to root")
@pytest.mark.parametrize("where", ["repository", "folder"])
def test_a_folder_that_cannot_be_opened_is_told(tmp_path: Path, where: str) -> None:
    """By git as by ourselves."""
    if where == "repository":
        Repository(tmp_path)
    (tmp_path / "shut").mkdir(mode=0)
    unread = look(Tree([str(tmp_path)]))[1].unread
    (tmp_path / "shut").chmod(0o700)
    assert [each.reason for each in unread] == ["Permission denied"]


def test_a_folder_that_vanishes_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It was there a moment ago, and what it held was not read."""
    (tmp_path / "sub").mkdir()
    real = Path.stat

    def status(path: Path, **options: bool) -> os.stat_result:
        found = real(path, **options)
        if path.name == "sub":
            path.rmdir()
        return found

    monkeypatch.setattr(Path, "stat", status)
    assert look(Tree([str(tmp_path)]))[1].unread == [Unread(str(tmp_path / "sub"), "No such file or directory")]


def test_what_git_warns_of_is_unread() -> None:
    """As git 2.39 words it; its other warnings are none of ours."""
    said = "warning: LF\nwarning: could not open directory 'a b/': Permission denied\nfatal: no\n"
    assert list(closed(said)) == [Unread("a b/", "Permission denied")]


def test_a_path_that_is_none_is_a_mistake_of_the_user() -> None:
    """The message names it."""
    with pytest.raises(UserError, match=r"^nowhere: no such file or directory$"):
        look(Tree(["nowhere"]))


def test_a_repository_that_git_refuses_to_read_is_a_mistake_of_the_user(tmp_path: Path) -> None:
    """Nothing is walked in its place, since what it ignores is not known."""
    repo = Repository(tmp_path)
    (repo.path / ".git" / "index").write_bytes(b"broken")
    with pytest.raises(UserError, match=r"^git ls-files: "):
        look(Tree([str(tmp_path)]))


def test_a_large_file_is_read_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its keys are where they are."""
    monkeypatch.setattr(tree, "WHOLE", 1_000)
    monkeypatch.setattr(sources, "CHUNK", 100)
    (tmp_path / "a").write_text("".join(f"line {number}\n" for number in range(5_000)) + KEY)
    (blob,) = Tree([str(tmp_path / "a")]).items()
    assert max(map(len, blob.chunks)) == 100
    assert places(Tree([str(tmp_path / "a")])) == [f"{tmp_path / 'a'}:5001"]


def test_a_hook_of_another_repository_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A directory's files are those of the repository that it lies in."""
    repo = Repository(tmp_path / "repo")
    ignored(repo)
    repo.write("b", KEY)
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "another"))
    monkeypatch.setenv("GIT_INDEX_FILE", "index")
    assert places(Tree([str(repo.path)])) == [f"{repo.path / 'b'}:1"]


def test_no_program_that_a_repository_names_is_run(tmp_path: Path) -> None:
    """A tree is scanned before anybody trusts it."""
    repo = Repository(tmp_path / "repo")
    repo.stage("a", "clean")
    repo.run("config", "core.fsmonitor", f"touch {tmp_path / 'ran'}; true")
    look(Tree([str(repo.path)]))
    assert not (tmp_path / "ran").exists()
    subprocess.run(["git", "status"], cwd=repo.path, capture_output=True, check=True)
    assert (tmp_path / "ran").exists(), "git runs it otherwise"
