"""Annotations of GitHub Actions: a workflow command for each finding.

https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions, and the escapes of ``@actions/core``
(``packages/core/src/command.ts`` of actions/toolkit), checked 2026-11-24.
"""

from collections.abc import Iterator

from keeptabs.scan.advice import step
from keeptabs.scan.outcome import Outcome, Told, named
from keeptabs.secrets.rule import Level

_COMMANDS = {Level.BLOCK: "error", Level.WARN: "warning", Level.NOTE: "notice"}
_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = _DATA | str.maketrans({":": "%3A", ",": "%2C"})


def lines(outcome: Outcome) -> Iterator[str]:
    """``::error file=…,line=…,col=…,title=…::…`` for what nothing allows, and an error for what could not be read."""
    for told in outcome.counted:
        yield _command(told)
    for unread in outcome.unread:
        yield f"::error file={_property(named(unread.path))}::Not scanned: {_data(unread.reason)}"


def _command(told: Told) -> str:
    finding, rule = told.finding, told.finding.rule
    where = {
        "file": named(finding.path),
        "line": str(finding.line) if finding.line else "",
        "col": str(finding.column) if finding.line else "",
        "title": f"{rule.provider} {rule.name}",
    }
    said = ",".join(f"{name}={_property(value)}" for name, value in where.items() if value)
    commit = f" (commit {finding.commit[:12]})" if finding.commit else ""
    note = "It is made to be public." if rule.level is Level.NOTE else step(finding)
    return f"::{_COMMANDS[rule.level]} {said}::{_data(f'{rule.id}, {finding.fingerprint}{commit}. {note}')}"


def _data(text: str) -> str:
    return text.translate(_DATA)


def _property(text: str) -> str:
    return text.translate(_PROPERTY)
