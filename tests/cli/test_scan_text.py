"""How a scan looks to a person."""

from typing import Any

import pytest

from keeptabs.cli import _look as look
from keeptabs.cli._scan_text import show
from keeptabs.scan.noted import Noted
from keeptabs.scan.outcome import BASELINE, Outcome, Told
from keeptabs.scan.sources import Skipped, Unread
from keeptabs.secrets.rule import Level
from keeptabs.secrets.rules import every

RULES = {rule.id: rule for rule in every()}
WARNING, PUBLIC = (next(rule for rule in every() if rule.level is level) for level in (Level.WARN, Level.NOTE))


def told(rule: str = "openai-project-key", *, allowed: str = "", confirmed: bool = False, **said: Any) -> Told:
    """A finding in ``app.py``, line 3."""
    plain = {
        "rule": RULES[rule],
        "path": "app.py",
        "name": "app.py",
        "line": 3,
        "column": 7,
        "length": 164,
        "fingerprint": "0123456789",
        "shown": f'key = "[REDACTED:{rule}:012345]"',
    }
    return Told(finding=Noted(**(plain | said)), allowed=allowed, confirmed=confirmed)


def printed(capsys: pytest.CaptureFixture[str], *findings: Told, **said: Any) -> list[str]:
    """The lines that are shown of two files with findings."""
    show(Outcome(**({"told": findings, "files": 2, "bytes": 34_000} | said)))
    return capsys.readouterr().out.splitlines()


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        (["openai-project-key"], "1 key must not leave"),
        (["openai-project-key", "groq-key"], "2 keys must not leave"),
        ([WARNING.id], "1 text may be a key"),
        ([PUBLIC.id], "1 key made to be public"),
        ([PUBLIC.id, WARNING.id, "groq-key"], "1 key must not leave, 1 text may be a key, 1 key made to be public"),
    ],
)
def test_the_answer_comes_first(capsys: pytest.CaptureFixture[str], rules: list[str], expected: str) -> None:
    """The worst of it before the rest."""
    lines = printed(capsys, *(told(rule, line=line) for line, rule in enumerate(rules, 1)))
    assert lines[:2] == ["", f"  {expected}"]


def test_of_very_many_the_first_hundred_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    """The rest is counted."""
    lines = printed(capsys, *(told(line=line) for line in range(1, 1_205)))
    assert lines[1] == "  1,204 keys must not leave"
    assert sum(line.startswith("  app.py:") for line in lines) == 100
    assert "  and 1,104 more: --json has them all" in lines


def test_what_is_made_to_be_public_needs_no_steps(capsys: pytest.CaptureFixture[str]) -> None:
    """It is told, and that is all."""
    lines = printed(capsys, told(PUBLIC.id))
    assert not [line for line in lines if "revoke" in line or "pragma" in line]


def test_each_page_is_named_once_and_the_steps_are_numbered(capsys: pytest.CaptureFixture[str]) -> None:
    """However many keys of a provider there are."""
    lines = printed(capsys, told(line=1), told(line=2), told("groq-key", commit="c" * 40))
    assert sum(RULES["openai-project-key"].revoke in line for line in lines) == 1
    assert [line.split()[0] for line in lines if line.startswith("    ") and line.split()[0].isdigit()] == list("1234")


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({}, "  app.py:3:7   OpenAI project key   openai-project-key"),
        ({"line": 0}, "  app.py   OpenAI project key   openai-project-key"),
        ({"place": "cell 3, output"}, "  app.py:3:7   OpenAI project key   cell 3, output, openai-project-key"),
        ({"path": "a\nb.py"}, "  a\\nb.py:3:7   OpenAI project key   openai-project-key"),
    ],
    ids=["file", "no lines", "notebook", "newline"],
)
def test_a_finding_says_where_it_is(capsys: pytest.CaptureFixture[str], said: dict[str, Any], expected: str) -> None:
    """In a form that editors and terminals can follow."""
    assert printed(capsys, told(**said))[3] == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({}, "    commit cccccccccccc"),
        ({"author": "Dev <d@e.test>"}, "    commit cccccccccccc by Dev <d@e.test>"),
        ({"author": "Dev", "in_head": False}, "    commit cccccccccccc by Dev, no longer in HEAD"),
    ],
    ids=["nobody", "author", "gone"],
)
def test_a_finding_in_a_commit_names_it(
    capsys: pytest.CaptureFixture[str], said: dict[str, Any], expected: str
) -> None:
    """And says where nobody would find it in a file."""
    lines = printed(capsys, told(commit="c" * 40, **said))
    assert lines[4] == expected
    assert lines[5].startswith("    key = ")


def test_where_a_line_is_too_long_what_stands_for_the_key_is_seen(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The text before it is cut, on one line."""
    monkeypatch.setattr(look, "width", lambda: 80)
    shown = "x" * 150 + "[REDACTED:openai-project-key:012345]" + "y" * 10
    lines = printed(capsys, told(shown=shown))
    assert lines[4] == "    …" + "x" * 24 + "[REDACTED:openai-project-key:012345]" + "y" * 10
    assert lines[5] == ""


def test_nothing_is_passed_over_in_silence(capsys: pytest.CaptureFixture[str]) -> None:
    """What was not read, not looked into, left out or allowed is told, and how much was scanned comes last."""
    lines = printed(
        capsys,
        told(allowed="gitleaks:allow"),
        told(allowed=BASELINE, confirmed=True),
        unread=(Unread("a\nb", "broken"),),
        skipped=(Skipped("part", "a submodule"),),
        excluded=2,
    )
    assert lines == [
        "",
        "  ! not scanned: a\\nb: broken",
        "  skipped part: a submodule",
        "  2 files left out by the settings",
        "  2 findings allowed: 1 by gitleaks:allow, 1 by the baseline",
        "  ! 1 key of the baseline confirmed as such in an audit: revoke",
        "  scanned 2 files, 34 kB: no other keys",
    ]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({}, "  scanned 2 files, 34 kB: no keys"),
        ({"files": 0, "bytes": 0}, "  nothing was scanned"),
        ({"files": 0, "bytes": 0, "nothing": "nothing is staged"}, "  nothing is staged: nothing was scanned"),
    ],
)
def test_a_scan_without_findings_says_what_it_was(
    capsys: pytest.CaptureFixture[str], said: dict[str, Any], expected: str
) -> None:
    """Nothing is not clean."""
    assert printed(capsys, **said) == ["", expected]
