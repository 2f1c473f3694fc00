from collections.abc import Callable
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from keeptabs.core.call import Identity
from keeptabs.core.cost import Cost, CostStatus
from keeptabs.core.dialect import Asked
from keeptabs.core.exchange import Account, CallSite, Timing
from keeptabs.core.limits import RateLimit
from keeptabs.core.outcome import Outcome, OutcomeKind
from keeptabs.core.usage import Bucket, Unit, Usage
from keeptabs.otlp.calls import record_of
from keeptabs.otlp.decode import decode_json
from keeptabs.sinks.otel import otlp_json
from keeptabs.sinks.otel.semconv import Profile
from keeptabs.store.record import Columns, Record, row

Make = Callable[..., Record]
DIFFERENT = {"detail", "source"}


def again(record: Record, profile: Profile = Profile.LATEST) -> Record:
    """A record that went out as a span of keeptabs and came back."""
    (span,) = decode_json(otlp_json.line([record], profile)).spans
    found = record_of(span, None)
    assert found is not None
    return found


def columns(record: Record) -> dict[str, Any]:
    values = dict(zip(Columns.__struct_fields__, row(record), strict=True))
    return {name: value for name, value in values.items() if name not in DIFFERENT}


def full(record: Make) -> Record:
    made = record(
        {
            "parent_id": "c" * 16,
            "operation_id": "d" * 16,
            "attempt": 2,
            "waited": 1.5,
            "too_early": True,
            "route": "/x",
        },
        request=Asked(
            model="gpt-5", stream=True, settings={"gen_ai.request.max_tokens": 9}, user="ada", metadata={"team": "a"}
        ),
        response_id="r1",
        request_id="q1",
        service_tier="flex",
        system_fingerprint="fp",
        finish_reasons=("stop", "length"),
        streamed=True,
        timing=Timing(started_at=10**18, duration=5 * 10**9, first_chunk=10**8, longest_gap=2 * 10**8, chunks=4),
        usage=Usage(
            tokens={
                Bucket.INPUT_TEXT: 7,
                Bucket.CACHE_READ_TEXT: 3,
                Bucket.CACHE_WRITE: 2,
                Bucket.OUTPUT_TEXT: 5,
                Bucket.OUTPUT_REASONING: 4,
            },
            units={Unit.WEB_SEARCHES: Decimal(2), Unit.SECONDS: Decimal("1.5")},
            estimated=True,
        ),
        cost=Cost(usd=Decimal("0.001234567"), saved=Decimal("0.000000001"), status=CostStatus.ESTIMATED, book="b1"),
        outcome=Outcome(kind=OutcomeKind.LENGTH, status=200, message_fingerprint="abcd"),
        rate_limit=RateLimit(remaining_requests=5, remaining_tokens=6, retry_after=1.5),
        resend_count=1,
        site=CallSite("app.py", 12, "answer"),
        tags={"feature": "search", "user": "bob"},
        account=Account(key="k", organization="o", project="p"),
        batch=True,
        cached="local",
    )
    return msgspec.structs.replace(made, service="desk")


def test_a_span_of_keeptabs_is_the_call_that_it_was(record: Make) -> None:
    """All columns of the ledger are as before, and so is all that the span can say of the rest."""
    before = full(record)
    after = again(before)
    assert columns(after) == columns(before)
    for name in ("request", "usage", "outcome", "rate_limit", "site", "tags", "account", "finish_reasons", "batch"):
        assert getattr(after.call, name) == getattr(before.call, name), name
    assert after.identity == before.identity
    assert after.source == "keeptabs"
    assert (after.call.cost.book, after.call.cost.why) == ("b1", "as a span of keeptabs told it")


def test_a_call_of_which_little_is_known_is_too(record: Make) -> None:
    """What was not told before is not told after."""
    before = record(usage=None, response_id=None, cost=Cost(status=CostStatus.UNPRICED, why="no price"), site=None)
    assert columns(again(before)) == columns(before)


@pytest.mark.parametrize("kind", OutcomeKind)
def test_outcomes_are_as_keeptabs_told_them(record: Make, kind: OutcomeKind) -> None:
    """Whatever the status and the reason say."""
    failed = kind in (OutcomeKind.RATE_LIMITED, OutcomeKind.TIMEOUT)
    before = record(outcome=Outcome(kind=kind, status=429, code="busy", error_type="busy" if failed else None))
    assert again(before).call.outcome.kind is kind


@given(st.decimals(0, 10**4, places=9), st.integers(0, 10**12), st.integers(0, 10**12), st.integers(0, 10**12))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_money_and_tokens_come_back_to_the_last_digit(
    record: Make, usd: Decimal, text: int, cached: int, output: int
) -> None:
    """A cost up to ten thousand dollars to the nano-dollar, and every bucket that a span names."""
    usage = Usage(tokens={Bucket.INPUT_TEXT: text, Bucket.CACHE_READ_TEXT: cached, Bucket.OUTPUT_TEXT: output})
    before = record(usage=usage, cost=Cost(usd=usd, status=CostStatus.PRICED))
    for profile in Profile:
        after = again(before, profile).call
        assert (after.cost.usd, after.cost.nano_usd) == (usd, before.call.cost.nano_usd)
        assert after.usage == usage


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("keeptabs.cost.usd", float("nan")),
        ("keeptabs.cost.usd", "12"),
        ("keeptabs.cost.status", "new"),
        ("keeptabs.outcome", "new"),
        ("keeptabs.usage.seconds", float("inf")),
        ("code.line.number", -4),
    ],
)
def test_what_keeptabs_would_not_say_is_not_taken_for_it(record: Make, name: str, value: object) -> None:
    """Anybody can send such names; the call is kept without what makes no sense."""
    (span,) = decode_json(otlp_json.line([record()], Profile.V1_41)).spans
    found = record_of(msgspec.structs.replace(span, attributes={**span.attributes, name: value}), None)
    assert found is not None
    assert row(found)
    assert found.call.outcome.kind is OutcomeKind.OK
    assert isinstance(found.identity, Identity)
