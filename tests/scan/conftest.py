"""Repositories of their own: nothing of the repository, hook or configuration that the tests run in."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from repositories import Repository

sys.path.append(str(Path(__file__).parent))  # for repositories.py


@pytest.fixture(autouse=True)
def _no_git_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "Dev")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "dev@example.test")
        monkeypatch.setenv(f"GIT_{role}_DATE", "2026-11-24T12:00:00+00:00")


@pytest.fixture(params=["sha1", "sha256"])
def repo(request: pytest.FixtureRequest, tmp_path: Path) -> "Repository":
    """A repository with one clean commit."""
    from repositories import Repository

    made = Repository(tmp_path / "repo", f"--object-format={request.param}")
    made.commit("first", a="clean\n")
    return made
