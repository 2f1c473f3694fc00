"""GitLab's report for secret detection.

Schema 15.0.4 of secret-detection-report-format.json
(https://gitlab.com/gitlab-org/security-products/security-report-schemas, checked 2026-11-24): an artifact under
``artifacts:reports:secret_detection``. The excerpt of the source that it allows is left out.
"""

from collections.abc import Iterator
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import msgspec

from keeptabs.scan.advice import step
from keeptabs.scan.outcome import Outcome, Told, instant, named
from keeptabs.secrets.rule import Level
from keeptabs.version import __version__

SCHEMA = "15.0.4"
_SEVERITIES = {Level.BLOCK: "Critical", Level.WARN: "Medium", Level.NOTE: "Info"}
_NO_COMMIT = "0" * 40  # what GitLab's own analyser writes for files that are in none
_TOOL = {"id": "keeptabs", "name": "keeptabs", "version": __version__, "vendor": {"name": "keeptabs"}}


def lines(outcome: Outcome) -> Iterator[str]:
    """The report, with what nothing allows in it."""
    messages = [{"level": "warn", "value": f"{named(each.path)}: {each.reason}"} for each in outcome.unread]
    report = {
        "version": SCHEMA,
        "scan": {
            "analyzer": _TOOL,
            "scanner": _TOOL,
            "type": "secret_detection",
            "start_time": instant(outcome.started),
            "end_time": instant(outcome.ended),
            "status": "failure" if outcome.unread else "success",
            "messages": messages,
        },
        "vulnerabilities": [_vulnerability(told) for told in outcome.counted],
    }
    yield msgspec.json.format(msgspec.json.encode(report), indent=2).decode()


def _vulnerability(told: Told) -> dict[str, Any]:
    finding, rule = told.finding, told.finding.rule
    name = f"{rule.provider} {rule.name}"
    who = {"author": named(finding.author), "date": finding.date}
    commit = {"sha": finding.commit or _NO_COMMIT} | {name: value for name, value in who.items() if value}
    place = f"{rule.id}:{named(finding.path)}:{finding.fingerprint}:{finding.commit}:{finding.line}:{finding.column}"
    return {
        "id": str(uuid5(NAMESPACE_URL, place)),
        "name": name,
        "description": f"{name} of {finding.length} characters, fingerprint {finding.fingerprint}.",
        "severity": _SEVERITIES[rule.level],
        "solution": step(finding),
        "identifiers": [{"type": "keeptabs_rule_id", "name": f"keeptabs rule {rule.id}", "value": rule.id}],
        "links": [{"name": f"Where {rule.provider}'s keys are revoked", "url": rule.revoke}] if rule.revoke else [],
        "location": {"file": named(finding.path), "commit": commit} | _lines(finding.line),
    }


def _lines(line: int) -> dict[str, int]:
    return {"start_line": line, "end_line": line} if line else {}
