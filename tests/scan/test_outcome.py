"""What a scan has come to."""

import pytest
from found_keys import OPENAI, PUBLIC, RULES, found, key_of, outcome

from keeptabs.scan.outcome import Outcome, Told, named, number, size, summary
from keeptabs.scan.sources import Unread
from keeptabs.secrets.rule import Level

WARNING = next(rule for rule in RULES.values() if rule.level is Level.WARN)
UNREAD = (Unread("a", "broken"),)


@pytest.mark.parametrize(
    ("made", "expected", "strict"),
    [
        (outcome(), 0, 0),
        (outcome(found(OPENAI)), 1, 1),
        (outcome(found(WARNING)), 0, 1),
        (outcome(found(PUBLIC)), 0, 0),
        (outcome(found(OPENAI, comment="gitleaks:allow")), 0, 0),
        (outcome(unread=UNREAD), 3, 3),
        (outcome(found(OPENAI), unread=UNREAD), 1, 1),
        (outcome(found(WARNING), unread=UNREAD), 3, 1),
        (outcome(files=0, bytes=0), 3, 3),
        (outcome(files=1, bytes=0), 3, 3),
        (outcome(files=1, bytes=0, nothing="nothing is staged"), 0, 0),
        (outcome(files=0, bytes=0, nothing="nothing is staged"), 0, 0),
        (outcome(files=0, bytes=0, nothing="nothing is staged", unread=UNREAD), 3, 3),
    ],
    ids=[
        "clean",
        "key",
        "warning",
        "public",
        "allowed",
        "partial",
        "both",
        "warned",
        "none",
        "empty",
        "staged empty",
        "idle",
        "broken",
    ],
)
def test_the_exit_code_says_what_a_scan_came_to(made: Outcome, expected: int, strict: int) -> None:
    """A scan of nothing is no clean one, unless there could be nothing."""
    assert (made.exit_code(), made.exit_code(strict=True)) == (expected, strict)


def test_what_nothing_allows_is_counted_and_the_worst_comes_first() -> None:
    """Within a level the order of the scan stays."""
    told = outcome(found(PUBLIC), found(OPENAI, line=1), found(comment="gitleaks:allow"), found(WARNING), found(line=2))
    assert [(each.finding.rule.level, each.finding.line) for each in told.counted] == [
        (Level.BLOCK, 1),
        (Level.BLOCK, 2),
        (Level.WARN, 3),
        (Level.NOTE, 3),
    ]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({}, "scanned 2 files, 34 kB"),
        ({"files": 1, "bytes": 0}, "1 empty file: nothing was scanned"),
        ({"files": 1, "bytes": 0, "nothing": "nothing is staged"}, "1 empty file: nothing was scanned"),
        ({"files": 0, "bytes": 0}, "nothing was scanned"),
        ({"files": 0, "bytes": 0, "nothing": "nothing is staged"}, "nothing is staged: nothing was scanned"),
    ],
)
def test_how_much_was_scanned_is_always_said(said: dict[str, object], expected: str) -> None:
    """Nothing is called nothing."""
    assert summary(outcome(**said)) == expected


@pytest.mark.parametrize(
    ("count", "expected"),
    [(0, "0 B"), (999, "999 B"), (1_000, "1.0 kB"), (34_400, "34 kB"), (2_500_000, "2.5 MB"), (7 * 10**12, "7,000 GB")],
)
def test_a_size_reads_as_people_say_it(count: int, expected: str) -> None:
    """Two digits are enough."""
    assert size(count) == expected


@pytest.mark.parametrize(("count", "expected"), [(0, "0 files"), (1, "1 file"), (1_200, "1,200 files")])
def test_a_number_agrees_with_its_noun(count: int, expected: str) -> None:
    """One is one."""
    assert number(count, "file") == expected


def test_a_path_is_told_without_a_key_in_it_and_without_what_is_invisible() -> None:
    """A file may be called after what it holds."""
    assert named("a\nb") == "a\\nb"
    assert key_of() not in named(f"keys/{key_of()}.txt")


def test_what_is_allowed_neither_counts_nor_blocks() -> None:
    """What is made to be public does not count either."""
    assert (Told(finding=found()).counts, Told(finding=found()).blocks) == (True, True)
    assert (Told(finding=found(), allowed="x").counts, Told(finding=found(), allowed="x").blocks) == (False, False)
    assert (Told(finding=found(PUBLIC)).counts, Told(finding=found(PUBLIC)).blocks) == (False, False)
