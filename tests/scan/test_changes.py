"""git's raw format."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keeptabs.scan.changes import Change, change

OLD, NEW, THIRD, NONE = "1" * 40, "2" * 40, "3" * 40, "0" * 40
AFTER = [b":next"]


@pytest.mark.parametrize(
    ("header", "tokens", "expected"),
    [
        (f":000000 100644 {NONE} {NEW} A", ["a"], Change(path="a", id=NEW, mode="100644")),
        (f":100644 100755 {OLD} {NEW} M", ["a"], Change(path="a", id=NEW, mode="100755", before=(OLD,))),
        (f":100644 100644 {OLD} {NEW} R086", ["a", "b"], Change(path="b", id=NEW, mode="100644", before=(OLD,))),
        (f":100644 100644 {OLD} {NEW} C100", ["a", "b"], Change(path="b", id=NEW, mode="100644", before=(OLD,))),
        (f":100644 120000 {OLD} {NEW} T", ["a"], Change(path="a", id=NEW, mode="120000", before=(OLD,))),
        (f":100644 000000 {OLD} {NONE} D", ["a"], None),
        (
            f"::100644 100644 100644 {OLD} {THIRD} {NEW} MM",
            ["a"],
            Change(path="a", id=NEW, mode="100644", before=(OLD, THIRD)),
        ),
        (
            f"::100644 000000 100644 {OLD} {NONE} {NEW} RA",
            ["a"],
            Change(path="a", id=NEW, mode="100644", before=(OLD,)),
        ),
        (f":::100644 100644 100644 000000 {OLD} {OLD} {THIRD} {NONE} DDD", ["a"], None),
    ],
    ids=["added", "mode", "renamed", "copied", "type", "deleted", "merged", "merged, renamed", "octopus, deleted"],
)
def test_an_entry_is_a_path_and_what_stands_there_now(header: str, tokens: list[str], expected: Change | None) -> None:
    """As git-diff(1) has it; what follows is left for the next entry."""
    rest = iter([token.encode() for token in tokens] + AFTER)
    assert change(header.encode(), rest) == expected
    assert list(rest) == AFTER


@given(path=st.binary(min_size=1).filter(lambda path: b"\0" not in path))
def test_any_path_survives(path: bytes) -> None:
    """Its bytes are those that the system has, whatever they are."""
    found = change(f":000000 100644 {NONE} {NEW} A".encode(), iter([path]))
    assert found is not None
    assert found.path.encode("utf-8", "surrogateescape") == path
