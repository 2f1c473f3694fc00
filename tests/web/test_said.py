from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keeptabs.web import said


@pytest.mark.parametrize(
    ("say", "value", "text"),
    [
        (said.usd, None, "–"),
        (said.usd, 0, "$0.0000"),
        (said.usd, 49_999, "<$0.0001"),
        (said.usd, 131_400_000, "$0.1314"),
        (said.usd, -1_234_567_891_000, "-$1,234.5679"),
        (said.money, None, "–"),
        (said.money, 0, "$0"),
        (said.money, 12_300_000, "$0.0123"),
        (said.money, 487_310_000_000, "$487.31"),
        (said.count, 61_204, "61,204"),
        (said.count, None, "–"),
        (said.short, 999, "999"),
        (said.short, 1_000, "1.0 k"),
        (said.short, 999_600, "1.0 M"),
        (said.short, 123_400_000, "123 M"),
        (said.short, None, "–"),
        (said.seconds, None, "–"),
        (said.seconds, 5_200_000, "5.2 ms"),
        (said.seconds, 949_000_000, "949 ms"),
        (said.seconds, 9_400_000_000, "9.4 s"),
        (said.percent, None, "–"),
        (said.percent, 0, "0 %"),
        (said.percent, 0.0123, "1.2 %"),
        (said.percent, 0.981, "98 %"),
        (said.clock, 1_795_000_000_000_000_000, "2026-11-18 11:06:40"),
        (said.day, 1_795_000_000_000_000_000, "Nov 18"),
        (lambda file: said.place(file, 88), "/srv/app/answer.py", "app/answer.py:88"),
        (said.place, "answer.py", "answer.py"),
        (said.place, None, "–"),
    ],
)
def test_a_value_is_said(say: Callable[[object], str], value: object, text: str) -> None:
    """Numbers read as on the command line; what is not known is a dash."""
    assert say(value) == text


@given(st.integers(100_000_000, 10**18))
def test_a_headline_is_off_by_half_a_cent_at_most(nano: int) -> None:
    """A headline is rounded, and nothing more."""
    shown = Decimal(said.money(nano).replace("$", "").replace(",", ""))
    assert abs(shown - Decimal(nano) / 10**9) <= Decimal("0.005")
