import pytest

from keeptabs.core.errors import UserError
from keeptabs.reconcile.csv_columns import EXPORTS, FIELDS, detect, located, said

# Real headers, shortened.
HEADERS = {
    "OpenAI": "start_time,start_time_iso,end_time_iso,amount_value,amount_currency,quantity,quantity_unit,line_item",
    "Anthropic": "usage_date_utc,model,workspace,api_key,usage_type,token_type,cost_usd,list_price_usd,cost_type",
    "Azure": "Date,ConsumedService,MeterName,Quantity,UnitOfMeasure,CostInBillingCurrency,BillingCurrency",
    "FOCUS": "BilledCost,BillingCurrency,ChargePeriodStart,ChargeDescription,ConsumedQuantity,SubAccountId",
    "a table": "day,model,cost",
}


@pytest.mark.parametrize(("name", "header"), HEADERS.items(), ids=HEADERS)
def test_an_export_is_known_by_its_header(name: str, header: str) -> None:
    """In any order and in any case, and its needed columns are found."""
    columns = header.split(",")
    for written in (columns, columns[::-1], [f" {column.upper()} " for column in columns]):
        export = detect(written)
        assert export.name == name
        assert {"date", "usd"} <= located(written, export, {}, "a.csv").keys()


def test_every_export_is_data_of_known_fields() -> None:
    """Names are in lower case, as they are looked up, and the last export takes any header."""
    for export in EXPORTS:
        assert export.columns.keys() <= set(FIELDS)
        names = [*export.marks, *(name for names in export.columns.values() for name in names)]
        assert all(name == name.lower() for name in names)
    assert detect([]) is EXPORTS[-1]


def test_what_a_person_says_comes_first() -> None:
    """Over what the header would tell, and only for the fields that are named."""
    header = ["date", "usd", "Booked", "Meter"]
    places = located(header, detect(header), said(" date=Booked , item = meter"), "a.csv")
    assert places == {"date": 2, "usd": 1, "item": 3}


def test_of_two_columns_of_one_name_the_first_holds() -> None:
    """As spreadsheets do it."""
    header = ["date", "usd", "usd"]
    assert located(header, detect(header), {}, "a.csv")["usd"] == 1


def test_nothing_said_is_nothing() -> None:
    """No option, or an empty one."""
    assert said(None) == said("") == {}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("amount=Cost", "--columns: 'amount' is none of date, usd, currency, "),
        ("date", "--columns: 'date' is none of .*, or has no column"),
        ("date=", "--columns: 'date' is none of .*, or has no column"),
    ],
)
def test_a_field_that_is_none_is_named(text: str, complaint: str) -> None:
    """With those that there are."""
    with pytest.raises(UserError, match=complaint):
        said(text)


@pytest.mark.parametrize(
    ("header", "given", "complaint"),
    [
        ("when,usd", {}, r"a\.csv:1: which column is the date\? Say --columns date=… of when, usd"),
        ("a,b", {}, r"a\.csv:1: which column is the date\? Say --columns date=…,usd=… of a, b"),
        ("date,usd", {"usd": "Cost"}, r"a\.csv:1: there is no column 'Cost': date, usd"),
    ],
)
def test_a_column_that_is_missing_is_asked_for(header: str, given: dict[str, str], complaint: str) -> None:
    """With the file and the columns that it has."""
    columns = header.split(",")
    with pytest.raises(UserError, match=complaint):
        located(columns, detect(columns), given, "a.csv")
