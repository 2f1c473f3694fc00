"""Which calls a URL asks for, beyond its period and dimensions: what only the calls themselves know."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal

import msgspec

from keeptabs.store.slices import Slice
from keeptabs.store.wanted import NEWEST, Place, Wanted
from keeptabs.web.ask import DAY, Ask, AskError
from keeptabs.web.frame import Filter
from keeptabs.web.said import usd

_AMOUNT = re.compile(r"\$?([0-9]{1,9}(?:\.[0-9]{0,9})?)")
_PLACE = re.compile(r"([0-9]{1,19})\.([0-9]{1,19})")
_MOST = 2**63 - 1
_EPOCH = date(1970, 1, 1)


def part(ask: Ask) -> Slice:
    """The part of the ledger that is asked about: of the period, where the URL has one, one UTC day."""
    text = ask.rest.get("day")
    if not text:
        return ask.part
    try:
        since = (date.fromisoformat(text) - _EPOCH).days * DAY
    except ValueError:
        raise AskError(f"day: {text!r} is not a date as 2026-11-24") from None
    if not 0 <= since < _MOST - DAY:
        raise AskError(f"day: {text!r} is none that a call can have")
    return Slice(since=max(since, ask.part.since), until=since + DAY, having=ask.having)


def day_name(moment: int) -> str:
    """The UTC day of a moment (nanoseconds since the epoch), as URLs have it."""
    return datetime.fromtimestamp(moment / 1e9, tz=UTC).strftime("%Y-%m-%d")


def wanted(ask: Ask) -> Wanted:
    """The calls that are asked for. Raises AskError for what is none of its values."""
    rest = ask.rest
    return Wanted(
        part=part(ask),
        user=rest.get("user") or None,
        failed=_is_set(rest, "failed"),
        unpriced=_is_set(rest, "unpriced"),
        least=_nano(rest["least"]) if rest.get("least") else None,
    )


def before(ask: Ask) -> Place:
    """The place before which the page begins."""
    text = ask.rest.get("before")
    if not text:
        return NEWEST
    found = _PLACE.fullmatch(text)
    if not found or max(int(found[1]), int(found[2])) > _MOST:
        raise AskError(f"before: {text!r} is no place in the list of calls")
    return Place(int(found[1]), int(found[2]))


def chips(ask: Ask) -> tuple[Filter, ...]:
    """The filters of the page's own, each with the address without it."""
    said = {
        "day": ask.rest.get("day"),
        "user": ask.rest.get("user"),
        "failed": "only" if _is_set(ask.rest, "failed") else None,
        "unpriced": "only" if _is_set(ask.rest, "unpriced") else None,
        "cost": f"at least {usd(_nano(ask.rest['least']))}" if ask.rest.get("least") else None,
    }
    parameter = {"cost": "least"}
    return tuple(
        Filter(name=name, value=value, without=ask.url(**{parameter.get(name, name): None, "before": None}))
        for name, value in said.items()
        if value
    )


def without_place(ask: Ask) -> Ask:
    """The same question from the beginning of the list."""
    return msgspec.structs.replace(ask, rest={name: value for name, value in ask.rest.items() if name != "before"})


def _is_set(rest: dict[str, str], name: str) -> bool:
    value = rest.get(name, "")
    if value not in {"", "1"}:
        raise AskError(f"{name}: {value!r} is neither 1 nor nothing")
    return value == "1"


def _nano(text: str) -> int:
    found = _AMOUNT.fullmatch(text.strip())
    if not found:
        raise AskError(f"least: {text!r} is no amount in USD")
    return int(Decimal(found[1]) * 1_000_000_000)


def filters(ask: Ask) -> dict[str, str]:
    """The period and the dimensions, for a form that keeps them."""
    return {"period": ask.period, **{str(name): value for name, value in ask.having.items()}}
