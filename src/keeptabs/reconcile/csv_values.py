"""Dates, amounts and units as people and spreadsheets write them."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation

_US = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?:[ T].*)?")
_EPOCH = re.compile(r"\d{10}(\.\d+)?")
_GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+")
_SIZE = re.compile(r"([\d.,]*)[\s_]*([km]?)(?![a-z])")
# Written out; and what is billed by time is counted in seconds here.
_WORDS = {"million": 1_000_000, "thousand": 1_000, "hour": 3_600, "minute": 60}


def day_of(text: str) -> date:
    """The UTC day of an ISO date or time, a time in seconds since the epoch, or a US date (``9/28/2026``).

    Raises ValueError for anything else, days first among it: 28/9/2026.
    """
    text = text.strip()
    if _EPOCH.fullmatch(text):
        return datetime.fromtimestamp(float(text), tz=UTC).date()
    found = _US.fullmatch(text)
    if found:
        month, day, year = map(int, found.groups())
        return date(year, month, day)
    moment = datetime.fromisoformat(text.removesuffix(" UTC"))
    return (moment.astimezone(UTC) if moment.tzinfo else moment).date()


def amount_of(text: str) -> Decimal:
    """A number, with or without a sign, ``$`` or thousands separators; in brackets it is negative.

    A comma that parts groups of three is a separator, any other the decimal sign; where there are both, the last one
    is. Raises ValueError for what is no number.
    """
    bare = re.sub(r"(?i)usd|[$ \u00a0\u202f']", "", text.strip())  # spaces part thousands in some countries
    negative = bare.startswith("(") and bare.endswith(")")
    if negative:
        bare = bare[1:-1]
    try:
        number = Decimal(_plain(bare))
    except InvalidOperation:
        raise ValueError(f"{text!r} is no number") from None
    if not number.is_finite():
        raise ValueError(f"{text!r} is no number")
    return -number if negative else number


def _plain(text: str) -> str:
    comma, point = text.rfind(","), text.rfind(".")
    if comma < 0:
        return text
    if point < 0:
        return text.replace(",", "" if _GROUPED.fullmatch(text) else ".")
    return text.replace(",", "") if point > comma else text.replace(".", "").replace(",", ".")


def size_of(unit: str) -> Decimal:
    """How many tokens, seconds or pieces one of ``unit`` is: 1,000 for ``1K``, ``1000_tokens``; 60 for minutes."""
    text = unit.strip().lower()
    found = _SIZE.match(text)
    digits, letter = found.groups() if found else ("", "")
    times = next((size for word, size in _WORDS.items() if word in text), 1)
    number = amount_of(digits) if digits.strip(".,") else Decimal(1)
    return number * {"": 1, "k": 1_000, "m": 1_000_000}[letter] * times
