import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from keeptabs.scan.hooks import KEPT
from keeptabs.secrets.form import example
from keeptabs.secrets.rules import every

Cli = Callable[..., tuple[int, str, str]]
Git = Callable[..., subprocess.CompletedProcess[str]]

RULE = next(rule for rule in every() if rule.id == "openai-project-key")
KEY = example(RULE.forms[0], Random(5))
ZEROS = "0" * 40


@pytest.fixture
def git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Git:
    """git in a new repository, which is the current folder; nobody's configuration, no terminal."""
    for name in [name for name in os.environ if name.startswith(("GIT_", "PRE_COMMIT"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "Dev")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "dev@example.test")
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(["git", *arguments], capture_output=True, text=True, check=False)

    run("init", "--quiet", "--initial-branch=main")
    run("init", "--quiet", "--bare", str(tmp_path / "remote"))
    run("remote", "add", "origin", str(tmp_path / "remote"))
    return run


def staged(git: Git, name: str, text: str) -> None:
    Path(name).write_text(text)
    git("add", name)


def test_a_key_is_committed_only_once_it_is_allowed(cli: Cli, git: Git) -> None:
    """The hook stops the commit and says what to do, and lets the same line pass with a comment on it."""
    assert cli("hook", "install")[0] == 0
    line = f'client = OpenAI(api_key="{KEY}")'
    staged(git, "app.py", f"{line}\n")
    stopped = git("commit", "--message=a")
    assert stopped.returncode == 1
    assert "app.py:1" in stopped.stdout + stopped.stderr
    assert "git commit --no-verify" in stopped.stderr
    assert KEY not in stopped.stdout + stopped.stderr
    staged(git, "app.py", f"{line}  # pragma: allowlist secret\n")
    assert git("commit", "--message=a").returncode == 0


def test_a_key_in_a_message_stops_the_commit(cli: Cli, git: Git) -> None:
    """Of the message itself, with --commit-msg."""
    cli("hook", "install", "--commit-msg")
    stopped = git("commit", "--allow-empty", f"--message=for {KEY}")
    assert stopped.returncode == 1
    assert KEY not in stopped.stdout + stopped.stderr
    assert git("commit", "--allow-empty", "--message=none").returncode == 0


def test_a_key_in_an_older_commit_stops_the_push(cli: Cli, git: Git) -> None:
    """It has been taken out since, but would be pushed; once it is gone from the history, it is not."""
    cli("hook", "install")
    git("commit", "--allow-empty", "--message=first")
    assert git("push", "origin", "main").returncode == 0
    staged(git, "app.py", f"key = '{KEY}'\n")
    git("commit", "--no-verify", "--message=in")
    git("rm", "--quiet", "app.py")
    git("commit", "--message=out")
    stopped = git("push", "origin", "main")
    assert stopped.returncode == 1
    assert "git push --no-verify" in stopped.stderr
    git("reset", "--quiet", "--hard", "main~2")
    assert git("push", "origin", "main:other").returncode == 0


def test_a_push_of_nothing_new_says_so(cli: Cli, git: Git) -> None:
    """Zero commits are not called clean."""
    cli("hook", "install")
    git("commit", "--allow-empty", "--message=first")
    git("push", "origin", "main")
    pushed = git("push", "origin", "main:other")
    assert pushed.returncode == 0
    assert "nothing was scanned" in pushed.stderr


def test_status_tells_what_stands_where(cli: Cli, git: Git) -> None:
    """Before, after and with a hook that was there; the same as JSON."""
    assert "keeptabs hook install" in cli("hook", "status")[1]
    Path(".git/hooks/pre-push").write_text("#!/bin/sh\n")
    cli("hook", "install", "--pre-push")
    lines = [" ".join(line.split()) for line in cli("hook", "status")[1].splitlines() if line]
    assert lines[:4] == [
        "hook in .git/hooks kept from before",
        "pre-commit not there –",
        "commit-msg not there –",
        f"pre-push installed .git/hooks/pre-push{KEPT}",
    ]
    found = json.loads(cli("hook", "status", "--json")[1])
    assert [(hook["name"], hook["scans"]) for hook in found["hooks"]] == [
        ("pre-commit", False),
        ("commit-msg", False),
        ("pre-push", True),
    ]


def test_installing_and_uninstalling_say_what_they_did(cli: Cli, git: Git) -> None:
    """Where, after what, and what was there already."""
    Path(".git/hooks/pre-push").write_text("#!/bin/sh\n")
    out = cli("hook", "install")[1]
    assert "in .git/hooks" in out
    assert f"after .git/hooks/pre-push{KEPT}" in out
    assert cli("hook", "install")[1].count("was there") == 2
    out = cli("hook", "uninstall")[1]
    assert "pre-commit, pre-push taken out" in out
    assert "is back: pre-push." in out
    assert "no hook of keeptabs" in cli("hook", "uninstall")[1]
    assert Path(".git/hooks/pre-push").read_text() == "#!/bin/sh\n"


def test_a_folder_that_others_share_is_told(
    cli: Cli, git: Git, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hooks in a person's own core.hooksPath scan all of their repositories."""
    assert "all your repositories" not in cli("hook", "install")[1]
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "config"))
    (tmp_path / "config").write_text(f"[core]\n\thooksPath = {tmp_path / 'shared'}\n")
    assert "all your repositories" in cli("hook", "install")[1]
    assert (tmp_path / "shared" / "pre-commit").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("hook", "run", "commit-msg"), "needs the file"),
        (("hook", "run", "post-checkout"), "post-checkout"),
        (("hook", "run", "commit-msg", "no-such-file"), "no-such-file"),
    ],
)
def test_a_hook_that_is_called_wrongly_stops_too(cli: Cli, git: Git, arguments: tuple[str, ...], said: str) -> None:
    """In one line, with 2."""
    code, _, error = cli(*arguments)
    assert code == 2
    assert said in error
    assert error.count("\n") == 1


def test_outside_of_a_repository_there_is_nothing_to_install(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is one line that says so."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    code, _, error = cli("hook", "install")
    assert (code, error.count("\n")) == (2, 1)
    assert "not a git repository" in error


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment\n"])
def test_a_message_of_nothing_is_git_s_to_judge(cli: Cli, tmp_path: Path, text: str) -> None:
    """An empty one may be allowed, and there is nothing in it to scan."""
    file = tmp_path / "COMMIT_EDITMSG"
    file.write_text(text)
    assert cli("hook", "run", "commit-msg", str(file))[0] == 0
