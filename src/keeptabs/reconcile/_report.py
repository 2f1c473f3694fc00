"""What the reports of all providers have in common: pages, amounts in USD, and days."""

import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Generic, TypeVar

import httpx
import msgspec

from keeptabs.core.errors import UserError
from keeptabs.reconcile._http import Access, Params, get
from keeptabs.reconcile.statement import Days

T = TypeVar("T")
Progress = Callable[[str, int], None]

_MOST_DIGITS = 15  # before the point; more is no amount of money


class Pull(msgspec.Struct, frozen=True):
    """One look at a bill: with which client, of which days, and who is told how many rows a page of a report had."""

    client: httpx.Client
    days: Days
    progress: Progress

    def limit(self, most: int) -> int:
        """How many days to ask for in a page that may have ``most``."""
        return min(max((self.days.end - self.days.start).days, 1), most)


class Page(msgspec.Struct, Generic[T]):
    """A page of a report: its buckets, and the token of the next page, which means nothing to us."""

    data: list[T]
    has_more: bool = False
    next_page: str | None = None


def pages(
    client: httpx.Client, access: Access, path: str, params: Params, decoder: msgspec.json.Decoder[Page[T]]
) -> Iterator[list[T]]:
    """The buckets of each page. UserError where a page is missing or comes again: half a bill is none."""
    seen: set[str] = set()
    token: tuple[tuple[str, str], ...] = ()
    while True:
        page = decoded(access, path, decoder, get(client, access, path, [*params, *token]))
        yield page.data
        if not page.has_more:
            return
        if not page.next_page:
            raise UserError(f"{access.provider} says that there is more of {path}, and not where: try again later")
        if page.next_page in seen:
            raise UserError(f"{access.provider} names the same next page of {path} twice: try again later")
        seen.add(page.next_page)
        token = (("page", page.next_page),)


def decoded(access: Access, path: str, decoder: msgspec.json.Decoder[T], body: bytes) -> T:
    """A body as ``decoder`` reads it. UserError where it is something else, such as the page of a proxy."""
    try:
        return decoder.decode(body)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise UserError(f"what {access.provider} answered to GET {path} is no report that is known: {error}") from None


def usd(access: Access, amount: Decimal, currency: str | None) -> Decimal:
    """``amount``, which is in USD. UserError for another currency, and for what is no amount of money."""
    if currency and currency.upper() != "USD":
        raise UserError(f"{access.provider} bills in {currency.upper()}: only USD can be set beside the ledger")
    if not amount.is_finite() or amount.adjusted() >= _MOST_DIGITS:
        raise UserError(f"{access.provider} bills {amount}, which is no amount of money")
    return amount


def settled(lag: int, today: date | None) -> date:
    """The day before which all days are final, where a provider needs ``lag`` days to close one."""
    return (today or datetime.fromtimestamp(time.time(), UTC).date()) - timedelta(days=lag)


def is_within(days: Days, day: date) -> bool:
    """True for one of the days. Some reports send a day more than was asked for."""
    return days.start <= day < days.end


def absent(days: Days, sent: Iterable[date]) -> str:
    """The days that a report left out, as text; empty where it has them all."""
    have = set(sent)
    every = (days.start + timedelta(days=number) for number in range((days.end - days.start).days))
    return ", ".join(day.isoformat() for day in every if day not in have)
