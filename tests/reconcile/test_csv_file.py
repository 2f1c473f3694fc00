import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keeptabs.core.errors import UserError
from keeptabs.reconcile.csv_file import Reading, Table, read
from keeptabs.reconcile.statement import Charged, Days, Kind

DAY = date(2026, 9, 28)
DAYS = Days(start=DAY, end=date(2026, 9, 30))
Write = Callable[..., Path]
OPENAI = (
    "start_time,start_time_iso,amount_value,amount_currency,quantity,quantity_unit,line_item,api_key_id,project_id\n"
)
ANTHROPIC = (
    "usage_date_utc,model,workspace,api_key,usage_type,context_window,token_type,cost_usd,cost_type,api_key_id\n"
)
AZURE = "Date,ConsumedService,MeterName,Quantity,UnitOfMeasure,CostInBillingCurrency,BillingCurrency,ResourceGroup\n"
FOCUS = "ChargePeriodStart,BilledCost,BillingCurrency,ChargeDescription,ConsumedQuantity,ConsumedUnit,ServiceName\n"


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a table and names it."""

    def make(text: str, encoding: str = "utf-8") -> Path:
        path = tmp_path / "bill.csv"
        path.write_bytes(text.encode(encoding))
        return path

    return make


def table(path: Path, **more: Any) -> Table:
    """What is read of two days."""
    return read(path, Reading(days=DAYS, **more))


def charge(**fields: Any) -> Charged:
    return Charged(**{"day": DAY, "usd": Decimal("0.5"), "item": "", "kind": Kind.TOKENS, **fields})


@pytest.mark.parametrize(
    ("text", "provider", "expected"),
    [
        (
            OPENAI + '1790553600,2026-09-28T00:00:00,0.5,usd,1000,tokens,"batch | gpt-5-nano, output",key_1,proj_a\n',
            "openai",
            charge(
                item="batch | gpt-5-nano, output",
                model="gpt-5-nano",
                unit="output.text",
                quantity=Decimal(1000),
                batch=True,
                key="key_1",
                project="proj_a",
            ),
        ),
        (OPENAI + "1790553600,2026-09-28T00:00:00,0.5,usd,,,,,\n", "openai", charge()),
        (
            OPENAI + "1790553600,2026-09-28T00:00:00,0.5,usd,,,Vector storage,,\n",
            "openai",
            charge(item="Vector storage", kind=Kind.FIXED),
        ),
        (
            ANTHROPIC + "2026-09-28,Claude Haiku 4.5,Default,main,message,≤ 200k,input_cache_read,0.5,token,apikey_1\n",
            "anthropic",
            charge(
                item="input_cache_read",
                model="Claude Haiku 4.5",
                unit="cache_read.text",
                project="Default",
                key="apikey_1",
            ),
        ),
        (
            AZURE + "09/28/2026,Microsoft.CognitiveServices,gpt 4o 0806 Inp glbl Tokens,3.5,1K,0.5,USD,rg\n"
            "09/28/2026,Microsoft.Storage,LRS,1,1 GB,9,USD,rg\n",
            "azure.ai.openai",
            charge(item="gpt 4o 0806 Inp glbl Tokens", unit="input.text", quantity=Decimal(3500), project="rg"),
        ),
        (
            FOCUS + '2026-09-28T00:00:00Z,0.5,USD,"gpt-4.1 output tokens",2,1M,OpenAI\n',
            "",
            charge(item="gpt-4.1 output tokens", unit="output.text", quantity=Decimal(2_000_000)),
        ),
        ("day,cost,model,tier\n2026-09-28,0.5,gpt,flex\n", "", charge(item="gpt", model="gpt", tier="flex")),
        ("day;cost\n28.9;x\n2026-09-28;0,5\n", "", charge()),
        ("day\tcost\n2026-09-28\t$0.50\n", "", charge(usd=Decimal("0.50"))),
        ("\ufeffday,cost\r\n2026-09-28,0.5\r\n", "", charge()),
        ("day,cost\n2026-09-28,0.5\n2026-09-28,\n2026-09-30,7\n2026-09-27,7\n\n", "", charge()),
    ],
    ids=[
        "OpenAI",
        "OpenAI, not grouped",
        "OpenAI, storage",
        "Anthropic",
        "Azure, of all services",
        "FOCUS",
        "a table",
        "semicolons",
        "tabs",
        "from Excel",
        "empty amounts and other days",
    ],
)
def test_the_rows_of_an_export_are_charges(write: Write, text: str, provider: str, expected: Charged) -> None:
    """Each kind of export by its own columns."""
    found = table(write(text))
    assert found.statement.charged == (expected,)
    assert found.provider == provider
    assert found.statement.used is None


def test_a_person_says_which_columns_and_rows(write: Write) -> None:
    """Over what the header tells."""
    path = write("Booked,Amount,Team\n2026-09-28,0.5,desk\n2026-09-28,7,other\n2026-09-28,0.5,HELP DESK\n")
    found = table(path, given={"date": "booked", "usd": "Amount", "project": "Team"}, only=("team", "Desk"))
    assert [row.project for row in found.statement.charged] == ["desk", "HELP DESK"]


def test_bad_rows_are_named_and_the_rest_is_read(write: Write) -> None:
    """By file and line, the first few of them, and then by number."""
    rows = [
        "2026-09-28,0.5",
        "soon,1",
        "2026-09-28,much",
        '2026-09-28,"1\n2"',
        "28/9/2026,1",
        "2026-13-01,1",
        "2026-09-29,2",
    ]
    path = write("date,usd\n" + "\n".join(rows) + "\n")
    found = table(path).statement
    assert [row.usd for row in found.charged] == [Decimal("0.5"), Decimal(2)]
    assert [re.sub(r": .*", "", note) for note in found.notes] == [
        f"{path}:3",
        f"{path}:4",
        f"{path}:6",
        "2 more rows cannot be read and are left out",
    ]
    assert found.notes[1] == f"{path}:4: 'much' is no number: the row is left out"


@pytest.mark.parametrize(
    ("text", "options", "complaint"),
    [
        ("date,usd,currency\n2026-09-28,1,EUR\n", {}, "bill.csv:2: the amount is in EUR: only USD can be set beside"),
        ("date,usd\n", {"only": ("Service", "x")}, "bill.csv:1: there is no column 'Service' for --only"),
        ("", {}, "bill.csv:1: which column is the date"),
        ('date,usd\n"', {}, None),
    ],
    ids=["another currency", "no such column", "empty", "an open quote"],
)
def test_what_cannot_be_compared_is_refused(write: Write, text: str, options: Any, complaint: str | None) -> None:
    """With the file and the line; an open quote at the end is only an empty row."""
    path = write(text)
    if complaint is None:
        assert table(path).statement.charged == ()
        return
    with pytest.raises(UserError, match=complaint):
        table(path, **options)


def test_another_currency_outside_the_days_is_nobodys_concern(write: Write) -> None:
    """Only what is compared must be in USD."""
    assert table(write("date,usd,currency\n2025-01-01,1,EUR\n")).statement.charged == ()


@pytest.mark.parametrize(
    ("encoding", "complaint"),
    [("utf-16", "is no table of comma-separated values in UTF-8"), (None, "bill.csv: No such file or directory")],
    ids=["another encoding", "no file"],
)
def test_a_file_that_cannot_be_read_is_named(
    write: Write, tmp_path: Path, encoding: str | None, complaint: str
) -> None:
    """In one line, with the cause."""
    path = write("date,usd\n2026-09-28,1\n", encoding) if encoding else tmp_path / "bill.csv"
    with pytest.raises(UserError, match=complaint):
        table(path)


@given(st.lists(st.lists(st.text(st.characters(codec="utf-8"), max_size=12), max_size=5), max_size=6))
def test_any_table_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]) -> None:
    """Whatever stands in the cells."""
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_text("date,usd,item\n" + "\n".join(",".join(row) for row in rows), "utf-8")
    try:
        found = table(path).statement
    except UserError:
        return
    assert all(DAYS.start <= row.day < DAYS.end and row.usd.is_finite() for row in found.charged)
