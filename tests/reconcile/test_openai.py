import sys
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest
from openai.types.admin.organization.usage_costs_response import UsageCostsResponse

from keeptabs.core.errors import UserError
from keeptabs.core.usage import Bucket, Unit
from keeptabs.reconcile import _http, openai
from keeptabs.reconcile.statement import Charged, Days, Kind, Statement

sys.path.insert(0, str(Path(__file__).parent))
try:
    from billing_server import BillingServer, openai_day
finally:
    sys.path.pop(0)

KEY = "no-real-key"
FIRST, SECOND, THIRD = date(2026, 11, 1), date(2026, 11, 2), date(2026, 11, 3)
DAYS = Days(start=FIRST, end=date(2026, 11, 4))
COSTS, USAGE = "/v1/organization/costs", "/v1/organization/usage/"


def cost(value: Any, item: str | None = "gpt-5.5, input", **more: Any) -> dict[str, Any]:
    amount = {"value": value, "currency": "usd"}
    return {"object": "organization.costs.result", "amount": amount, "line_item": item, **more}


def result(kind: str, **fields: Any) -> dict[str, Any]:
    return {"object": f"organization.usage.{kind}.result", "num_model_requests": 1, **fields}


def completions(**fields: Any) -> dict[str, Any]:
    return result("completions", **{"input_tokens": 0, "output_tokens": 0, **fields})


REPORTS: Mapping[str, Mapping[date, list[dict[str, Any]]]] = {
    COSTS: {
        FIRST: [
            cost(0.1, "gpt-5.5, input", quantity=20_000, quantity_unit="tokens", project_id="proj_a", api_key_id="k1"),
            cost(2.25, "priority | gpt-5.5, output, long context", quantity=3.5, quantity_unit="1000_tokens"),
            cost(0.01, "web search tool calls"),
        ],
        SECOND: [],
        THIRD: [cost(0.3, "Vector storage", quantity=12, quantity_unit="gibibyte_hours"), cost(0.7, "what is new")],
    },
    f"{USAGE}completions": {
        FIRST: [
            completions(
                project_id="proj_a",
                api_key_id="k1",
                model="gpt-5.5",
                batch=False,
                service_tier="default",
                num_model_requests=7,
                input_tokens=1_000,
                input_cached_tokens=300,
                output_tokens=50,
            )
        ],
        THIRD: [completions(model="gpt-5.5", batch=True, service_tier="batch", input_tokens=5, output_tokens=1)],
    },
    f"{USAGE}embeddings": {FIRST: [result("embeddings", model="text-embedding-3-small", input_tokens=9)]},
    f"{USAGE}moderations": {FIRST: []},
    f"{USAGE}images": {FIRST: [result("images", model="dall-e-3", images=2)]},
    f"{USAGE}audio_speeches": {FIRST: [result("audio_speeches", model="tts-1", characters=120)]},
    f"{USAGE}audio_transcriptions": {FIRST: [result("audio_transcriptions", model="whisper-1", seconds=61)]},
    f"{USAGE}vector_stores": {
        FIRST: [{"object": "organization.usage.vector_stores.result", "usage_bytes": 12_345, "project_id": "proj_a"}]
    },
    f"{USAGE}code_interpreter_sessions": {
        FIRST: [{"object": "organization.usage.code_interpreter_sessions.result", "num_sessions": 3}]
    },
    f"{USAGE}file_search_calls": {FIRST: [{"object": "organization.usage.file_searches.result", "num_requests": 4}]},
    f"{USAGE}web_search_calls": {SECOND: [result("web_searches", model="gpt-5.5", num_requests=6)]},
}


@pytest.fixture
def server() -> Iterator[BillingServer]:
    with BillingServer(dict(REPORTS), key=("authorization", f"Bearer {KEY}")) as running:
        yield running


