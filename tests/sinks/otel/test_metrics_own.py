"""The metrics that have no convention."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

import keeptabs
from keeptabs.secrets.form import example
from keeptabs.secrets.rules import every


def test_a_key_in_a_prompt_is_an_event_and_a_count(bench: Any) -> None:
    """By its kind; the key is in neither."""
    rule = next(rule for rule in every() if rule.id == "anthropic-api-key")
    key = example(rule.forms[0], Random(3))
    sdk = bench.sdk()
    bench.install(guard="observe")
    bench.chat("gpt-4o", f"is {key} mine?")
    assert keeptabs.flush(20)
    [span] = sdk.exporter.get_finished_spans()
    assert [(event.name, dict(event.attributes)) for event in span.events] == [
        ("keeptabs.secret", {"keeptabs.secret.rule": rule.id})
    ]
    [point] = bench.instruments()["keeptabs.secrets"].data.data_points
    assert (point.value, point.attributes["keeptabs.secret.rule"]) == (1, rule.id)
    assert [(leak.value, dict(leak.attributes)) for leak in bench.points("keeptabs.leaks")] == [(1, {})]
    assert key not in span.to_json()


def test_leaks_are_born_at_zero(bench: Any) -> None:
    """The first call of all gives the counter of leaks, at 0: an increase is then seen as one."""
    bench.sdk()
    bench.install(guard="observe")
    bench.chat()
    assert [point.value for point in bench.points("keeptabs.leaks")] == [0]


RETRIES = [
    ("mock-429-then-ok@gpt-4o", [("ok", None, "true"), ("rate_limited", "rate_limit_exceeded", None)]),
    ("gpt-4o", [("ok", None, None)]),
]


@pytest.mark.parametrize(("model", "expected"), RETRIES, ids=["with a retry", "without"])
def test_how_calls_ended(bench: Any, model: str, expected: list[Any]) -> None:
    """Each attempt is counted by its outcome, and by whether it repeats another."""
    bench.sdk()
    bench.install()
    bench.chat(model, retries=1)
    said = [dict(point.attributes) for point in bench.points("keeptabs.calls")]
    found = [tuple(each.get(name) for name in ("keeptabs.outcome", "error.type", "keeptabs.retry")) for each in said]
    assert sorted(found, key=str) == expected
