import sys
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import httpx
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keeptabs.core.errors import UserError
from keeptabs.reconcile import _http, _report
from keeptabs.reconcile.statement import Days

sys.path.insert(0, str(Path(__file__).parent))
try:
    from billing_server import BillingServer
finally:
    sys.path.pop(0)

ACCESS = _http.Access(provider="Acme", variables=("ACME_KEY",), kind="an admin key", made_at="https://acme.test/keys")
DECODER = msgspec.json.Decoder(_report.Page[int])
DAYS = Days(start=date(2026, 11, 1), end=date(2026, 11, 4))


@pytest.fixture
def server() -> Iterator[BillingServer]:
    with BillingServer({}, key=("authorization", "x")) as running:
        yield running


def numbers(server: BillingServer, *bodies: str) -> list[int]:
    server.faults.extend((200, {}, body.encode()) for body in bodies)
    with httpx.Client(base_url=server.url) as client:
        return [number for page in _report.pages(client, ACCESS, "bill", [("limit", "2")], DECODER) for number in page]


def test_pages_are_followed_by_their_tokens(server: BillingServer) -> None:
    """The token goes back as it came, whatever is in it, and the rest of the question stays."""
    bodies = [
        '{"data": [1, 2], "has_more": true, "next_page": "a&b=c/é"}',
        '{"data": [], "has_more": true, "next_page": "z"}',
        '{"data": [3], "has_more": false, "next_page": "ignored"}',
    ]
    assert numbers(server, *bodies) == [1, 2, 3]
    assert [asked for _, asked in server.seen] == [
        {"limit": ["2"]},
        {"limit": ["2"], "page": ["a&b=c/é"]},
        {"limit": ["2"], "page": ["z"]},
    ]


@pytest.mark.parametrize(
    ("bodies", "message"),
    [
        (['{"data": [1], "has_more": true, "next_page": null}'], "there is more of bill, and not where"),
        (['{"data": [1], "has_more": true}'], "there is more of bill, and not where"),
        (['{"data": [1], "has_more": true, "next_page": ""}'], "there is more of bill, and not where"),
        (['{"data": [1], "has_more": true, "next_page": "p"}'] * 2, "names the same next page of bill twice"),
        (["<html>Sign in</html>"], "what Acme answered to GET bill is no report that is known"),
        (['{"object": "list"}'], "missing required field `data`"),
        (['{"data": ["x"]}'], "Expected `int`, got `str`"),
        (['{"more": ' + "[" * 200_000], "is no report that is known"),
        (["\xff"], "is no report that is known"),
        ([""], "is no report that is known"),
    ],
)
def test_half_a_bill_is_none(server: BillingServer, bodies: list[str], message: str) -> None:
    """Pages that end nowhere, go in a circle or are something else are refused."""
    with pytest.raises(UserError, match=message):
        numbers(server, *bodies)


@given(st.decimals(min_value=-(10**14), max_value=10**14, allow_nan=False), st.sampled_from(["usd", "USD", None, ""]))
def test_an_amount_in_usd_stays_as_it_is_written(amount: Decimal, currency: str | None) -> None:
    """No digit is lost, and no currency means USD."""
    assert str(_report.usd(ACCESS, amount, currency)) == str(amount)


@pytest.mark.parametrize(
    ("amount", "currency", "message"),
    [
        ("1", "eur", "bills in EUR: only USD"),
        ("NaN", "usd", "bills NaN, which is no amount"),
        ("-Infinity", "usd", "bills -Infinity, which is no amount"),
        ("1E+15", "usd", "which is no amount"),
        ("1E+999999", None, "which is no amount"),
    ],
)
def test_what_is_no_amount_in_usd_is_refused(amount: str, currency: str | None, message: str) -> None:
    """Another currency, and numbers that no bill has."""
    with pytest.raises(UserError, match=message):
        _report.usd(ACCESS, Decimal(amount), currency)


@pytest.mark.parametrize(
    ("day", "expected"),
    [("2026-10-31", False), ("2026-11-01", True), ("2026-11-03", True), ("2026-11-04", False)],
)
def test_the_last_day_is_not_included(day: str, expected: bool) -> None:
    """As everywhere, a span of days is half open."""
    assert _report.is_within(DAYS, date.fromisoformat(day)) is expected


@pytest.mark.parametrize(
    ("sent", "expected"),
    [([1, 2, 3], ""), ([1, 3, 9], "2026-11-02"), ([], "2026-11-01, 2026-11-02, 2026-11-03")],
)
def test_days_that_a_report_leaves_out_are_named(sent: list[int], expected: str) -> None:
    """Those of the question only."""
    assert _report.absent(DAYS, [date(2026, 11, number) for number in sent]) == expected


def test_days_are_final_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    """The lag counts from today, which is the UTC day of the clock where it is not given."""
    assert _report.settled(2, date(2026, 11, 24)) == date(2026, 11, 22)
    monkeypatch.setattr("time.time", lambda: 1_795_564_799.0)  # a second before midnight
    assert _report.settled(0, None) == date(2026, 11, 24)


@pytest.mark.parametrize(("days", "most", "expected"), [(3, 31, 3), (90, 31, 31), (90, 180, 90), (0, 31, 1)])
def test_a_page_is_asked_for_as_large_as_it_may_be(days: int, most: int, expected: int) -> None:
    """No larger than the provider allows, and no larger than the question."""
    start = date(2026, 1, 1)
    span = Days(start=start, end=date.fromordinal(start.toordinal() + days))
    with httpx.Client() as client:
        assert _report.Pull(client, span, lambda *_: None).limit(most) == expected
