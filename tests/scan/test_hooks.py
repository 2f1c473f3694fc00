import os
import subprocess
from pathlib import Path

import pytest
from repositories import Repository

from keeptabs.core.errors import UserError
from keeptabs.scan import hooks
from keeptabs.scan.hooks import KEPT, LEGACY, NAMES, State

# Stands for the interpreter: it writes down what it was given, without the hook's own code.
STAND_IN = '#!/bin/sh\nshift 3\necho "$@" >>"$OUT"\ncat >>"$OUT"\nexit ${CODE:-0}\n'
BEFORE = '#!/bin/sh\necho "before $*" >>"$OUT"\ncat >>"$OUT"\nexit ${BEFORE:-0}\n'
PUSHED = "refs/heads/main 1 refs/heads/main 0\n\n"  # an empty line: nothing may be taken off the end


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of hooks; what they call writes to the file OUT."""
    monkeypatch.setenv("OUT", str(tmp_path / "out"))
    made = tmp_path / "hooks"
    made.mkdir()
    return made


@pytest.fixture
def python(folder: Path) -> str:
    return str(program(folder / "a python's", STAND_IN))


def program(path: Path, text: str, mode: int = 0o755) -> Path:
    path.write_text(text)
    path.chmod(mode)
    return path


def called(path: Path, *arguments: str, told: str = "", **environment: str) -> tuple[int, str, str]:
    """What a hook exits with, what the programs that it calls wrote down, and what it says."""
    out = Path(os.environ["OUT"])
    out.unlink(missing_ok=True)
    ran = subprocess.run(
        [path, *arguments], input=told, capture_output=True, text=True, env={**os.environ, **environment}, check=False
    )
    return ran.returncode, out.read_text() if out.exists() else "", ran.stderr


@pytest.mark.parametrize("code", [0, 1, 3])
@pytest.mark.parametrize("name", NAMES)
def test_a_hook_hands_over_to_keeptabs(folder: Path, python: str, name: str, code: int) -> None:
    """The interpreter that installed it gets the hook's name, git's arguments and standard input; its code is kept."""
    assert hooks.install(folder, name, python)
    found = called(folder / name, "x", "y z", told=PUSHED, CODE=str(code))
    assert found == (code, f"hook run {name} x y z\n{PUSHED}", "")


@pytest.mark.parametrize("name", NAMES)
def test_the_hook_that_was_there_comes_first(folder: Path, python: str, name: str) -> None:
    """It gets the same arguments and input, and its failure is the end."""
    program(folder / name, BEFORE)
    hooks.install(folder, name, python)
    code, out, _ = called(folder / name, "x", told=PUSHED)
    # Only of a push does git say more than a hook's arguments.
    again = PUSHED if name == "pre-push" else ""
    assert (code, out) == (0, f"before x\n{PUSHED}hook run {name} x\n{again}")
    assert called(folder / name, "x", told=PUSHED, BEFORE="7")[:2] == (7, f"before x\n{PUSHED}")


def test_a_hook_that_git_would_not_call_is_not_called(folder: Path, python: str) -> None:
    """One that is no program is kept, and no more."""
    program(folder / "pre-commit", BEFORE, 0o644)
    hooks.install(folder, "pre-commit", python)
    assert called(folder / "pre-commit")[1] == "hook run pre-commit\n"


@pytest.mark.parametrize("code", ["126", "127"])
def test_without_its_interpreter_the_one_on_the_path_is_taken(folder: Path, python: str, code: str) -> None:
    """Be it gone, or without keeptabs."""
    hooks.install(folder, "pre-push", python)
    program(folder / "keeptabs", '#!/bin/sh\necho "path $@" >>"$OUT"\ncat >>"$OUT"\nexit 1\n')
    path = f"{folder}:{os.environ['PATH']}"
    found = called(folder / "pre-push", "x", told=PUSHED, CODE=code, PATH=path)
    assert found == (1, f"hook run pre-push x\n{PUSHED}path hook run pre-push x\n{PUSHED}", "")
    Path(python).unlink()
    assert called(folder / "pre-push", "x", told=PUSHED, PATH=path)[1] == f"path hook run pre-push x\n{PUSHED}"


@pytest.mark.parametrize(("name", "what"), [("pre-commit", "commit"), ("commit-msg", "commit"), ("pre-push", "push")])
def test_where_keeptabs_is_gone_nothing_passes(folder: Path, name: str, what: str) -> None:
    """It says that it did not scan, what to do, and git's own way around it."""
    hooks.install(folder, name, "/no/such/python")
    code, out, said = called(folder / name, PATH="/usr/bin:/bin")
    assert (code, out) == (1, "")
    assert "NOT SCANNED" in said
    assert "keeptabs hook install" in said
    assert f"git {what} --no-verify" in said


def contents(folder: Path) -> dict[str, tuple[object, int]]:
    return {
        path.name: (path.readlink() if path.is_symlink() else path.read_bytes(), path.lstat().st_mode)
        for path in folder.iterdir()
    }


