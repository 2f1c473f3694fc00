"""Options that several commands have, and how they are read."""

import re
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from keeptabs.cli._progress import Bar
from keeptabs.runtime.config import load
from keeptabs.store.database import Connection, StoreError, bring_up, reading

_SPAN = re.compile(r"(\d+)\s*(m|h|d|w)")
_SECONDS = {"m": 60, "h": 3600, "d": 86400, "w": 604800}

store_option = click.option(
    "--store", type=click.Path(path_type=Path), help="The ledger to read, instead of the one that is configured."
)
json_option = click.option("--json", "as_json", is_flag=True, help="The same facts as JSON.")


def since_option(default: str) -> Callable[[Any], Any]:
    """``--since``, as nanoseconds since the epoch with the words that were given."""
    return click.option(
        "--since", default=default, show_default=True, callback=since, metavar="SPAN", help="24h, 7d, a date, or all."
    )


def since(ctx: click.Context, param: click.Parameter, value: str) -> tuple[int, str]:
    text = value.strip().lower()
    if text == "all":
        return 0, "in all"
    span = _SPAN.fullmatch(text)
    if span:
        seconds = int(span[1]) * _SECONDS[span[2]]
        return time.time_ns() - seconds * 1_000_000_000, f"in the last {span[1]} {span[2]}"
    try:
        start = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"{value!r} is no span such as 24h or 7d, no date, and not 'all'") from None
    start = start if start.tzinfo else start.replace(tzinfo=UTC)
    # No call is older than the epoch, nor newer than now, and the ledger's times have 64 bits.
    return max(0, min(int(start.timestamp()) * 1_000_000_000, time.time_ns())), f"since {text}"


def store_path(given: Path | None) -> Path:
    """The ledger to use. Raises StoreError when it is turned off."""
    path = given.absolute() if given is not None else load({}).store
    if path is None:
        raise StoreError("the ledger is off (KEEPTABS_STORE=off); name one with --store FILE")
    return path


def ledger(given: Path | None) -> AbstractContextManager[Connection]:
    """The ledger, open for reading; one that an earlier keeptabs made is upgraded first where that can be done."""
    path = store_path(given)
    with Bar(1, "million steps of an upgrade of the ledger", wanted=True) as bar:
        bring_up(path, bar.step)
    return reading(path)
