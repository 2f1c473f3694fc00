"""Comments beside a key."""

import pytest
from detect_secrets.filters.allowlist import is_line_allowlisted
from detect_secrets.util.code_snippet import get_code_snippet
from hypothesis import given
from hypothesis import strategies as st

from keeptabs.scan.allow import comment

CASES = [
    ('key = "K"  # pragma: allowlist secret', "pragma: allowlist secret"),
    ('key = "K"  #pragma:allowlist secret', "pragma:allowlist secret"),
    ('key = "K"  # pragma: whitelist secret', "pragma: whitelist secret"),
    ('key = "K"; // pragma: allowlist-secret', "pragma: allowlist-secret"),
    ('key = "K"; /* pragma: allowlist secret */', "pragma: allowlist secret"),
    ("SELECT 'K' -- pragma: allowlist secret", "pragma: allowlist secret"),
    ("<a>K</a> <!-- pragma: allowlist secret -->", "pragma: allowlist secret"),
    ('key = "K"  # pragma: allowlist secret, it is a sample', "pragma: allowlist secret"),
    ('key = "K"  pragma: allowlist secret', ""),
    ('key = "K"  # pragma: allow secret', ""),
    ('key = "K"  # allowlist secret', ""),
    ('key = "K"  # pragma: allowlist nextline secret', ""),
    ('key = "K"', ""),
]


@pytest.mark.parametrize(("line", "expected"), CASES)
def test_a_comment_on_the_line_of_a_key_allows_it(line: str, expected: str) -> None:
    """The words are told, and other words allow nothing."""
    assert comment([line], 1, line.find("K") + 1, 1) == expected


@pytest.mark.parametrize("line", [line for line, _ in CASES])
def test_detect_secrets_reads_the_same_comments(line: str) -> None:
    """A project need not write them twice."""
    theirs = is_line_allowlisted("app.txt", line, get_code_snippet([line], 1))
    assert bool(comment([line], 1, 1, 1)) is theirs


@pytest.mark.parametrize(
    ("above", "expected"),
    [
        ("# pragma: allowlist nextline secret", "pragma: allowlist nextline secret"),
        ("    // pragma: allowlist nextline secret", "pragma: allowlist nextline secret"),
        ("x = 1  # pragma: allowlist nextline secret", ""),
        ("# pragma: allowlist secret", ""),
        ("", ""),
    ],
)
def test_a_comment_alone_on_the_line_above_allows_a_key(above: str, expected: str) -> None:
    """As detect-secrets has it, nothing may stand before it."""
    lines = [above, 'key = "K"']
    assert comment(lines, 2, 8, 1) == expected
    assert is_line_allowlisted("app.txt", lines[1], get_code_snippet(lines, 2)) is bool(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [('"K" gitleaks:allow', "gitleaks:allow"), ("// gitleaks:allow 'K'", "gitleaks:allow"), ("'K' gitleaks", "")],
)
def test_the_word_of_gitleaks_counts_anywhere_on_the_line(text: str, expected: str) -> None:
    """Files of formats without comments have it too."""
    assert comment([text], 1, 1, 1) == expected


@pytest.mark.parametrize(("line", "expected"), [(2, ""), (3, "")])
def test_a_comment_on_another_line_allows_nothing(line: int, expected: str) -> None:
    """Neither the line below, nor one that is not there."""
    assert comment(["x  # pragma: allowlist secret", 'key = "K"'], line, 1, 1) == expected


def test_in_a_very_long_line_only_what_is_near_counts() -> None:
    """A comment at the end of a minified file says nothing of each key in it."""
    near = "K" + " " * 1_000 + "# pragma: allowlist secret"
    far = "K" + " " * 5_000 + "# pragma: allowlist secret"
    assert comment([near], 1, 1, 1) == "pragma: allowlist secret"
    assert comment([far], 1, 1, 1) == ""


@given(st.lists(st.text(max_size=40), max_size=3), st.integers(0, 5), st.integers(0, 50), st.integers(0, 50))
def test_no_text_is_taken_for_a_comment_by_accident(lines: list[str], line: int, column: int, length: int) -> None:
    """Whatever is given, the answer is words or none."""
    assert comment(lines, line, column, length) == ""