def fetch(server: BillingServer, key: str = KEY, told: list[tuple[str, int]] | None = None) -> Statement:
    seen = [] if told is None else told
    with _http.Client(f"{server.url}/v1", openai.headers(key), sleep=lambda _: None) as client:
        return openai.fetch(
            DAYS, client=client, progress=lambda name, rows: seen.append((name, rows)), today=date(2026, 11, 24)
        )


def test_what_is_charged_is_read_exactly(server: BillingServer) -> None:
    """Amounts keep their digits, line items are taken apart, and their text stays."""
    statement = fetch(server)
    assert statement.charged == (
        Charged(
            day=FIRST,
            usd=Decimal("0.1"),
            item="gpt-5.5, input",
            kind=Kind.TOKENS,
            project="proj_a",
            key="k1",
            model="gpt-5.5",
            unit=Bucket.INPUT_TEXT,
            quantity=Decimal(20_000),
        ),
        Charged(
            day=FIRST,
            usd=Decimal("2.25"),
            item="priority | gpt-5.5, output, long context",
            kind=Kind.TOKENS,
            model="gpt-5.5",
            unit=Bucket.OUTPUT_TEXT,
            tier="priority",
            long_context=True,
            quantity=Decimal(3_500),
        ),
        Charged(day=FIRST, usd=Decimal("0.01"), item="web search tool calls", kind=Kind.UNITS, unit=Unit.WEB_SEARCHES),
        Charged(day=THIRD, usd=Decimal("0.3"), item="Vector storage", kind=Kind.FIXED),
        Charged(day=THIRD, usd=Decimal("0.7"), item="what is new", kind=Kind.UNREAD),
    )
    assert (statement.source, statement.days, statement.settled) == ("openai", DAYS, date(2026, 11, 22))


def test_every_usage_report_is_read(server: BillingServer) -> None:
    """Requests are counted where a report counts those of models, and searches beside the requests that made them."""
    used = fetch(server).used
    assert used is not None
    assert [(row.model, row.tier, row.batch, row.requests, row.usage.input, dict(row.usage.units)) for row in used] == [
        ("gpt-5.5", "default", False, 7, 1_000, {}),
        ("gpt-5.5", None, True, 1, 5, {}),
        ("text-embedding-3-small", None, False, 1, 9, {}),
        ("dall-e-3", None, False, 1, None, {Unit.IMAGES: 2}),
        ("tts-1", None, False, 1, None, {Unit.CHARACTERS: 120}),
        ("whisper-1", None, False, 1, None, {Unit.SECONDS: 61}),
        (None, None, False, None, None, {Unit.CONTAINERS: 3}),
        (None, None, False, None, None, {Unit.FILE_SEARCHES: 4}),
        ("gpt-5.5", None, False, None, None, {Unit.WEB_SEARCHES: 6}),
    ]
    assert (used[0].day, used[0].project, used[0].key) == (FIRST, "proj_a", "k1")


def test_what_is_not_told_is_a_note(server: BillingServer) -> None:
    """A report that answers 404 stops nothing, and what is stored is said where no call is billed for it."""
    assert fetch(server).notes == (
        "OpenAI has no usage report of: decisions (404)",
        "a project kept up to 12,345 bytes in vector stores, which no call is billed for",
    )


def test_what_the_server_sends_is_what_the_sdk_expects(server: BillingServer) -> None:
    """Every page that these tests read is valid for the newest types of OpenAI's own library."""
    fetch(server)
    assert {path for path, _ in server.sent} == set(REPORTS)
    for _, body in server.sent:
        UsageCostsResponse.model_validate_json(body, strict=True)


