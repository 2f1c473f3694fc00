"""The rows of a price file, as they stand in it."""

from collections.abc import Mapping
from datetime import date, time

import msgspec

from keeptabs.core.errors import UserError
from keeptabs.pricing.match import Clause

Amounts = Mapping[str, str]  # price key (see units.py) to USD; a string, so that no float ever touches it
Steps = Mapping[str, tuple[tuple[int, str], ...]]  # price key to (input tokens, USD beyond so many of them)
SECONDS_A_DAY = 86_400
NANOSECONDS = 1_000_000_000
EPOCH = date(1970, 1, 1).toordinal()


class PriceFileError(UserError):
    """A price file cannot be read; the message names the file, the line or row, and what is wrong."""


class Row(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, rename={"start": "from", "end": "to"}):
    """Rates and when they hold.

    A row without ``when`` is a standard price and complete; one with ``when`` replaces single rates of it for calls
    of that kind. Dates are UTC and half-open; ``daily`` is a window of UTC time, which may pass midnight.
    """

    unit: Amounts = {}
    tier: Steps = {}
    when: Mapping[str, str] = {}
    start: date | None = None
    end: date | None = None
    daily: tuple[time, time] | None = None
    free: bool = False

    def holds(self, at: int) -> bool:
        """True when the row holds at ``at``, in nanoseconds since the epoch."""
        day, moment = divmod(at // NANOSECONDS, SECONDS_A_DAY)
        if self.start is not None and day < day_of(self.start):
            return False
        if self.end is not None and day >= day_of(self.end):
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
