from pathlib import Path

import pytest

from keeptabs.pins.find import files, upwards


@pytest.mark.parametrize(
    ("name", "is_found"),
    [
        ("requirements.txt", True),
        ("deep/down/package.json", True),
        ("docs/x.md", True),
        (".hidden.py", True),
        (".github/x.yml", False),
        ("node_modules/openai/package.json", False),
        ("web/node_modules/x/package.json", False),
        ("lib/python3/site-packages/x.py", False),
        ("environment/pyvenv.cfg", False),
        ("environment/lib/x.py", False),
        ("vendor/x/setup.cfg", False),
        ("__pycache__/x.pyc", False),
    ],
)
def test_files_are_the_projects_own(tmp_path: Path, name: str, is_found: bool) -> None:
    """Not those of tools, of environments, or of packages that lie in it."""
    (tmp_path / "environment").mkdir()
    (tmp_path / "environment" / "pyvenv.cfg").touch()
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).touch()
    assert (tmp_path / name in files(tmp_path)) is is_found


def test_files_come_in_order(tmp_path: Path) -> None:
    """Of a folder its files first; a file stands for itself."""
    for name in ("b/x", "a/y", "z", "c"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert [path.relative_to(tmp_path).as_posix() for path in files(tmp_path)] == ["c", "z", "a/y", "b/x"]
    assert list(files(tmp_path / "c")) == [tmp_path / "c"]


def test_a_link_in_a_circle_ends(tmp_path: Path) -> None:
    """Links to folders are not followed."""
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "again").symlink_to(tmp_path)
    (tmp_path / "a" / "x").touch()
    assert list(files(tmp_path)) == [tmp_path / "a" / "x"]


@pytest.mark.parametrize(("top", "count"), [("", 3), ("a", 2), ("a/b", 1), (None, 1)])
def test_upwards_ends_at_the_repository(tmp_path: Path, top: str | None, count: int) -> None:
    """At its top, be .git a folder or a worktree's file; without a repository at once."""
    (tmp_path / "a" / "b").mkdir(parents=True)
    if top is not None:
        (tmp_path / top / ".git").write_text("gitdir: elsewhere")
    assert len(list(upwards(tmp_path / "a" / "b"))) == count
