"""What a scan is told to look at."""

from pathlib import Path

import click
import pytest

from keeptabs.cli._scan_source import Wanted, base, source
from keeptabs.scan.git import Git
from keeptabs.scan.history import History, Range
from keeptabs.scan.index import Index
from keeptabs.scan.sources import Source, Stream
from keeptabs.scan.tree import Tree


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty repository, in a folder of which the scan is started."""
    for name in ("GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"):
        monkeypatch.delenv(name, raising=False)
    below = tmp_path / "sub"
    below.mkdir()
    monkeypatch.chdir(below)
    Git(str(tmp_path)).run("init", "--quiet")
    return tmp_path


@pytest.mark.parametrize(
    ("wanted", "kind", "nothing"),
    [
        (Wanted(), Tree, ""),
        (Wanted(paths=("a", "b")), Tree, ""),
        (Wanted(staged=True), Index, "nothing is staged"),
        (Wanted(range="A..B"), Range, "no commit in A..B"),
        (Wanted(history=True), History, ""),
        (Wanted(stdin=True), Stream, ""),
    ],
    ids=["here", "paths", "staged", "range", "history", "stdin"],
)
def test_each_option_is_a_source(repository: Path, wanted: Wanted, kind: type[Source], nothing: str) -> None:
    """Only what is staged, and a range, may be nothing."""
    made, why = source(wanted)
    assert (type(made), why) == (kind, nothing)


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted(paths=("a",), staged=True),
        Wanted(staged=True, range="A..B"),
        Wanted(history=True, stdin=True),
    ],
)
def test_two_of_them_exclude_each_other(wanted: Wanted) -> None:
    """One would be passed over in silence."""
    with pytest.raises(click.UsageError, match="exclude each other"):
        source(wanted)


@pytest.mark.parametrize(
    ("wanted", "below"),
    [
        (Wanted(), False),
        (Wanted(paths=("a",)), False),
        (Wanted(stdin=True), False),
        (Wanted(staged=True), True),
        (Wanted(range="A..B"), True),
        (Wanted(history=True), True),
    ],
)
def test_git_tells_paths_from_the_top_of_a_repository(repository: Path, wanted: Wanted, *, below: bool) -> None:
    """Files are told from where the scan was started."""
    assert base(wanted) == (str(repository) if below else ".")


def test_a_repository_without_files_has_no_top(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its history can be scanned all the same."""
    Git(str(tmp_path)).run("init", "--quiet", "--bare")
    monkeypatch.chdir(tmp_path)
    assert base(Wanted(history=True)) == "."
