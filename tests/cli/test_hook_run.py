import sys
from pathlib import Path

import click
import pytest

from keeptabs.cli._hook_run import message, runs, standard_input, stopped

SCISSORS = b"# ------------------------ >8 ------------------------\n"
BELOW = b"# Do not modify or remove the line above.\n# Everything below it will be ignored.\ndiff --git a/x b/x\n"


@pytest.mark.parametrize(
    ("name", "environment", "expected", "stops"),
    [
        ("pre-commit", {}, ("--staged",), "commit"),
        ("commit-msg", {}, ("--stdin",), "commit"),
        ("commit-msg", {"PRE_COMMIT": "1"}, ("--stdin",), "commit"),
        ("pre-commit", {"PRE_COMMIT": "1", "GIT_INDEX_FILE": ".git/index"}, ("--staged",), "commit"),
        ("pre-commit", {"PRE_COMMIT": "1"}, (), None),
        (
            "pre-commit",
            {"PRE_COMMIT": "1", "PRE_COMMIT_FROM_REF": "a", "PRE_COMMIT_TO_REF": "b"},
            ("--range", "a..b"),
            None,
        ),
        (
            "pre-commit",
            {
                "PRE_COMMIT": "1",
                "PRE_COMMIT_FROM_REF": "a",
                "PRE_COMMIT_TO_REF": "b",
                "PRE_COMMIT_LOCAL_BRANCH": "main",
            },
            ("--range", "a..b"),
            "push",
        ),
        ("pre-commit", {"PRE_COMMIT": "1", "PRE_COMMIT_LOCAL_BRANCH": "main"}, ("--range", "main"), "push"),
    ],
    ids=["commit", "message", "message, nested", "pre-commit", "by hand", "by hand, of a range", "push", "first push"],
)
def test_a_hook_scans_what_it_is_for(
    name: str, environment: dict[str, str], expected: tuple[str, ...], stops: str | None
) -> None:
    """The index for a commit, the commits of a push, and all files where pre-commit is called by hand."""
    assert runs(name, ["x"], "", environment) == [expected]
    assert stopped(name, environment) == stops


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"subject\n\nbody\n# comment\n", b"subject\n\nbody\n# comment\n"),
        (b"subject\n" + SCISSORS + BELOW, b"subject\n"),
        (b"subject\n" + SCISSORS.replace(b"#", b";") + BELOW.replace(b"#", b";"), b"subject\n"),
        (b"subject\n" + SCISSORS + b"what a person wrote\n", b"subject\n" + SCISSORS + b"what a person wrote\n"),
        (b"\xff\n", b"\xff\n"),
        (b"", b""),
    ],
    ids=["all", "above the diff", "another comment character", "scissors of a person", "not UTF-8", "empty"],
)
def test_a_message_ends_where_git_ends_it(tmp_path: Path, text: bytes, expected: bytes) -> None:
    """The diff that `git commit --verbose` shows has lines that are being taken out; what a person cuts stays."""
    (tmp_path / "message").write_bytes(text)
    assert message(str(tmp_path / "message")) == expected


def test_a_message_that_is_gone_is_told(tmp_path: Path) -> None:
    """It is no message without a key."""
    with pytest.raises(click.UsageError, match="No such file"):
        message(str(tmp_path / "message"))


def test_standard_input_is_lent() -> None:
    """It gives the bytes, and is as before afterwards."""
    before = sys.stdin
    with standard_input(b"\xff\n"):
        assert sys.stdin.buffer.read() == b"\xff\n"
    assert sys.stdin is before
