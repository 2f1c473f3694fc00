"""How numbers are said on a page: as on the command line, and shorter where they are headlines."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import PurePath

UNKNOWN = "–"
FILTERS = ("usd", "money", "count", "short", "seconds", "percent", "clock", "day", "place")
_GIGA = 1_000_000_000


def usd(nano: int | None) -> str:
    """An amount in nano-USD, exact to a hundredth of a cent; a dash when it is not known."""
    if nano is None:
        return UNKNOWN
    if 0 < nano < 50_000:
        return "<$0.0001"
    return f"{'-' if nano < 0 else ''}${abs(Decimal(nano)) / _GIGA:,.4f}"


def money(nano: int | None) -> str:
    """An amount in nano-USD for a headline: cents, or what ``usd`` says of less than ten cents."""
    if nano is None or abs(nano) < _GIGA // 10:
        return usd(nano) if nano else "$0" if nano == 0 else UNKNOWN
    return f"{'-' if nano < 0 else ''}${abs(Decimal(nano)) / _GIGA:,.2f}"


def count(number: int | None) -> str:
    """A whole number with thousands separated; a dash when it is not known."""
    return UNKNOWN if number is None else f"{number:,}"


def short(number: float | None) -> str:
    """A number in few characters: 1.2 M."""
    if number is None:
        return UNKNOWN
    for size, unit in ((1e9, "B"), (1e6, "M"), (1e3, "k")):
        if abs(number) >= size * 0.9995:
            value = number / size
            return f"{value:.1f} {unit}" if value < 99.95 else f"{value:.0f} {unit}"
    return f"{number:.0f}"


def seconds(nanoseconds: int | None) -> str:
    """A duration in the unit that reads best."""
    if nanoseconds is None:
        return UNKNOWN
    value = nanoseconds / 1e9
    if value >= 0.95:
        return f"{value:,.1f} s"
    return f"{value * 1000:,.0f} ms" if value >= 0.0095 else f"{value * 1000:,.1f} ms"


def percent(share: float | None) -> str:
    """A share of one as per cent; one decimal below ten."""
    if share is None:
        return UNKNOWN
    value = 100 * share
    return f"{value:.1f} %" if 0 < abs(value) < 9.95 else f"{value:.0f} %"


def clock(nanoseconds: int) -> str:
    """A moment in UTC, to the second."""
    return datetime.fromtimestamp(nanoseconds / _GIGA, tz=UTC).strftime("%Y-%m-%d %H:%M:%S")


def day(nanoseconds: int) -> str:
    """A day in UTC: Nov 24."""
    return datetime.fromtimestamp(nanoseconds / _GIGA, tz=UTC).strftime("%b %-d")


def place(file: str | None, line: int | None = None) -> str:
    """A place in the code: the last two parts of its path, which tell files apart well enough."""
    if not file:
        return UNKNOWN
    shown = "/".join(PurePath(file).parts[-2:])
    return shown if line is None else f"{shown}:{line}"
