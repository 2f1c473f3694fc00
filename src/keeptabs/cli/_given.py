"""How quantities are written on the command line: a date, a share, calls by time, a filter, a file with its detail."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path

import click

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# By what a number of calls is divided to be a day's, in minutes.
_MINUTES = {"min": 1, "minute": 1, "h": 60, "hour": 60, "d": 1_440, "day": 1_440, "week": 10_080, "month": 43_200}
_RATE = re.compile(r"([\d_.,]+)\s*(?:/\s*([a-z]+))?")


def moment(_ctx: click.Context, _param: click.Parameter, text: str | None) -> int | None:
    """A date or a time, UTC where it does not say, as nanoseconds since the epoch."""
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"{text!r} is no date: write 2024-06-01 or 2024-06-01T12:00") from None
    found = found if found.tzinfo else found.replace(tzinfo=UTC)
    return (found - _EPOCH) // timedelta(microseconds=1) * 1_000


def calls_a_day(_ctx: click.Context, _param: click.Parameter, text: str | None) -> Decimal | None:
    """Calls by time, as ``1000/day`` or ``5/min``; a number alone is a day's."""
    if text is None:
        return None
    found = _RATE.fullmatch(text.strip().lower())
    minutes = _MINUTES.get(found[2] or "day") if found else None
    count = _number(found[1].replace(",", "")) if found else None
    if count is None or minutes is None:
        raise click.BadParameter(f"{text!r} is no rate: write 1000/day, or by min, hour, week or month")
    return count * 1_440 / minutes


def share(_ctx: click.Context, _param: click.Parameter, text: str | None) -> Decimal | None:
    """A share, as ``60%`` or ``0.6``."""
    if text is None:
        return None
    written = text.strip()
    found = _number(written.removesuffix("%").strip())
    found = found / 100 if found is not None and written.endswith("%") else found
    if found is None or found > 1:
        raise click.BadParameter(f"{text!r} is no share: write 60% or 0.6")
    return found


def filters(_ctx: click.Context, _param: click.Parameter, texts: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Filters, each as ``model=gpt-4o`` or ``tag=value``."""
    found = []
    for text in texts:
        name, equals, value = text.partition("=")
        if not (name.strip() and equals and value.strip()):
            raise click.BadParameter(f"{text!r} is no filter: write model=gpt-4o, or a tag of yours as feature=search")
        found.append((name.strip(), value.strip()))
    return tuple(found)


def images(_ctx: click.Context, _param: click.Parameter, texts: tuple[str, ...]) -> list[tuple[Path, bool]]:
    """Image files, each with True where ``:low`` stands behind it."""
    found = []
    for text in texts:
        name, colon, detail = text.rpartition(":")
        is_detail = bool(colon) and detail in {"low", "high"}
        found.append((Path(name if is_detail else text), is_detail and detail == "low"))
    return found


def _number(text: str) -> Decimal | None:
    """A number of zero or more."""
    try:
        found = Decimal(text)
    except InvalidOperation:
        return None
    return found if found.is_finite() and found >= 0 else None
