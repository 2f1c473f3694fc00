"""JSON lines."""

import json

from found_keys import OPENAI, found, outcome

from keeptabs.scan.outputs.jsonl import lines


def test_a_finding_is_an_object_with_all_that_may_be_known_of_it() -> None:
    """The hash of the key is not in it."""
    when = "2026-11-24T12:00:00+00:00"
    commit = {"commit": "c" * 40, "author": "Dev <dev@example.test>", "date": when, "in_head": False}
    [line] = lines(outcome(found(place="cell 3, output", **commit)))
    assert json.loads(line) == commit | {
        "file": "app.py",
        "line": 3,
        "column": 7,
        "place": "cell 3, output",
        "rule": "openai-project-key",
        "provider": "OpenAI",
        "name": "project key",
        "tier": "a",
        "level": "block",
        "length": 164,
        "fingerprint": "0123456789",
        "shown": 'key = "[REDACTED:openai-project-key:012345]"',
        "revoke": OPENAI.revoke,
    }


def test_what_is_allowed_says_by_what_and_the_order_is_that_of_the_scan() -> None:
    """A reader can tell it apart."""
    said = [json.loads(line) for line in lines(outcome(found(comment="gitleaks:allow"), found(line=9)))]
    assert [(each["line"], each.get("allowed")) for each in said] == [(3, "gitleaks:allow"), (9, None)]


def test_a_path_that_is_no_text_is_one_line_all_the_same() -> None:
    """A newline and a byte that is no UTF-8 are written as such."""
    [line] = lines(outcome(found(path="a\nb\udcff")))
    assert json.loads(line)["file"] == "a\\nb\\xff"
