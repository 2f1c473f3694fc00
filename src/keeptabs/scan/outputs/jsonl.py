"""JSON lines: an object for each finding, those that are allowed too."""

from collections.abc import Iterator
from typing import Any

import msgspec

from keeptabs.scan.outcome import Outcome, Told, named


def lines(outcome: Outcome) -> Iterator[str]:
    """One line of JSON for each finding; ``allowed`` is there only where something allows it."""
    for told in outcome.told:
        yield msgspec.json.encode(_object(told)).decode()


def _object(told: Told) -> dict[str, Any]:
    finding, rule = told.finding, told.finding.rule
    said = {
        "file": named(finding.path),
        "line": finding.line,
        "column": finding.column,
        "place": finding.place,
        "rule": rule.id,
        "provider": rule.provider,
        "name": rule.name,
        "tier": rule.tier,
        "level": rule.level,
        "length": finding.length,
        "fingerprint": finding.fingerprint,
        "shown": finding.shown,
        "revoke": rule.revoke,
        "commit": finding.commit,
        "author": named(finding.author),
        "date": finding.date,
        "in_head": finding.in_head,
        "allowed": told.allowed,
    }
    return {name: value for name, value in said.items() if value != ""}
