import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
import yaml

from keeptabs.secrets.form import example
from keeptabs.secrets.rules import every

ROOT = Path(__file__).resolve().parents[2]
HOOKS = ROOT / ".pre-commit-hooks.yaml"
# What pre-commit's pip needs to build and install the project.
PROJECT = (".pre-commit-hooks.yaml", "pyproject.toml", "README.md", "LICENSE", "src", "dashboards", "examples")
RULE = next(rule for rule in every() if rule.id == "openai-project-key")
KEY = example(RULE.forms[0], Random(5))
LINE = f'client = OpenAI(api_key="{KEY}")'

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a program in a new repository; gives its exit code and all that it said."""
    for name in [name for name in os.environ if name.startswith(("GIT_", "PRE_COMMIT", "SKIP"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("PRE_COMMIT_HOME", str(tmp_path / "environments"))
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "Dev")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "dev@example.test")
    (tmp_path / "work").mkdir()

    def call(*command: str, folder: str = "work") -> tuple[int, str]:
        ran = subprocess.run(command, cwd=tmp_path / folder, capture_output=True, text=True, check=False)
        return ran.returncode, ran.stdout + ran.stderr

    return call


def pre_commit(run: Run, *arguments: str) -> tuple[int, str]:
    return run(sys.executable, "-m", "pre_commit", *arguments)


def clone(tmp_path: Path, run: Run) -> str:
    """The project as a repository of its own; its commit."""
    source = tmp_path / "source"
    source.mkdir()
    for name in PROJECT:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, source / name)
    for command in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "--message=all"]):
        run("git", *command, folder="source")
    return run("git", "rev-parse", "HEAD", folder="source")[1].strip()


def stage(tmp_path: Path, run: Run, name: str, text: str) -> None:
    (tmp_path / "work" / name).write_text(text)
    run("git", "add", name)


@pytest.mark.slow
def test_the_real_pre_commit_stops_a_key(tmp_path: Path, run: Run) -> None:
    """In a fresh clone: a key is stopped, allowed, found among all files, in a push and in the history.

    The environment is built by pre-commit's own pip.
    """
    config = {
        "default_install_hook_types": ["pre-commit", "pre-push"],
        "repos": [
            {
                "repo": str(tmp_path / "source"),
                "rev": clone(tmp_path, run),
                "hooks": [{"id": hook["id"]} for hook in yaml.safe_load(HOOKS.read_text())],
            }
        ],
    }
    run("git", "init", "--quiet", "--initial-branch=main")
    run("git", "init", "--quiet", "--bare", str(tmp_path / "remote"))
    run("git", "remote", "add", "origin", str(tmp_path / "remote"))
    stage(tmp_path, run, ".pre-commit-config.yaml", yaml.safe_dump(config))
    code, said = pre_commit(run, "install", "--install-hooks")
    assert code == 0, said

    stage(tmp_path, run, "app.py", f"{LINE}\n")
    code, said = run("git", "commit", "--message=a key")
    assert code == 1, said
    assert "app.py:1" in said
    assert "pragma: allowlist secret" in said
    assert KEY not in said

    stage(tmp_path, run, "app.py", f"{LINE}  # pragma: allowlist secret\n")
    code, said = run("git", "commit", "--message=allowed")
    assert code == 0, said
    assert pre_commit(run, "run", "--all-files", "--verbose")[1].count("scanned 2 files") == 1

    stage(tmp_path, run, "late.py", f"{LINE}\n")
    run("git", "commit", "--no-verify", "--message=around the hook")
    code, said = pre_commit(run, "run", "--all-files")
    assert (code, "late.py:1" in said) == (1, True), said
    run("git", "rm", "--quiet", "late.py")
    assert run("git", "commit", "--message=taken out")[0] == 0
    assert pre_commit(run, "run", "--all-files")[0] == 0
    code, said = run("git", "push", "origin", "main")
    assert (code, "late.py:1" in said) == (1, True), said
    code, said = pre_commit(run, "run", "--hook-stage", "manual", "keeptabs-secrets-history")
    assert (code, "late.py:1" in said) == (1, True), said

    stage(tmp_path, run, "requirements.txt", "openai>=1\n")
    code, said = run("git", "commit", "--message=loose")
    assert (code, "requirements.txt:1" in said) == (1, True), said


def test_every_hook_reads_git_itself() -> None:
    """None is given names of files, none is left out for want of one, and none runs beside itself."""
    hooks = yaml.safe_load(HOOKS.read_text())
    assert [hook["id"] for hook in hooks] == ["keeptabs-secrets", "keeptabs-secrets-history", "keeptabs-pins"]
    for hook in hooks:
        facts = (hook["language"], hook["pass_filenames"], hook["always_run"], hook["require_serial"])
        assert facts == ("python", False, True, True)


@pytest.mark.parametrize("name", ["pre-commit", "commit-msg", "pre-push"])
def test_the_plain_hooks_stop_where_keeptabs_is_missing(name: str) -> None:
    """They say that nothing was scanned."""
    ran = subprocess.run(
        [ROOT / "hooks" / name], env={"PATH": "/usr/bin:/bin"}, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 1
    assert "NOT SCANNED" in ran.stderr


@pytest.mark.parametrize("name", ["github-actions.yml", "gitlab-ci.yml", "pre-commit-config.yaml"])
def test_the_examples_are_what_they_say(name: str) -> None:
    """They are YAML, and each command of ours that they call has the options that they give it."""
    from click import Context

    from keeptabs.cli import keeptabs

    text = (ROOT / "hooks" / name).read_text()
    assert yaml.safe_load(text)
    for line in text.splitlines():
        words = line.partition("#")[0].partition("keeptabs ")[2].split()
        command = keeptabs.get_command(Context(keeptabs), words[0]) if words and words[0].isalpha() else None
        if command is not None:
            known = {option for each in command.params for option in each.opts}
            assert {word for word in words if word.startswith("--")} <= known
