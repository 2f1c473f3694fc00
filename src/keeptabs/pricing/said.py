"""The rows of a TOML price file, as people write them. ``written.py`` makes of them what the book looks up."""

from collections.abc import Mapping
from datetime import date, time
from typing import Literal

import msgspec

from keeptabs.pricing.rows import Amounts, Steps, Weekday

How = Literal["equals", "prefix", "suffix", "contains", "regex"]


class Sourced(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where a row comes from."""

    source: str = ""
    checked: date | None = None
    confidence: str = ""
    note: str = ""


class Named(Sourced, frozen=True, kw_only=True):
    """A row for the models whose names match."""

    model: str | list[str]
    match: How = "equals"


class Dated(Named, frozen=True, kw_only=True, rename={"start": "from", "end": "to", "except_": "except"}):
    """A row with dates, which are UTC and half-open."""

    provider: str = ""
    start: date | None = None
    end: date | None = None


class Price(Dated, frozen=True, kw_only=True):
    """Rates: see ``rows.Row``."""

    name: str = ""  # how bills name the row, where its models are a pattern
    unit: Amounts = {}
    tier: Steps = {}
    when: Mapping[str, str] = {}
    daily: tuple[time, time] | None = None
    weekdays: tuple[Weekday, ...] = ()
    except_: tuple[date, ...] = ()
    free: bool = False
    adds: bool = False
    currency: str = "USD"


class Multiplier(Dated, frozen=True, kw_only=True):
    """See ``rows.Multiplier``; with ``units``, what is no token is multiplied too."""

    factor: str
    when: Mapping[str, str | tuple[str, ...]] = {}
    units: bool = False


class Ratio(Dated, frozen=True, kw_only=True):
    """See ``rows.Ratio``."""

    key: str
    of: str
    factor: str


class Discount(Dated, frozen=True, kw_only=True):
    """A multiplier of the user's for list prices: of every model, unless it names some."""

    model: str | list[str] = ""  # of which every name holds that begins with nothing: all
    match: How = "prefix"
    factor: str
    when: Mapping[str, str | tuple[str, ...]] = {}
    label: str = "your discount"


class Alias(Sourced, frozen=True, kw_only=True):
    """See ``rows.Alias``."""

    provider: str
    name: str
    model: str
    host: str = "*"
    scope: str = ""


class Free(Sourced, frozen=True, kw_only=True):
    """See ``rows.FreeHost``."""

    provider: str = ""
    host: str | tuple[str, ...]
    unless: str | tuple[str, ...] = ()
    reason: str


class Covers(Named, frozen=True, kw_only=True):
    """See ``rows.Covers``."""

    input: Literal["", "audio", "image", "video"] = ""
    output: Literal["", "audio", "image", "video"] = ""


class TierFrom(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"start": "from"}):
    """See ``rows.TierFrom``."""

    when: dict[str, str]
    start: date
    source: str
    checked: date
    confidence: str = ""
