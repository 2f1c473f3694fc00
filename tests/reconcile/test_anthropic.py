import sys
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest
from anthropic.types.beta.organization import BetaAnalyticsUsageBucketedResult
from hypothesis import given
from hypothesis import strategies as st

from keeptabs.core.errors import UserError
from keeptabs.core.usage import Bucket, Unit
from keeptabs.reconcile import _http, anthropic
from keeptabs.reconcile.statement import Charged, Days, Kind, Statement

sys.path.insert(0, str(Path(__file__).parent))
try:
    from billing_server import BillingServer, anthropic_day
finally:
    sys.path.pop(0)

KEY = "no-real-key"
FIRST, SECOND, THIRD = date(2026, 11, 1), date(2026, 11, 2), date(2026, 11, 3)
DAYS = Days(start=FIRST, end=date(2026, 11, 4))
COSTS, USAGE = "/v1/organizations/cost_report", "/v1/organizations/usage_report/messages"


def cost(amount: str, **more: Any) -> dict[str, Any]:
    """A row for tokens, with every field that the documentation lists."""
    return {
        "amount": amount,
        "currency": "USD",
        "cost_type": "tokens",
        "context_window": "0-200k",
        "description": "Claude Opus 5.5 Usage - Input Tokens",
        "inference_geo": None,
        "model": "claude-opus-5-5",
        "service_tier": "standard",
        "token_type": "uncached_input_tokens",
        "workspace_id": None,
        **more,
    }


def used(**more: Any) -> dict[str, Any]:
    """A row with every field that the documentation lists."""
    return {
        "uncached_input_tokens": 1_500,
        "cache_read_input_tokens": 200,
        "cache_creation": {"ephemeral_1h_input_tokens": 1_000, "ephemeral_5m_input_tokens": 500},
        "output_tokens": 50,
        "server_tool_use": {"web_search_requests": 10},
        "api_key_id": None,
        "context_window": None,
        "inference_geo": None,
        "model": "claude-opus-5-5",
        "service_tier": "standard",
        "workspace_id": None,
        **more,
    }


NO_TOKENS = {"model": None, "token_type": None, "context_window": None, "service_tier": None}
REPORTS: Mapping[str, Mapping[date, list[dict[str, Any]]]] = {
    COSTS: {
        FIRST: [
            cost("123.45", workspace_id="wrkspc_a"),
            cost("0.0001", token_type="output_tokens", service_tier="batch", context_window="200k-1M"),
        ],
        SECOND: [],
        THIRD: [
            cost("1000", cost_type="web_search", description="Web Search Usage", **NO_TOKENS),
            cost("5", cost_type="code_execution", description="Code Execution Usage", **NO_TOKENS),
            cost("7", cost_type="telepathy", description="Telepathy Usage", **NO_TOKENS),
            cost("9", token_type="dream_tokens", description="Claude Opus 5.5 Usage - Dreams"),
        ],
    },
    USAGE: {
        FIRST: [used(workspace_id="wrkspc_a", api_key_id="apikey_1")],
        THIRD: [used(service_tier="batch"), used(service_tier="priority")],
    },
}


@pytest.fixture
def server() -> Iterator[BillingServer]:
    with BillingServer(dict(REPORTS), key=("x-api-key", KEY), bucket=anthropic_day) as running:
        yield running


def fetch(server: BillingServer, key: str = KEY, told: list[tuple[str, int]] | None = None) -> Statement:
    seen = [] if told is None else told
    with _http.Client(server.url, anthropic.headers(key), sleep=lambda _: None) as client:
        return anthropic.fetch(
            DAYS, client=client, progress=lambda name, rows: seen.append((name, rows)), today=date(2026, 11, 24)
        )


def test_cents_are_dollars_and_rows_say_what_they_are_for(server: BillingServer) -> None:
    """A text of 123.45 is one dollar and 23.45 cents; what runs code is fixed, and what is new stays unread."""
    statement = fetch(server)
    model = "claude-opus-5-5"
    assert statement.charged == (
        Charged(
            day=FIRST,
            usd=Decimal("1.2345"),
            item="Claude Opus 5.5 Usage - Input Tokens",
            kind=Kind.TOKENS,
            project="wrkspc_a",
            model=model,
            unit=Bucket.INPUT_TEXT,
            tier="standard",
        ),
        Charged(
            day=FIRST,
            usd=Decimal("0.000001"),
            item="Claude Opus 5.5 Usage - Input Tokens",
            kind=Kind.TOKENS,
            model=model,
            unit=Bucket.OUTPUT_TEXT,
            batch=True,
            long_context=True,
        ),
        Charged(day=THIRD, usd=Decimal(10), item="Web Search Usage", kind=Kind.UNITS, unit=Unit.WEB_SEARCHES),
        Charged(day=THIRD, usd=Decimal("0.05"), item="Code Execution Usage", kind=Kind.FIXED),
        Charged(day=THIRD, usd=Decimal("0.07"), item="Telepathy Usage", kind=Kind.UNREAD),
        Charged(
            day=THIRD,
            usd=Decimal("0.09"),
            item="Claude Opus 5.5 Usage - Dreams",
            kind=Kind.UNREAD,
            model=model,
            tier="standard",
        ),
    )
    assert (statement.source, statement.settled) == ("anthropic", date(2026, 11, 22))


