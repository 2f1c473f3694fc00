"""A provider's own account of what was used and charged, in one shape for all of them."""

from datetime import date
from decimal import Decimal
from enum import StrEnum

import msgspec

from keeptabs.core.usage import Usage


class Kind(StrEnum):
    """What an item of a bill is for."""

    TOKENS = "tokens"
    UNITS = "units"  # images, seconds, characters, searches: what calls use that is no token
    FIXED = "fixed"  # storage, training: there is no call for it
    UNREAD = "unread"  # its text says nothing that is known; it is kept as it stands


class Days(msgspec.Struct, frozen=True, kw_only=True):
    """UTC days, the last one not included."""

    start: date
    end: date


class Used(msgspec.Struct, frozen=True, kw_only=True):
    """A row of a usage report: what one model was used for on a day."""

    day: date
    project: str | None = None
    key: str | None = None  # the provider's id of the key, never the key
    model: str | None = None
    tier: str | None = None
    batch: bool = False
    requests: int | None = None
    usage: Usage = Usage()


class Charged(msgspec.Struct, frozen=True, kw_only=True):
    """A row of a cost report. ``item`` is its text, as the provider wrote it."""

    day: date
    usd: Decimal
    item: str
    kind: Kind
    project: str | None = None
    key: str | None = None
    model: str | None = None
    unit: str | None = None  # the bucket or unit that it is for, as in core/usage.py
    tier: str | None = None
    batch: bool = False
    long_context: bool = False
    quantity: Decimal | None = None  # of ``unit``: tokens, seconds, images, …


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """What a provider says of some days. ``used`` is None where it reports no usage, only charges."""

    source: str
    days: Days
    charged: tuple[Charged, ...] = ()
    used: tuple[Used, ...] | None = None
    settled: date | None = None  # days before this one are final
    notes: tuple[str, ...] = ()
