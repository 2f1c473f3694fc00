"""git as the product asks it."""

from pathlib import Path

import pytest
from repositories import Repository

from keeptabs.scan import git as module
from keeptabs.scan.git import Git, GitError, NoRepositoryError, pipes


def test_what_git_prints_comes_whole_or_piece_by_piece(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However it is cut on the way, and whatever separates the pieces."""
    repo = Repository(tmp_path)
    repo.commit(a="1", b="2", longer="3")
    printed, said = repo.git.run("ls-files", "-z")
    assert (printed, said) == (b"a\0b\0longer\0", "")
    for size in (2, 3, 7, 100):
        monkeypatch.setattr(module, "_CHUNK", size)
        assert list(repo.git.tokens("ls-files", "-z")) == [b"a", b"b", b"longer"]
        assert list(repo.git.tokens("ls-files", separator=b"\n")) == [b"a", b"b", b"longer"]
        assert list(repo.git.tokens("rev-parse", "--is-bare-repository")) == [b"false\n"]


@pytest.mark.parametrize(
    ("arguments", "kind", "message"),
    [
        (["rev-parse", "--verify", "HEAD"], GitError, "git rev-parse: Needed a single revision"),
        (["log", "nope..HEAD"], GitError, "git log: ambiguous argument 'nope..HEAD': unknown revision or path"),
        (["frotz"], GitError, "git frotz: git: 'frotz' is not a git command"),
        (["config", "a.b"], GitError, "git config: exit 1"),
    ],
    ids=["rev-parse", "log", "no command", "silent"],
)
def test_what_git_refuses_is_said_in_one_line(
    tmp_path: Path, arguments: list[str], kind: type[GitError], message: str
) -> None:
    """In git's own words, first of what it calls fatal."""
    repo = Repository(tmp_path)
    for ask in (repo.git.run, lambda *said: list(repo.git.tokens(*said))):
        with pytest.raises(kind) as caught:
            ask(*arguments)
        assert str(caught.value).startswith(message)
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize("path", ["", "PATH"], ids=["no git", "no repository"])
def test_where_there_is_no_repository_that_is_told_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    """A tree is walked then."""
    if not path:
        monkeypatch.setenv("PATH", "")
    with pytest.raises(NoRepositoryError, match="not a git repository" if path else "git is not installed"):
        Git(str(tmp_path)).run("ls-files")


def test_what_a_hook_is_told_holds_only_where_it_should(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The index of a commit is the hook's; the files of a directory are its own repository's."""
    here, there = Repository(tmp_path / "here"), Repository(tmp_path / "there")
    monkeypatch.setenv("GIT_DIR", str(there.path / ".git"))
    for of_hook, expected in ((True, there), (False, here)):
        printed, _ = Git(str(here.path), of_hook).run("rev-parse", "--absolute-git-dir")
        assert Path(printed.decode().strip()) == (expected.path / ".git").resolve()


def test_a_process_without_pipes_is_a_mistake_of_ours(tmp_path: Path) -> None:
    """It fails loudly."""
    with Repository(tmp_path).git.open("version") as process:
        assert pipes(process)[1].read().startswith(b"git version")
        process.stdin.close()
        process.stdin = None
        with pytest.raises(TypeError, match="no pipes"):
            pipes(process)
        process.stdin = process.stdout
