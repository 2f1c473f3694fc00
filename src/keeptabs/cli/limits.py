"""``keeptabs limits``: how full the rate limits are, and when they run out."""

from pathlib import Path
from typing import Any

import click
import msgspec
from rich.text import Text

from keeptabs.cli import _look as look
from keeptabs.cli._options import json_option, ledger, since_option, store_option
from keeptabs.core.headroom import Bucket, observe
from keeptabs.store import health

_KINDS = ("requests", "tokens")
_LOW = 0.1  # the share of a limit below which it deserves attention


class _Line(msgspec.Struct, frozen=True):
    """One limit as the last answer left it."""

    provider: str
    account: str | None
    model: str
    kind: str
    bucket: Bucket


@click.command("limits")
@since_option("24h")
@store_option
@json_option
def COMMAND(since: tuple[int, str], store: Path | None, *, as_json: bool) -> None:
    """How full the rate limits are, by provider, key and model, and when they run out as it goes."""
    start, words = since
    with ledger(store) as db:
        lines = _follow(health.limits(db, start))
    if as_json:
        for line in lines:
            look.json_line(_as_json(line))
    else:
        _show(lines, words)


def _follow(told: list[health.LimitLine]) -> list[_Line]:
    """The buckets after all answers, the emptiest first."""
    buckets: dict[tuple[str, str | None, str, str], Bucket] = {}
    for line in told:
        for kind in _KINDS:
            key = (line.provider, line.account, line.model, kind)
            after = observe(
                buckets.get(key),
                limit=getattr(line, f"limit_{kind}"),
                remaining=getattr(line, f"remaining_{kind}"),
                reset=getattr(line, f"reset_{kind}"),
                at=line.at,
            )
            if after is not None:
                buckets[key] = after
    lines = [_Line(*key, bucket) for key, bucket in buckets.items()]
    return sorted(lines, key=lambda line: (line.bucket.headroom, line.provider, line.model, line.kind))


def _as_json(line: _Line) -> dict[str, Any]:
    bucket = line.bucket
    return {
        "provider": line.provider,
        "account": line.account,
        "model": line.model,
        "kind": line.kind,
        "limit": bucket.limit,
        "remaining": bucket.remaining,
        "headroom": bucket.headroom,
        "empty_in": bucket.empty_in,
        "at": bucket.at,
    }


def _show(lines: list[_Line], words: str) -> None:
    out = look.Screen()
    out.print()
    if not lines:
        out.print(look.line(f"No answer told of a rate limit {words}."))
        return
    names = ("model", "at", "key", "of", "limit", "left", "headroom", "empty in", "told")
    out.print(look.table(names, map(_row, lines), left=4, optional=("key", "told")))


def _row(line: _Line) -> tuple[str | Text, ...]:
    bucket = line.bucket
    empty_in = bucket.empty_in
    style = look.ATTENTION if bucket.headroom < _LOW else ""
    return (
        line.model,
        line.provider,
        line.account or look.UNKNOWN,
        line.kind,
        look.count(bucket.limit),
        look.count(bucket.remaining),
        Text(look.percent(bucket.remaining, bucket.limit), style=style),
        look.UNKNOWN if empty_in is None else Text(look.seconds(int(empty_in * 1e9)), style=look.ATTENTION),
        look.clock(bucket.at),
    )
