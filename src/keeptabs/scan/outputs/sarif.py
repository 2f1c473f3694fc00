"""SARIF 2.1.0, as GitHub's code scanning and others read it.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/, and GitHub's "SARIF support for code scanning"
(https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support), checked 2026-11-24.
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import msgspec

from keeptabs.scan.advice import step
from keeptabs.scan.outcome import BASELINE, SETTINGS, Outcome, Told, instant, named
from keeptabs.secrets.redact import redact
from keeptabs.secrets.rule import Level, Rule
from keeptabs.version import __version__

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {Level.BLOCK: "error", Level.WARN: "warning", Level.NOTE: "note"}
_SEVERITIES = {Level.BLOCK: "9.5", Level.WARN: "6.0", Level.NOTE: "1.0"}  # critical, medium, low, to GitHub


def lines(outcome: Outcome) -> Iterator[str]:
    """One log with one run. What is allowed is in it as suppressed."""
    rules = list({told.finding.rule.id: told.finding.rule for told in outcome.told}.values())
    places = {rule.id: place for place, rule in enumerate(rules)}
    driver = {"name": "keeptabs", "version": __version__, "rules": [_rule(rule) for rule in rules]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(outcome)],
        "results": [_result(told, places[told.finding.rule.id]) for told in outcome.told],
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    yield msgspec.json.format(msgspec.json.encode(log), indent=2).decode()


def _rule(rule: Rule) -> dict[str, Any]:
    name = f"{rule.provider} {rule.name}"
    help_uri = {"helpUri": rule.revoke} if rule.revoke else {}
    return help_uri | {
        "id": rule.id,
        "name": rule.id,
        "shortDescription": {"text": name},
        "fullDescription": {"text": f"{name} in a file or a commit"},
        "defaultConfiguration": {"level": _LEVELS[rule.level]},
        "properties": {"tags": ["security", "secret"], "security-severity": _SEVERITIES[rule.level]},
    }


def _invocation(outcome: Outcome) -> dict[str, Any]:
    notes = [
        {
            "level": "error",
            "message": {"text": f"Not scanned: {each.reason}"},
            "locations": [{"physicalLocation": {"artifactLocation": _artifact(each.path)}}],
        }
        for each in outcome.unread
    ]
    return {
        "executionSuccessful": not outcome.unread,
        "startTimeUtc": f"{instant(outcome.started)}Z",
        "endTimeUtc": f"{instant(outcome.ended)}Z",
        "toolExecutionNotifications": notes,
    }


def _result(told: Told, place: int) -> dict[str, Any]:
    finding, rule = told.finding, told.finding.rule
    region = {"region": {"startLine": finding.line, "startColumn": finding.column}} if finding.line else {}
    where = {"artifactLocation": _artifact(finding.path)} | region
    said = {"tier": rule.tier, "commit": finding.commit, "author": named(finding.author), "place": finding.place}
    return {
        "ruleId": rule.id,
        "ruleIndex": place,
        "level": _LEVELS[rule.level],
        "message": {"text": f"{rule.provider} {rule.name}, fingerprint {finding.fingerprint}. {step(finding)}"},
        "locations": [{"physicalLocation": where}],
        "partialFingerprints": _fingerprints(told),
        "suppressions": _suppressions(told.allowed),
        "properties": {name: value for name, value in said.items() if value} | {"inHead": finding.in_head},
    } | ({} if told.known is None else {"baselineState": "unchanged" if told.known else "new"})


def _fingerprints(told: Told) -> dict[str, str]:
    """What makes a finding the same in the next run: none for those of detect-secrets, whose fingerprints change."""
    said = told.finding.fingerprint
    return {"primaryLocationLineHash": said, "key/v1": said} if told.finding.rule.forms else {}


def _suppressions(allowed: str) -> list[dict[str, str]]:
    """What allows a finding: a comment is in the source, the settings and the baseline are not."""
    if not allowed:
        return []
    return [{"kind": "external" if allowed in {BASELINE, SETTINGS} else "inSource", "justification": allowed}]


def _artifact(path: str) -> dict[str, str]:
    return {"uri": quote(redact(path), errors="surrogateescape"), "uriBaseId": "%SRCROOT%"}
