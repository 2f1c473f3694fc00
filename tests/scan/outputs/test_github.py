"""Annotations of GitHub Actions."""

import pytest
from found_keys import PUBLIC, RULES, found, outcome

from keeptabs.scan.noted import Noted
from keeptabs.scan.outputs.github import lines
from keeptabs.scan.sources import Unread
from keeptabs.secrets.rule import Level

WARNING = next(rule for rule in RULES.values() if rule.level is Level.WARN)


def test_a_finding_is_an_error_at_its_place() -> None:
    """It says which rule, whose key in other findings it is, and where to revoke it."""
    [line] = lines(outcome(found(), found(comment="gitleaks:allow")))
    assert line == (
        "::error file=app.py,line=3,col=7,title=OpenAI project key::openai-project-key, 0123456789. Revoke it at"
        " https://platform.openai.com/api-keys, then make a new one; taking it out of the file does not make it safe."
    )


@pytest.mark.parametrize(
    ("finding", "expected"),
    [
        (found(WARNING), "::warning file=app.py,line=3,"),
        (found(PUBLIC), "::notice file=app.py,line=3,"),
        (found(line=0), "::error file=app.py,title="),
        (found(path="a,b:c%.py"), "::error file=a%2Cb%3Ac%25.py,line=3"),
        (found(path="a\nb.py"), "::error file=a\\nb.py,line=3"),
    ],
    ids=["warning", "public", "no line", "escaped", "newline"],
)
def test_a_command_is_one_line_whatever_is_in_it(finding: Noted, expected: str) -> None:
    """What a path holds ends no command and begins none."""
    [line] = lines(outcome(finding))
    assert line.startswith(expected)
    assert "\n" not in line


def test_a_commit_is_named_where_a_key_is_in_one() -> None:
    """Its file may be gone."""
    [line] = lines(outcome(found(commit="c" * 40)))
    assert "0123456789 (commit cccccccccccc). Revoke" in line


def test_what_could_not_be_read_is_an_error_too() -> None:
    """A job that scanned half must not look like one that scanned all."""
    assert list(lines(outcome(unread=(Unread("a.py", "50% broken\nobject"),)))) == [
        "::error file=a.py::Not scanned: 50%25 broken%0Aobject"
    ]
