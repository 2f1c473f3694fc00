"""What no commit reaches."""

from pathlib import Path

import pytest
from repositories import Repository

from keeptabs.scan.sources import Blob, Item, Unread
from keeptabs.scan.unreachable import unreachable


def told(item: Item) -> str:
    """A blob's path and text."""
    return f"{item.path}: {b''.join(item.chunks).decode()}" if isinstance(item, Blob) else f"{item.path}: {item.reason}"


def test_each_kind_is_told_as_what_it_is(tmp_path: Path) -> None:
    """Of commits and tags the message, without what git puts before it; of trees nothing."""
    repo = Repository(tmp_path)
    commit = repo.commit("why\n\nbecause", a="text")
    blob, tree = repo.run("rev-parse", "HEAD:a"), repo.run("rev-parse", "HEAD:")
    repo.run("tag", "-a", "v1", "-m", "first\n\ntree not a header")
    repo.run("tag", "-a", "outer", "-m", "of a tag", "v1")
    found = {told(item) for item in unreachable(repo.git, set())}
    assert found == {
        f"(commit {commit[:12]}, which nothing refers to): why\n\nbecause\n",
        f"(blob {blob[:12]}, which nothing refers to): text",
        "(tag v1): first\n\ntree not a header\n",
        "(tag outer): of a tag\n",
    }
    assert tree[:12] not in "".join(found)


def test_what_was_seen_is_not_told_again(tmp_path: Path) -> None:
    """By ids as bytes."""
    repo = Repository(tmp_path)
    commit = repo.commit("why", a="text")
    seen = {bytes.fromhex(commit), bytes.fromhex(repo.run("rev-parse", "HEAD:a"))}
    assert list(unreachable(repo.git, seen)) == []


@pytest.mark.parametrize("content", [b"", b"garbage"])
def test_what_cannot_be_read_is_told(tmp_path: Path, content: bytes) -> None:
    """Even its kind is not known then."""
    repo = Repository(tmp_path)
    blob = repo.run("hash-object", "-w", "--stdin", data=b"text")
    repo.loose(blob).write_bytes(content)
    assert list(unreachable(repo.git, set())) == [Unread(f"(object {blob[:12]})", "git cannot read it")]


def test_what_breaks_off_is_told(tmp_path: Path) -> None:
    """Its kind is known, and what it said is not."""
    repo = Repository(tmp_path)
    blob = repo.run("hash-object", "-w", "--stdin", data=b"text" * 9)
    file = repo.loose(blob)
    file.write_bytes(file.read_bytes()[:-6])
    name = f"(blob {blob[:12]}, which nothing refers to)"
    assert list(unreachable(repo.git, set())) == [Unread(name, "git cannot read it")]