@pytest.mark.parametrize("kind", ["none", "a program", "no program", "a link", "a broken link", "not in UTF-8"])
def test_uninstalling_puts_back_what_was_there(folder: Path, kind: str) -> None:
    """Byte for byte, with its mode, and nothing is left over; installing twice changes nothing."""
    path = folder / "pre-commit"
    if kind == "not in UTF-8":
        path.write_bytes(b"#!/bin/sh\necho \xff\x00\n")
    elif "link" in kind:
        path.symlink_to("elsewhere")
        (folder / "elsewhere").write_text(BEFORE if kind == "a link" else "")
        if kind != "a link":
            (folder / "elsewhere").unlink()
    elif kind != "none":
        program(path, BEFORE, 0o755 if kind == "a program" else 0o640)
    before = contents(folder)
    assert hooks.install(folder, "pre-commit", "/usr/bin/python3")
    once = contents(folder)
    assert not hooks.install(folder, "pre-commit", "/usr/bin/python3")
    assert contents(folder) == once != before
    assert hooks.uninstall(folder, "pre-commit")
    assert contents(folder) == before
    assert not hooks.uninstall(folder, "pre-commit")


def test_another_interpreter_is_written_in(folder: Path) -> None:
    """An installed hook is renewed, and what it keeps stays; one that git would not call can be called again."""
    program(folder / "pre-commit", BEFORE)
    hooks.install(folder, "pre-commit", "/a/python")
    assert hooks.install(folder, "pre-commit", "/b/python")
    assert "python=/b/python\n" in (folder / "pre-commit").read_text()
    assert (folder / f"pre-commit{KEPT}").read_text() == BEFORE
    (folder / "pre-commit").chmod(0o644)
    assert hooks.install(folder, "pre-commit", "/b/python")
    assert os.access(folder / "pre-commit", os.X_OK)


def test_a_kept_hook_is_never_lost(folder: Path) -> None:
    """Where somebody has put another hook over ours, a person must choose."""
    program(folder / "pre-commit", BEFORE)
    hooks.install(folder, "pre-commit", "/a/python")
    program(folder / "pre-commit", "#!/bin/sh\n")
    with pytest.raises(UserError, match="delete one of them"):
        hooks.install(folder, "pre-commit", "/a/python")
    assert not hooks.uninstall(folder, "pre-commit")
    assert (folder / f"pre-commit{KEPT}").read_text() == BEFORE


def test_pre_commit_may_be_installed_after_ours(folder: Path) -> None:
    """It renames ours and calls it; then ours is installed, and goes without touching pre-commit's."""
    hooks.install(folder, "pre-commit", "/a/python")
    (folder / "pre-commit").rename(folder / f"pre-commit{LEGACY}")
    program(folder / "pre-commit", "#!/bin/sh\n# File generated by pre-commit\n")
    assert hooks.look(folder, "pre-commit").state is State.CALLED
    assert not hooks.install(folder, "pre-commit", "/a/python")
    assert hooks.uninstall(folder, "pre-commit")
    assert [path.name for path in folder.iterdir()] == ["pre-commit"]


def test_pre_commit_that_calls_us_is_not_called_back(folder: Path, python: str) -> None:
    """Installed before ours and again after it, it stands on both sides; a hook of another kind is still called."""
    generated = '#!/bin/sh\n# File generated by pre-commit\necho again >>"$OUT"\n'
    program(folder / "pre-commit", generated)
    hooks.install(folder, "pre-commit", python)
    (folder / "pre-commit").rename(folder / f"pre-commit{LEGACY}")
    program(folder / "pre-commit", generated)
    legacy = folder / f"pre-commit{LEGACY}"
    assert called(legacy, PRE_COMMIT_RUNNING_LEGACY="1")[1] == "hook run pre-commit\n"
    program(folder / f"pre-commit{KEPT}", BEFORE)
    assert called(legacy, PRE_COMMIT_RUNNING_LEGACY="1")[1] == "before \nhook run pre-commit\n"
    program(folder / f"pre-commit{KEPT}", generated)
    assert hooks.uninstall(folder, "pre-commit")
    assert sorted(path.name for path in folder.iterdir()) == ["a python's", "pre-commit"]


def test_hooks_stand_where_git_looks_for_them(tmp_path: Path) -> None:
    """From any folder, in a worktree, and below core.hooksPath; outside of a repository there is no such place."""
    repository = Repository(tmp_path / "main")
    repository.commit(file="text")
    repository.run("worktree", "add", "--quiet", str(tmp_path / "other"))
    (tmp_path / "main" / "a" / "b").mkdir(parents=True)
    for start in ("main", "main/a/b", "main/.git", "other"):
        assert hooks.folder(tmp_path / start) == tmp_path / "main" / ".git" / "hooks"
    repository.run("config", "core.hooksPath", ".githooks")
    assert hooks.folder(tmp_path / "main" / "a" / "b") == tmp_path / "main" / ".githooks"
    assert hooks.folder(tmp_path / "other") == tmp_path / "other" / ".githooks"
    with pytest.raises(UserError, match="not a git repository"):
        hooks.folder(tmp_path)


def test_a_path_for_all_repositories_is_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One in the person's configuration is shared, one in the repository's is not."""
    repository = Repository(tmp_path / "main")
    assert not hooks.is_shared(repository.path)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "config"))
    (tmp_path / "config").write_text("[core]\n\thooksPath = /elsewhere\n")
    assert hooks.is_shared(repository.path)
    repository.run("config", "core.hooksPath", ".githooks")
    assert not hooks.is_shared(repository.path)


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """It is a mistake that a person can mend, in one line."""
    (tmp_path / "hooks").write_text("a file")
    with pytest.raises(UserError, match="hooks"):
        hooks.install(tmp_path / "hooks", "pre-commit", "/a/python")
