from decimal import Decimal

import pytest

from keeptabs.pricing.rate import rates_of, times
from keeptabs.pricing.rows import Entry, PriceFileError, Row

ROW = Row(unit={"input_mtok": "2.50", "audio_hours": "0.36"}, tier={"input_mtok": ((100, "5"), (200, "7"))})
ENTRY = Entry(
    provider="p", model="m", layer="user", row=ROW, source="s", checked="2026-01-01", confidence="disputed", note="n"
)


def test_a_row_gives_a_rate_a_key_with_where_it_is_from() -> None:
    """Amounts are exact, the highest step comes first, and hours are billed by the second."""
    rates = rates_of(ENTRY)
    assert (rates["input_mtok"].usd, rates["input_mtok"].per) == (Decimal("2.50"), 1_000_000)
    assert rates["input_mtok"].steps == ((200, Decimal(7)), (100, Decimal(5)))
    assert rates["audio_hours"].per == 3_600
    assert {(rate.row, rate.source, rate.checked, rate.confidence, rate.note, rate.own) for rate in rates.values()} == {
        ("p/m", "s", "2026-01-01", "disputed", "n", True)
    }


def test_an_amount_that_is_none_names_its_row() -> None:
    """A base file that was edited by hand is said to be broken."""
    entry = Entry(provider="p", model="m", layer="base", row=Row(unit={"input_mtok": "two"}))
    with pytest.raises(PriceFileError, match=r"p\.json: row p/m has an amount that is no number"):
        rates_of(entry)


def test_a_rate_times_a_fraction_takes_its_steps_along() -> None:
    """A third of 7.5 has no rounding."""
    third = times(rates_of(ENTRY)["input_mtok"], Decimal(1), Decimal("2.5"))
    assert (third.usd, third.at(150), third.at(201)) == (Decimal(1), Decimal(2), Decimal("2.8"))
