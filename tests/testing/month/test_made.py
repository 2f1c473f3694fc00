from decimal import Decimal

import pytest

from keeptabs.core.exchange import CallSite
from keeptabs.core.usage import Bucket, Unit
from keeptabs.store.record import call_of, row
from keeptabs.testing.month.made import BYTES_A_TOKEN, START, Kind, Maker, Used, prompt

KIND = Kind(service="desk", model="gpt-6.1-sol", site=CallSite("/srv/a.py", 1, "f"), route="GET /a")


def test_a_call_is_priced_as_real_ones_are() -> None:
    """1,000 tokens at 2 and 100 at 10 USD a million, each with its line."""
    call = Maker(1).record(KIND, START, Used(input=1_000, output=100)).call
    assert call.cost.usd == Decimal("0.003")
    assert [line.unit for line in call.cost.lines] == [Bucket.INPUT_TEXT, Bucket.OUTPUT_TEXT]


def test_a_call_without_usage_has_no_price_and_no_answer() -> None:
    """As one that was refused."""
    call = Maker(1).record(KIND, START).call
    assert (call.usage, call.cost.usd, call.response_model) == (None, None, None)


def test_members_are_given_by_name() -> None:
    """Those of the call, of its identity, and the service."""
    made = Maker(1).record(KIND, START, tags={"a": "b"}, identity={"attempt": 3}, service="jobs", duration=5)
    assert (made.call.tags, made.identity.attempt, made.service) == ({"a": "b"}, 3, "jobs")
    assert made.call.timing.duration == 5
    assert made.identity.route == "GET /a"


def test_a_ledger_takes_what_is_made() -> None:
    """It has a value for each column, and comes back as it was."""
    made = Maker(1).record(KIND, START, Used(input=1, cached=2, output=3, reasoning=4, seconds=5))
    detail = next(value for value in row(made) if isinstance(value, str) and value.startswith('{"provider"'))
    assert call_of(detail) == made.call


@pytest.mark.parametrize(
    ("used", "input_tokens", "output"), [(Used(input=1, cached=2), 3, None), (Used(output=3, reasoning=4), None, 7)]
)
def test_what_was_not_used_was_not_said(used: Used, input_tokens: int | None, output: int | None) -> None:
    """As on the wire; seconds are another unit."""
    assert (used.usage.input, used.usage.output) == (input_tokens, output)
    assert Used(seconds=2).usage.units == {Unit.SECONDS: Decimal(2)}


def test_a_prompt_is_as_long_as_its_parts() -> None:
    """Each ends where the next one begins."""
    made = prompt("w", ("s", "a", 10), ("u", "b", 5))
    assert (made.parts, made.prefixes) == ("su", ("a", "b"))
    assert made.ends == (10 * BYTES_A_TOKEN, 15 * BYTES_A_TOKEN)
    assert made.length == made.ends[-1]
