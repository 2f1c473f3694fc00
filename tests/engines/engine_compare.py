"""What the ledger and an engine say of the same calls, side by side."""

from __future__ import annotations

import json
import sqlite3
import urllib.request
from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

NANO = Decimal("1e-9")
_LEDGER = "SELECT span_id, tags, attempt, input, output, cache_read, cost, outcome FROM calls ORDER BY started_at, id"


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A call as one side has it: tokens, and USD to the nano-dollar; what was not told or not priced is 0."""

    input: int
    output: int
    cache_read: int
    usd: Decimal
    failed: bool = False

    @property
    def tokens(self) -> tuple[int, int, int]:
        """What it used."""
        return self.input, self.output, self.cache_read


@dataclass(frozen=True, kw_only=True)
class Pair:
    """A call on both sides, by the name of its case."""

    case: str
    ours: Seen
    theirs: Seen


def usd(value: float | None) -> Decimal:
    """An amount that an engine has as a float, to the nano-dollar."""
    return Decimal(repr(value or 0.0)).quantize(NANO)


def ledger(store: Path) -> dict[str, tuple[str, Seen]]:
    """The calls of a ledger by their span: the case, and what was seen. A repeated one has its attempt behind it."""
    found = {}
    with closing(sqlite3.connect(store)) as db:
        for span, tags, attempt, tokens_in, tokens_out, cached, nano, outcome in db.execute(_LEDGER):
            case = json.loads(tags)["feature"] + (f" (attempt {attempt})" if attempt > 1 else "")
            found[span] = (
                case,
                Seen(
                    input=tokens_in or 0,
                    output=tokens_out or 0,
                    cache_read=cached or 0,
                    usd=(Decimal(nano or 0) * NANO).quantize(NANO),
                    failed=outcome != "ok",
                ),
            )
    return found


def pairs(ours: Mapping[str, tuple[str, Seen]], theirs: Mapping[str, Seen]) -> dict[str, Pair]:
    """The calls that both sides have, by the name of the case."""
    return {
        case: Pair(case=case, ours=seen, theirs=theirs[span]) for span, (case, seen) in ours.items() if span in theirs
    }


def documented(page: Path, engine: str) -> dict[str, tuple[Decimal, Decimal]]:
    """Of every case in the table of a page, what it says that we and an engine make of it, in USD."""
    rows = [[cell.strip(" *") for cell in line.strip("|").split("|")] for line in page.read_text("utf-8").splitlines()]
    head = next(row for row in rows if "ledger, USD" in row)
    ours, theirs = head.index("ledger, USD"), head.index(f"{engine}, USD")
    table = [row for row in rows[rows.index(head) + 2 :] if len(row) == len(head)]
    return {row[0]: (Decimal(row[ours]), Decimal(row[theirs])) for row in table}


def ask(url: str, body: Any = None) -> Any:
    """The JSON that an address answers with, to a GET or to a POST of JSON."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)
