"""GitLab's report, held against what its schema 15.0.4 requires."""

import json
import re
from typing import Any

import pytest
from found_keys import OPENAI, PUBLIC, found, outcome

from keeptabs.scan.outputs.gitlab import lines
from keeptabs.scan.sources import Unread

TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}")
WHEN = "2026-11-24T12:00:00+00:00"
SEVERITIES = {"Info", "Unknown", "Low", "Medium", "High", "Critical"}


def report(*findings: Any, **said: Any) -> dict[str, Any]:
    """The report as its reader has it."""
    return json.loads("\n".join(lines(outcome(*findings, **said))))


def test_it_has_all_that_the_schema_requires() -> None:
    """Of the scan, of each finding, and of where it is."""
    made = report(found(), found(PUBLIC, commit="c" * 40, author="Dev <dev@example.test>", date=WHEN, line=0))
    assert re.fullmatch(r"\d+\.\d+\.\d+", made["version"])
    scan = made["scan"]
    assert TIME.fullmatch(scan["start_time"])
    assert TIME.fullmatch(scan["end_time"])
    assert scan["start_time"] < scan["end_time"]
    assert (scan["type"], scan["status"]) == ("secret_detection", "success")
    for tool in (scan["analyzer"], scan["scanner"]):
        assert all((tool["id"], tool["name"], tool["version"], tool["vendor"]["name"]))
    for each in made["vulnerabilities"]:
        assert each["severity"] in SEVERITIES
        assert len(each["name"]) <= 255
        assert all(identifier.keys() >= {"type", "name", "value"} for identifier in each["identifiers"])
        assert all(link["url"].startswith("https://") for link in each["links"])
        assert each["location"]["commit"]["sha"]
        assert "raw_source_code_extract" not in each
    first, second = made["vulnerabilities"]
    assert (first["severity"], first["location"]) == (
        "Critical",
        {"file": "app.py", "commit": {"sha": "0" * 40}, "start_line": 3, "end_line": 3},
    )
    assert (second["severity"], second["location"]) == (
        "Info",
        {"file": "app.py", "commit": {"sha": "c" * 40, "author": "Dev <dev@example.test>", "date": WHEN}},
    )
    assert OPENAI.revoke in first["solution"]


def test_a_finding_has_the_same_id_in_every_report() -> None:
    """Another place has another one."""
    [one], [same], [other] = (report(found(line=line))["vulnerabilities"] for line in (3, 3, 4))
    assert one["id"] == same["id"] != other["id"]


def test_what_is_allowed_is_not_in_it() -> None:
    """GitLab knows no suppressions."""
    assert report(found(comment="gitleaks:allow"))["vulnerabilities"] == []


@pytest.mark.parametrize(("unread", "status"), [((), "success"), ((Unread("a", "broken"),), "failure")])
def test_a_partial_scan_is_a_failed_one(unread: tuple[Unread, ...], status: str) -> None:
    """With what could not be read."""
    scan = report(unread=unread)["scan"]
    assert scan["status"] == status
    assert scan["messages"] == [{"level": "warn", "value": "a: broken"} for _ in unread]
