"""Lines that are new."""

from pathlib import Path

import pytest
from repositories import KEY, RULE, Repository

from keeptabs.scan.added import added
from keeptabs.scan.sources import Blob
from keeptabs.secrets.finding import Finding

LONG = "x" * 65_535  # what follows begins the second piece of its line


def lines(repo: Repository, after: str, *before: str, among: int = 6) -> list[int]:
    """The lines, from 0 to ``among``, whose findings count."""
    ids = [repo.run("hash-object", "-w", "--stdin", data=text.encode()) for text in (after, *before)]
    blob = Blob(path="a", chunks=(), id=ids[0], before=tuple(ids[1:]))
    findings = [
        Finding(rule=RULE, path="a", line=line, column=1, length=9, fingerprint="", shown="") for line in range(among)
    ]
    return [finding.line for finding in added(repo.git, blob, findings)]


@pytest.mark.parametrize(
    ("after", "before", "expected"),
    [
        ("1\n2\n3\n", [], [0, 1, 2, 3, 4, 5]),
        ("1\n2\n3\n", ["1\n2\n3\n"], [0]),
        ("1\nb\n3\n", ["1\n2\n3\n"], [0, 2]),
        ("a\n1\n2\n3", ["1\n2\n3"], [0, 1]),
        ("1\n2\na\nb\n3\nc\n", ["1\n2\n3\n"], [0, 3, 4]),
        ("1\n3\n", ["1\n2\n3\n"], [0]),
        ("1\n2", ["1\n2\n"], [0, 2]),
        ("1\n2\n3\n", [""], [0, 1, 2, 3]),
        ("", ["1\n"], [0]),
        ("1\n\0\na\n", ["1\n\0\n"], [0, 3]),
        (f"1\n@@ -1 +1,9 @@\n{LONG}@@ -1 +1,9 @@\n4\n5\n", ["1\n4\n"], [0, 2, 3, 5]),
        ("1\nours\ntheirs\nmerged\n", ["1\nours\n", "1\ntheirs\n"], [0, 4]),
    ],
    ids=[
        "new file",
        "the same",
        "changed",
        "put before",
        "put between and behind",
        "taken out",
        "no newline at the end",
        "was empty",
        "is empty",
        "binary",
        "looks like a hunk",
        "merge",
    ],
)
def test_only_findings_in_added_lines_count(tmp_path: Path, after: str, before: list[str], expected: list[int]) -> None:
    """What has no line always does; in a merge a line must be new to every parent."""
    assert lines(Repository(tmp_path), after, *before) == expected


def test_of_what_cannot_be_compared_every_line_counts(tmp_path: Path) -> None:
    """Better told twice than never."""
    repo = Repository(tmp_path)
    blob = repo.run("hash-object", "-w", "--stdin", data=KEY.encode())
    found = Finding(rule=RULE, path="a", line=1, column=1, length=9, fingerprint="", shown="")
    assert added(repo.git, Blob(path="a", chunks=(), id=blob, before=("1" * 40,)), [found]) == [found]