def test_usage_is_disjoint_as_it_stands(server: BillingServer) -> None:
    """Each count is a bucket of its own, and the total input is their sum."""
    rows = fetch(server).used
    assert rows is not None
    assert [(row.day, row.project, row.key, row.tier, row.batch, row.requests) for row in rows] == [
        (FIRST, "wrkspc_a", "apikey_1", "standard", False, None),
        (THIRD, None, None, None, True, None),
        (THIRD, None, None, "priority", False, None),
    ]
    assert rows[0].usage.tokens == {
        Bucket.INPUT_TEXT: 1_500,
        Bucket.CACHE_READ_TEXT: 200,
        Bucket.CACHE_WRITE_5M: 500,
        Bucket.CACHE_WRITE_1H: 1_000,
        Bucket.OUTPUT_TEXT: 50,
    }
    assert rows[0].usage.input == 3_200
    assert rows[0].usage.units == {Unit.WEB_SEARCHES: 10}


def test_usage_rows_are_what_the_sdk_expects(server: BillingServer) -> None:
    """The newest library has no type for this report, but one for the rows of its successor, which are the same."""
    fetch(server)
    bodies = [msgspec.json.decode(body) for path, body in server.sent if path == USAGE]
    rows = [row for body in bodies for day in body["data"] for row in day["results"]]
    assert len(rows) == 3
    for row in rows:
        BetaAnalyticsUsageBucketedResult.model_validate(row, strict=True)


def test_the_question_is_what_the_api_documents(server: BillingServer) -> None:
    """RFC 3339 in UTC, whole days, groups as repeated brackets, and the page token as it came."""
    told: list[tuple[str, int]] = []
    fetch(server, told=told)
    question = {
        "starting_at": ["2026-11-01T00:00:00Z"],
        "ending_at": ["2026-11-04T00:00:00Z"],
        "bucket_width": ["1d"],
        "limit": ["3"],
    }
    costs = {**question, "group_by[]": ["workspace_id", "description"]}
    usage = {**question, "group_by[]": ["workspace_id", "api_key_id", "model", "service_tier"]}
    assert server.seen == [(COSTS, costs), (COSTS, {**costs, "page": ["page_2"]}), (USAGE, usage)]
    assert told == [("cost_report", 2), ("cost_report", 4), ("usage_report/messages", 3)]


def test_a_key_that_is_no_admin_key_is_explained(server: BillingServer) -> None:
    """Both variables and the page that makes such keys are named."""
    wanted = r"in ANTHROPIC_ADMIN_KEY or ANTHROPIC_ADMIN_API_KEY \(401\): it wants an admin key of an organisation"
    with pytest.raises(UserError, match=wanted):
        fetch(server, "another-key")


def test_what_cannot_be_told_is_said(server: BillingServer) -> None:
    """Days that are missing are named, beside what Anthropic never tells."""
    server.reports = {**REPORTS, COSTS: {FIRST: [], THIRD: []}}
    assert [note.partition(":")[0] for note in fetch(server).notes] == [
        "Anthropic's cost report leaves out 2026-11-02",
        "Anthropic does not count requests",
        "Anthropic leaves what Priority Tier costs out of its cost report",
    ]


@pytest.mark.parametrize("starts", ["2026-10-31T23:59:59Z", "2026-11-04T00:00:00Z", "2026-11-01T01:00:00+02:00"])
def test_days_are_those_of_utc(server: BillingServer, starts: str) -> None:
    """A bucket that begins on another day in UTC is none of the days that were asked for."""
    day = anthropic_day(FIRST, [cost("1")]) | {"starting_at": starts}
    server.reports = {COSTS: msgspec.json.encode({"data": [day]}), USAGE: {}}
    assert fetch(server).charged == ()


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (cost("1", currency="EUR"), "Anthropic bills in EUR"),
        (cost("NaN"), "bills NaN"),
        (cost("1,5"), "no report that is known"),
        ({"currency": "USD"}, "missing required field `amount`"),
    ],
)
def test_a_bill_that_cannot_be_read_is_refused(server: BillingServer, row: dict[str, Any], message: str) -> None:
    """No amount is guessed."""
    server.reports = {COSTS: {FIRST: [row]}}
    with pytest.raises(UserError, match=message):
        fetch(server)


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=18))
def test_no_digit_of_a_cent_is_lost(amount: Decimal) -> None:
    """A hundred times the dollars are the cents as they were written."""
    row = anthropic._Cost(amount=amount, currency="USD")
    charged = anthropic._charged(FIRST, row)
    assert charged.usd.scaleb(2, anthropic._EXACT) == amount
