import sys
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from keeptabs.core.errors import UserError
from keeptabs.core.usage import Bucket, Usage
from keeptabs.reconcile import _http, openrouter
from keeptabs.reconcile.statement import Charged, Days, Kind, Statement, Used

sys.path.insert(0, str(Path(__file__).parent))
try:
    from billing_server import BillingServer
finally:
    sys.path.pop(0)

KEY = "no-real-key"
DAY = date(2026, 11, 1)
DAYS = Days(start=DAY, end=date(2026, 11, 4))
ACTIVITY = "/api/v1/activity"


def row(**more: Any) -> dict[str, Any]:
    """A row with every field that the Python SDK of OpenRouter demands."""
    return {
        "date": "2026-11-01",
        "model": "openai/gpt-5.5",
        "model_permaslug": "openai/gpt-5.5-2026-04-23",
        "endpoint_id": "550e8400",
        "provider_name": "OpenAI",
        "usage": 0.015,
        "byok_usage_inference": 0,
        "requests": 5,
        "prompt_tokens": 50,
        "cached_tokens": 20,
        "completion_tokens": 125,
        "reasoning_tokens": 25,
        **more,
    }


def body(*rows: dict[str, Any]) -> bytes:
    return msgspec.json.encode({"data": rows})


@pytest.fixture
def server() -> Iterator[BillingServer]:
    with BillingServer({ACTIVITY: body(row())}, key=("authorization", f"Bearer {KEY}")) as running:
        yield running


def fetch(
    server: BillingServer, days: Days = DAYS, key: str = KEY, told: list[tuple[str, int]] | None = None
) -> Statement:
    seen = [] if told is None else told
    with _http.Client(f"{server.url}/api/v1", openrouter.headers(key), sleep=lambda _: None) as client:
        return openrouter.fetch(
            days, client=client, progress=lambda name, rows: seen.append((name, rows)), today=date(2026, 11, 24)
        )


def test_a_row_is_a_charge_and_what_it_was_used_for(server: BillingServer) -> None:
    """One question brings all days; cached and reasoning tokens are parts of the totals."""
    told: list[tuple[str, int]] = []
    statement = fetch(server, told=told)
    model = "openai/gpt-5.5"
    assert statement.charged == (Charged(day=DAY, usd=Decimal("0.015"), item=model, kind=Kind.TOKENS, model=model),)
    tokens = {
        Bucket.INPUT_TEXT: 30,
        Bucket.CACHE_READ_TEXT: 20,
        Bucket.OUTPUT_TEXT: 100,
        Bucket.OUTPUT_REASONING: 25,
    }
    assert statement.used == (Used(day=DAY, model=model, requests=5, usage=Usage(tokens=tokens)),)
    assert (statement.source, statement.settled, statement.notes) == ("openrouter", date(2026, 11, 24), ())
    assert (server.seen, told) == ([(ACTIVITY, {})], [("activity", 1)])


def test_calls_with_a_key_of_ones_own_are_charged_twice(server: BillingServer) -> None:
    """Once by OpenRouter and once by the maker of the model, which a note says."""
    server.reports = {ACTIVITY: body(row(usage=0.001, byok_usage_inference=1.5))}
    statement = fetch(server)
    assert [(charge.usd, charge.item) for charge in statement.charged] == [
        (Decimal("0.001"), "openai/gpt-5.5"),
        (Decimal("1.5"), "openai/gpt-5.5, byok_usage_inference"),
    ]
    assert statement.notes == ("$1.50 of it is billed by the makers of the models, for calls with your own keys",)


@pytest.mark.parametrize(
    ("said", "expected"),
    [("2026-11-01", 1), ("2026-11-03 00:00:00", 1), ("2026-10-31", 0), ("2026-11-04T00:00:00Z", 0)],
)
def test_rows_of_other_days_are_left(server: BillingServer, said: str, expected: int) -> None:
    """The report is of all days that there are, and a day may be written as a time."""
    server.reports = {ACTIVITY: body(row(date=said))}
    statement = fetch(server)
    assert (len(statement.charged), len(statement.used or ())) == (expected, expected)


@pytest.mark.parametrize(("start", "expected"), [(date(2026, 10, 25), ()), (date(2026, 10, 24), ("2026-10-25",))])
def test_days_that_are_too_long_ago_are_named(server: BillingServer, start: date, expected: tuple[str, ...]) -> None:
    """OpenRouter tells the last thirty complete days."""
    notes = fetch(server, Days(start=start, end=DAYS.end)).notes
    assert [note[-len("2026-10-25") :] for note in notes] == list(expected)


@pytest.mark.parametrize(
    ("more", "tokens"),
    [
        ({"cached_tokens": 80}, {Bucket.INPUT_TEXT: 0, Bucket.CACHE_READ_TEXT: 50}),
        ({"cached_tokens": None}, {Bucket.INPUT_TEXT: 50}),
    ],
)
def test_the_total_holds_where_its_parts_exceed_it(
    server: BillingServer, more: dict[str, Any], tokens: dict[Bucket, int]
) -> None:
    """The SDK says that replayed answers may count more cached tokens than there were."""
    server.reports = {ACTIVITY: body(row(**more))}
    used = fetch(server).used
    assert used is not None
    assert {bucket: count for bucket, count in used[0].usage.tokens.items() if not bucket.is_output} == tokens


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (body(row(date="yesterday")), "a row of 'yesterday', which is no day"),
        (body(row(usage="NaN")), "OpenRouter bills NaN"),
        (b'{"rows": []}', "missing required field `data`"),
        (b"<html>", "no report that is known"),
    ],
)
def test_an_activity_that_cannot_be_read_is_refused(server: BillingServer, answer: bytes, message: str) -> None:
    """No amount and no day is guessed."""
    server.reports = {ACTIVITY: answer}
    with pytest.raises(UserError, match=message):
        fetch(server)


def test_an_ordinary_key_is_explained(server: BillingServer) -> None:
    """Both names of the variable are given, and where management keys are made."""
    wanted = r"OPENROUTER_MANAGEMENT_KEY or OPENROUTER_PROVISIONING_KEY \(401\): it wants a management key, made at"
    with pytest.raises(UserError, match=wanted):
        fetch(server, key="another-key")
