"""What the commands of ``keeptabs prices`` share: which files there are, and how a rate is written."""

import time
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path

import click

from keeptabs.cli import _look as look
from keeptabs.pricing import units
from keeptabs.pricing.catalogue import Catalogue
from keeptabs.runtime.config import load

_SUFFIXES = ("_mtok", "_mchars", "_kcount", "_kpages", "_gpixels", "_hours")
_PER = {1_000_000: " / 1M", 1_000: " / 1k", 3_600: " / hour", 1_000_000_000: " / 1G", 1: " each"}
_LABELS = {"output_seconds": "second of output"}

user_file_option = click.option(
    "--prices",
    "user_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Your own prices, instead of the configured file.",
)


def folder() -> Path:
    """Where pulled prices lie, as it is configured."""
    return load({}).pulled


def catalogue(user_file: Path | None) -> Catalogue:
    """All prices as they are configured, with another file of the user's where one is given."""
    config = load({})
    return Catalogue(user_file or config.prices, config.pulled)


def now() -> int:
    """Nanoseconds since the epoch."""
    return time.time_ns()


def today() -> str:
    """The UTC day, as an ISO date."""
    return time.strftime("%Y-%m-%d", time.gmtime())


def label(key: str) -> str:
    """What a price key is for, as ``cache read``."""
    if key in _LABELS:
        return _LABELS[key]
    suffix = next((end for end in _SUFFIXES if key.endswith(end)), "")
    return key.removesuffix(suffix).replace("_", " ")


def rate(key: str, usd: str | Decimal) -> str:
    """An amount with what it buys, as ``$2.5 / 1M``."""
    return f"{money(usd)}{per(key)}"


def per(key: str) -> str:
    """What an amount under a price key buys, as `` / 1M``."""
    return _PER.get(units.per(key), "")


def money(usd: str | Decimal) -> str:
    """An amount in full, with no needless zeros."""
    return f"${Decimal(usd).normalize():f}"


def plural(number: int, one: str) -> str:
    """A count with its noun."""
    ending = "" if number == 1 else "es" if one.endswith("s") else "s"
    return f"{number:,} {one}{ending}"


def filled(parts: Iterable[str]) -> Iterator[str]:
    """Parts side by side, in as many lines as it takes to break none that fits into one."""
    line = ""
    for part in parts:
        if line and len(line) + len(part) + 3 > look.width() - 6:
            yield line
            line = ""
        line += f"{'   ' if line else ''}{part}"
    if line:
        yield line
