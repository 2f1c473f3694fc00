"""SARIF 2.1.0: the parts that its schema and GitHub require, and that nothing else is in it."""

import json
import re
from typing import Any

import pytest
from found_keys import ANTHROPIC, OPENAI, PUBLIC, found, outcome

from keeptabs.scan.outcome import BASELINE, SETTINGS, Told
from keeptabs.scan.outputs.sarif import lines
from keeptabs.scan.sources import Unread

# The properties that the schema has for each object that we write
# (https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json, checked 2026-11-24).
RESULT = {
    "ruleId", "ruleIndex", "level", "message", "locations", "partialFingerprints", "suppressions", "baselineState",
    "properties",
}  # fmt: skip
RULE = {"id", "name", "shortDescription", "fullDescription", "helpUri", "defaultConfiguration", "properties"}
INVOCATION = {"executionSuccessful", "startTimeUtc", "endTimeUtc", "toolExecutionNotifications"}


def run(*findings: Any, **said: Any) -> dict[str, Any]:
    """The one run of a log."""
    log = json.loads("\n".join(lines(outcome(*findings, **said))))
    assert log.keys() == {"$schema", "version", "runs"}
    assert log["version"] == "2.1.0"
    [only] = log["runs"]
    return only


def test_every_result_names_its_rule_by_id_and_place() -> None:
    """A rule is there once, with the page on which to revoke its keys."""
    made = run(found(ANTHROPIC), found(OPENAI), found(ANTHROPIC, line=9))
    rules = made["tool"]["driver"]["rules"]
    assert [(rule["id"], rule["helpUri"]) for rule in rules] == [
        (ANTHROPIC.id, ANTHROPIC.revoke),
        (OPENAI.id, OPENAI.revoke),
    ]
    assert [rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in made["results"]] == [True] * 3


def test_it_is_made_of_what_the_schema_knows() -> None:
    """The schema allows no other properties, and these must be there."""
    made = run(told=(Told(finding=found(), known=False),), unread=(Unread("a", "broken"),))
    assert made.keys() == {"tool", "columnKind", "invocations", "results"}
    assert made["columnKind"] == "unicodeCodePoints"
    [result], [rule], [invocation] = made["results"], made["tool"]["driver"]["rules"], made["invocations"]
    assert result.keys() == RESULT
    assert rule.keys() == RULE
    assert invocation.keys() == INVOCATION
    assert result["message"]["text"]
    assert re.fullmatch(r"\d+-\d\d-\d\dT\d\d:\d\d:\d\dZ", invocation["endTimeUtc"])


@pytest.mark.parametrize(
    ("rule", "level", "severity"), [(OPENAI, "error", 9.5), (PUBLIC, "note", 1.0)], ids=["key", "public"]
)
def test_how_bad_it_is_is_said_to_both_readers(rule: Any, level: str, severity: float) -> None:
    """SARIF has levels, GitHub has numbers."""
    made = run(found(rule))
    [said] = made["tool"]["driver"]["rules"]
    assert (made["results"][0]["level"], said["defaultConfiguration"]["level"]) == (level, level)
    assert float(said["properties"]["security-severity"]) == severity
    assert "security" in said["properties"]["tags"]


@pytest.mark.parametrize(
    ("finding", "uri", "region"),
    [
        (found(), "app.py", {"startLine": 3, "startColumn": 7}),
        (found(path="a b/ü#.py"), "a%20b/%C3%BC%23.py", {"startLine": 3, "startColumn": 7}),
        (found(path="a\udcff"), "a%FF", {"startLine": 3, "startColumn": 7}),
        (found(line=0), "app.py", None),
    ],
    ids=["plain", "escaped", "no utf-8", "no line"],
)
def test_a_place_is_a_uri_and_a_region(finding: Any, uri: str, region: dict[str, int] | None) -> None:
    """Lines begin with 1, so what has none has no region."""
    [location] = run(finding)["results"][0]["locations"]
    place = location["physicalLocation"]
    assert place["artifactLocation"] == {"uri": uri, "uriBaseId": "%SRCROOT%"}
    assert place.get("region") == region


@pytest.mark.parametrize(
    ("allowed", "expected"),
    [
        ("", []),
        ("gitleaks:allow", [{"kind": "inSource", "justification": "gitleaks:allow"}]),
        (SETTINGS, [{"kind": "external", "justification": SETTINGS}]),
        (BASELINE, [{"kind": "external", "justification": BASELINE}]),
    ],
)
def test_what_is_allowed_is_suppressed(allowed: str, expected: list[dict[str, str]]) -> None:
    """In the source, or outside of it."""
    assert run(told=(Told(finding=found(), allowed=allowed),))["results"][0]["suppressions"] == expected


@pytest.mark.parametrize(("known", "expected"), [(None, None), (False, "new"), (True, "unchanged")])
def test_a_baseline_says_what_is_new(known: bool | None, expected: str | None) -> None:
    """Without one, nothing is said."""
    assert run(told=(Told(finding=found(), known=known),))["results"][0].get("baselineState") == expected


def test_a_key_is_the_same_one_in_the_next_run() -> None:
    """By its fingerprint, wherever its line has gone."""
    first, second = run(found(), found(line=9))["results"]
    assert first["partialFingerprints"] == second["partialFingerprints"]
    assert set(first["partialFingerprints"].values()) == {"0123456789"}


def test_what_could_not_be_read_makes_the_run_a_failed_one() -> None:
    """With where and why."""
    [invocation] = run(unread=(Unread("a/b", "broken"),))["invocations"]
    assert invocation["executionSuccessful"] is False
    [note] = invocation["toolExecutionNotifications"]
    assert (note["level"], note["message"]) == ("error", {"text": "Not scanned: broken"})
    assert run()["invocations"][0]["executionSuccessful"] is True
