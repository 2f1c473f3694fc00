"""What nobody means to commit: very many files, very long lines, very large blobs."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from repositories import KEY, OTHER, Repository, look

from keeptabs.scan.history import History
from keeptabs.scan.index import Index
from keeptabs.scan.tree import Tree

MEGABYTE = 1 << 20


@pytest.mark.parametrize("count", [2_000, pytest.param(100_000, marks=pytest.mark.slow)])
def test_a_repository_of_very_many_files(tmp_path: Path, count: int) -> None:
    """Tree, index and history each read all of them."""
    repo = Repository(tmp_path / "repo")
    for number in range(count):
        folder = repo.path / f"{number // 1_000}"
        folder.mkdir(exist_ok=True)
        (folder / f"{number}").write_text(KEY if number % 1_000 == 500 else f"{number}")
    repo.run("add", ".")
    for source in (Tree([str(repo.path)]), Index(repo.git)):
        found, tally = look(source)
        assert (len(found), tally.files, tally.unread) == (count // 1_000, count, [])
    repo.commit("all")
    found, tally = look(History(repo.git))
    assert (len(found), tally.unread) == (1, [])


@pytest.fixture(scope="module")
def one_line(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """A file of 50 MB in one line with a key in the middle and another at the end, staged."""
    repo = Repository(tmp_path_factory.mktemp("hostile") / "repo")
    half = b"smpl_ abcdefgh 0123456789 smpl_ " * (25 * MEGABYTE // 32)
    repo.stage("line", half + KEY.encode() + b" " + half + OTHER.encode())
    return repo


PLACES = [(1, 25 * MEGABYTE + 1), (1, 50 * MEGABYTE + len(KEY) + 2)]


@pytest.mark.parametrize(
    "source", [lambda repo: Index(repo.git), lambda repo: Tree([str(repo.path)])], ids=["index", "tree"]
)
def test_a_line_of_fifty_megabytes(one_line: Repository, source: Callable[[Repository], Index | Tree]) -> None:
    """Both keys are told by their columns."""
    found, tally = look(source(one_line))
    assert [(each.line, each.column) for each in found] == PLACES
    assert tally.unread == []


MEASURE = """
import sys
sys.path.insert(0, sys.argv[1])
from repositories import look
from keeptabs.scan.git import Git
from keeptabs.scan.history import History
from keeptabs.scan.tree import Tree
for source in (Tree([sys.argv[2]]), History(Git(sys.argv[2]))):
    found, tally = look(source)
    print(len(found), tally.bytes >> 20)
# The most that this program took; what getrusage tells begins with the most of the one that started it.
print(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1])
"""


@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
@pytest.mark.parametrize("size", [200, pytest.param(2_048, marks=pytest.mark.slow)])
def test_a_large_file_takes_little_memory(tmp_path: Path, size: int) -> None:
    """As a file of the tree and as an object: no more than 100 MB, however large it is."""
    repo = Repository(tmp_path / "repo")
    with (repo.path / "large").open("wb") as file:
        file.truncate(size * MEGABYTE)  # a hole: it takes no room on the disk
        file.seek(0, os.SEEK_END)
        file.write(f"\n{KEY}\n".encode())
    repo.run("-c", "core.bigFileThreshold=16m", "-c", "core.compression=1", "add", "large")
    ran = subprocess.run(
        [sys.executable, "-c", MEASURE, str(Path(__file__).parent), str(repo.path)],
        capture_output=True,
        text=True,
        check=True,
    )
    *scans, memory = ran.stdout.splitlines()
    assert scans == [f"1 {size}"] * 2
    assert int(memory) <= 100_000
