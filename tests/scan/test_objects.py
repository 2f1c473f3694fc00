"""Objects by the thousand, some of them damaged."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import msgspec
import pytest
from repositories import Repository

from keeptabs.scan import objects
from keeptabs.scan.git import Git
from keeptabs.scan.objects import read
from keeptabs.scan.sources import BrokenError


class Wanted(msgspec.Struct, frozen=True):
    id: str


def written(repo: Repository, contents: list[bytes]) -> list[Wanted]:
    """Each as a loose object."""
    for number, content in enumerate(contents):
        repo.write(f"in/{number}", content)
    paths = "\n".join(f"in/{number}" for number in range(len(contents)))
    return [Wanted(name) for name in repo.run("hash-object", "-w", "--stdin-paths", data=paths.encode()).split()]


def cut(repo: Repository, wanted: Wanted) -> None:
    """Take the end off an object."""
    file = repo.loose(wanted.id)
    file.write_bytes(file.read_bytes()[:-6])


def contents(repo: Repository, wanted: list[Wanted]) -> list[bytes | None]:
    """Every object read whole; none for what is damaged."""
    return [found and b"".join(found.chunks) for _, found in read(repo.git, iter(wanted))]


@pytest.mark.parametrize("kind", ["sha1", "sha256"])
def test_thousands_come_in_the_order_in_which_they_were_asked_for(tmp_path: Path, kind: str) -> None:
    """Of any size, empty ones too, and the same one twice."""
    random = Random(1)
    repo = Repository(tmp_path, f"--object-format={kind}")
    made = [random.randbytes(random.choice([0, 1, 100, 70_000])) for _ in range(1_000)]
    wanted = written(repo, made)
    assert contents(repo, wanted + wanted[::-1]) == made + made[::-1]


@pytest.mark.parametrize("damaged", [[0], [1, 2], [59, 60, 61], [199], list(range(200))], ids=len)
def test_damaged_objects_cost_only_themselves(tmp_path: Path, damaged: list[int]) -> None:
    """At the edges of what is asked for ahead, in a row, or all of them."""
    repo = Repository(tmp_path)
    made: list[bytes | None] = [b"%d" % number * 30 for number in range(200)]
    wanted = written(repo, [each for each in made if each is not None])
    for number in damaged:
        cut(repo, wanted[number])
        made[number] = None
    assert contents(repo, wanted) == made


def test_what_git_has_not_is_none(tmp_path: Path) -> None:
    """Whether the id is well formed or not."""
    repo = Repository(tmp_path)
    (there,) = written(repo, [b"there"])
    assert contents(repo, [Wanted("1" * 40), there, Wanted("none"), there]) == [None, b"there", None, b"there"]


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything over 1,000 bytes is large."""
    monkeypatch.setattr(objects, "WHOLE", 1_000)
    monkeypatch.setattr(objects, "CHUNK", 300)


@pytest.mark.usefixtures("small")
def test_large_objects_come_in_pieces_that_need_not_be_read(tmp_path: Path) -> None:
    """The next object is not disturbed, however much was read of the one before."""
    random = Random(1)
    made = [random.randbytes(size) for size in (1_000, 1_001, 5_000, 10)]
    repo = Repository(tmp_path)
    wanted = written(repo, made)
    assert contents(repo, wanted) == made
    for pieces in range(5):
        seen = []
        for _, found in read(repo.git, wanted):
            assert found is not None
            seen += [piece for piece, _ in zip(found.chunks, range(pieces), strict=False)]
        assert all(len(piece) <= 1_000 for piece in seen)


@pytest.mark.usefixtures("small")
def test_a_large_object_that_breaks_off_is_damaged(tmp_path: Path) -> None:
    """What came of it is given; those that follow are read."""
    repo = Repository(tmp_path)
    made = [b"a" * 10, Random(1).randbytes(400_000), b"b" * 2_000, b"c"]
    wanted = written(repo, made)
    file = repo.loose(wanted[1].id)
    file.write_bytes(file.read_bytes()[:300_000])
    seen: list[bytes] = []
    for each, found in read(repo.git, wanted):
        assert found is not None
        if each == wanted[1]:
            with pytest.raises(BrokenError):
                seen.extend(found.chunks)
            assert made[1].startswith(b"".join(seen))
            assert sum(map(len, seen)) > 100_000
        else:
            assert b"".join(found.chunks) == made[wanted.index(each)]


def test_leaving_early_leaves_no_process_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As when a person interrupts a scan."""
    repo = Repository(tmp_path)
    wanted = written(repo, [Random(1).randbytes(200_000)] * 2)
    started: list[subprocess.Popen[bytes]] = []
    real = Git.open

    @contextmanager
    def opened(self: Git, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
        with real(self, *arguments) as process:
            started.append(process)
            yield process

    monkeypatch.setattr(Git, "open", opened)
    reading = read(repo.git, wanted)
    next(reading)
    assert [process.poll() is None for process in started] == [True]
    reading.close()
    assert [process.poll() is None for process in started] == [False]