def test_the_question_is_what_the_api_documents(server: BillingServer) -> None:
    """UTC midnights in seconds, whole days, groups as repeated brackets, and the page token as it came."""
    told: list[tuple[str, int]] = []
    fetch(server, told=told)
    question = {
        "start_time": ["1793491200"],
        "end_time": ["1793750400"],
        "bucket_width": ["1d"],
        "limit": ["3"],
        "group_by[]": ["project_id", "line_item", "api_key_id"],
    }
    assert server.seen[:2] == [(COSTS, question), (COSTS, {**question, "page": ["page_2"]})]
    groups = {path.removeprefix(USAGE): asked["group_by[]"] for path, asked in server.seen if path != COSTS}
    assert groups["completions"] == ["project_id", "api_key_id", "model", "batch", "service_tier"]
    assert groups["vector_stores"] == ["project_id"]
    assert told[:3] == [("costs", 3), ("costs", 2), ("usage/completions", 2)]


def test_faults_that_pass_leave_no_trace(server: BillingServer) -> None:
    """A busy and a broken server on the way give the same statement."""
    expected = fetch(server)
    server.faults.extend([(429, {"retry-after": "3"}, b"{}"), (500, {}, b"")])
    assert fetch(server) == expected


def test_a_key_that_is_no_admin_key_is_explained(server: BillingServer) -> None:
    """The variable and the page that makes such keys are named, and the key is not."""
    with pytest.raises(UserError, match=r"OPENAI_ADMIN_KEY \(401\): it wants an admin key, made at https://") as raised:
        fetch(server, "another-key")
    assert "another-key" not in str(raised.value)


@pytest.mark.parametrize(
    ("rows", "usd", "notes"),
    [
        ([cost("0.8958740000000000")], ["0.8958740000000000"], 0),
        ([cost(1e-07)], ["1E-7"], 0),
        ([cost(-0.5, "credit")], ["-0.5"], 0),
        ([cost(None), cost(1), {"object": "organization.costs.result", "amount": None}], ["1"], 1),
        ([cost(1, None)], ["1"], 0),
    ],
)
def test_amounts_come_as_numbers_and_as_texts(
    server: BillingServer, rows: list[dict[str, Any]], usd: list[str], notes: int
) -> None:
    """Each keeps its digits, and rows without an amount are counted."""
    server.reports = {COSTS: {FIRST: rows, SECOND: [], THIRD: []}, f"{USAGE}images": {}}
    statement = fetch(server)
    assert [str(row.usd) for row in statement.charged] == usd
    assert [note for note in statement.notes if "name no amount" in note] == [
        "2 rows of OpenAI's cost report name no amount"
    ] * notes


def test_another_spelling_and_another_day_are_understood(server: BillingServer) -> None:
    """``result`` stands for ``results``, a day outside the question is left, and one that is missing is named."""
    days = [openai_day(day, [cost(1)]) for day in (date(2026, 10, 31), FIRST, THIRD, date(2026, 11, 4))]
    days[1]["result"] = days[1].pop("results")
    server.reports = {COSTS: msgspec.json.encode({"data": days})}
    statement = fetch(server)
    assert [row.day for row in statement.charged] == [FIRST, THIRD]
    assert "OpenAI's cost report leaves out 2026-11-02" in statement.notes
    assert statement.used is None


@pytest.mark.parametrize(
    ("report", "message"),
    [
        ({FIRST: [cost(1) | {"amount": {"value": 1, "currency": "eur"}}]}, "OpenAI bills in EUR"),
        ({FIRST: [cost("NaN")]}, "OpenAI bills NaN"),
        ({FIRST: [cost("1,50")]}, "no report that is known: .*decimal"),
        (b'{"data": [{"start_time": 1e300, "results": []}]}', "no report that is known"),
        (b'{"data": [{"start_time": 99999999999999, "results": []}]}', "no report that is known"),
        (None, "OpenAI answered 404 to GET organization/costs"),
    ],
)
def test_a_bill_that_cannot_be_read_is_refused(server: BillingServer, report: Any, message: str) -> None:
    """No amount is guessed, and without the cost report there is no bill."""
    server.reports = {} if report is None else {COSTS: report}
    with pytest.raises(UserError, match=message):
        fetch(server)
