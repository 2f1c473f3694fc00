"""The rows of a price file, as they stand in it."""

from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal
from typing import Literal, get_args

import msgspec

from keeptabs.core.errors import UserError
from keeptabs.pricing.match import Clause

Amounts = Mapping[str, str]  # price key (see units.py) to USD; a string, so that no float ever touches it
Steps = Mapping[str, tuple[tuple[int, str], ...]]  # price key to (input tokens, USD beyond so many of them)
SECONDS_A_DAY = 86_400
NANOSECONDS = 1_000_000_000
EPOCH = date(1970, 1, 1).toordinal()


Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)
_SAID_AS = {"start": "from", "end": "to", "except_": "except"}


class PriceFileError(UserError):
    """A price file cannot be read; the message names the file, the line or row, and what is wrong."""


class Row(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, rename=_SAID_AS):
    """Rates and when they hold.

    A row without ``when`` is a standard price and complete; one with ``when`` replaces single rates of it for calls
    of that kind. Dates are UTC and half-open; ``daily`` is a window of UTC time, which may pass midnight. ``weekdays``
    and ``except_`` are those of the moment itself.
    """

    unit: Amounts = {}
    tier: Steps = {}
    when: Mapping[str, str] = {}
    start: date | None = None
    end: date | None = None
    daily: tuple[time, time] | None = None
    weekdays: tuple[Weekday, ...] = ()
    except_: tuple[date, ...] = ()
    free: bool = False
    adds: bool = False  # to the standard price, which has no rate of its own for these keys

    def holds(self, at: int) -> bool:
        """True when the row holds at ``at``, in nanoseconds since the epoch."""
        day, moment = divmod(at // NANOSECONDS, SECONDS_A_DAY)
        if self.start is not None and day < day_of(self.start):
            return False
        if self.end is not None and day >= day_of(self.end):
            return False
        if self.weekdays and WEEKDAYS[(day + EPOCH - 1) % 7] not in self.weekdays:
            return False
        if self.except_ and any(day == day_of(each) for each in self.except_):
            return False
        if self.daily is None:
            return True
        opens, closes = map(moment_of, self.daily)
        return opens <= moment < closes if opens <= closes else moment >= opens or moment < closes


class Model(msgspec.Struct, frozen=True, kw_only=True):
    """One model of a base file: the names it goes by, and its rows."""

    id: str
    match: Clause
    rows: tuple[Row, ...]


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """Where a base file comes from. ``sha256`` is that of its model lines, ``converted`` an ISO date."""

    source: str
    version: str
    licence: str
    converted: str
    sha256: str
    provider: str
    urls: tuple[str, ...] = ()
    fallback: tuple[str, ...] = ()  # providers whose models this one also sells, at their prices


class BaseFile(msgspec.Struct, frozen=True, kw_only=True):
    """One provider's prices, converted from the source package."""

    head: Head
    models: tuple[Model, ...]


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A row with its provenance. ``layer`` is ``user``, ``overlay`` or ``base``, the first being the strongest."""

    provider: str
    model: str
    layer: str
    row: Row
    source: str = ""
    checked: str = ""  # ISO date
    confidence: str = ""
    note: str = ""  # what the sources say, where they do not agree
    pattern: bool = False  # ``model`` is a regular expression: in an offer, the name that it stands for takes its place

    @property
    def id(self) -> str:
        """``provider/model[#variant][@from]``."""
        kind = ",".join(value for _, value in sorted(self.row.when.items()))
        return (
            f"{self.provider}/{self.model}"
            f"{f'#{kind}' if kind else ''}"
            f"{f'@{self.row.start.isoformat()}' if self.row.start else ''}"
        )


class TierFrom(msgspec.Struct, frozen=True, kw_only=True):
    """Since when a kind of service existed, where the base has its rates only from a later day on."""

    when: Mapping[str, str]
    start: date
    source: str
    checked: str
    confidence: str = ""


class Multiplier(msgspec.Struct, frozen=True, kw_only=True):
    """Rates times ``factor`` for calls of a kind: in a region, in a batch, by contract.

    Every key of ``when`` must have one of its values (``*`` stands for any text in one). ``own`` is a discount of the
    user's: it lowers list prices, and leaves the user's own rows as they are. Without ``everything``, only tokens.
    """

    provider: str
    match: Clause
    factor: Decimal
    when: Mapping[str, tuple[str, ...]] = {}
    start: date | None = None
    end: date | None = None
    everything: bool = False
    own: bool = False
    label: str = ""
    source: str = ""
    checked: str = ""  # ISO date
    confidence: str = ""
    note: str = ""


class Ratio(msgspec.Struct, frozen=True, kw_only=True):
    """A rate that no row has: ``factor`` times the rate under another key, whatever that is for a call."""

    match: Clause
    key: str
    of: str
    factor: Decimal
    source: str
    checked: str
    confidence: str = ""


class Alias(msgspec.Struct, frozen=True, kw_only=True):
    """What a deployment is: the model behind a ``name`` on the wire, at hosts like ``host``, sold in a ``scope``."""

    provider: str
    name: str
    model: str
    host: str = "*"
    scope: str = ""


class FreeHost(msgspec.Struct, frozen=True, kw_only=True):
    """Hosts at which calls cost nothing, since whoever calls them runs them. Patterns as in a shell."""

    provider: str = ""  # empty: whatever is served there
    hosts: tuple[str, ...]
    unless: tuple[str, ...] = ()
    reason: str


class Covers(msgspec.Struct, frozen=True, kw_only=True):
    """Which modality a model's plain input or output rate stands for beside text (``audio`` or ``image``)."""

    match: Clause
    input: str = ""
    output: str = ""


def day_of(when: date) -> int:
    """Days from the epoch to ``when``."""
    return when.toordinal() - EPOCH


def moment_of(when: time) -> int:
    """Seconds from midnight to ``when``."""
    return (when.hour * 60 + when.minute) * 60 + when.second
