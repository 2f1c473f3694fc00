"""``keeptabs calls``: the calls themselves, newest first."""

import json
from pathlib import Path
from typing import Any

import click
import msgspec
from rich.text import Text

from keeptabs.cli import _look as look
from keeptabs.cli._options import json_option, ledger, since_option, store_option
from keeptabs.store import queries

# What stands before an amount that is not certain, by its status.
_MARKS = {"partial": "in part", "estimated": "about", "disputed": "disputed", "stale": "stale"}


@click.command("calls")
@since_option("7d")
@click.option("--limit", type=click.IntRange(1, 100_000), default=20, show_default=True, help="How many, at most.")
@click.option("--model", help="Only calls that this model answered.")
@click.option("--failed", is_flag=True, help="Only calls that did not end well.")
@store_option
@json_option
def COMMAND(
    since: tuple[int, str], limit: int, model: str | None, store: Path | None, *, failed: bool, as_json: bool
) -> None:
    """Each call: when, which model, from where, tokens, cost, outcome. With --json one object a line."""
    start, words = since
    with ledger(store) as db:
        found = queries.calls(db, start, limit, model=model, failed=failed)
    if as_json:
        for call in found:
            look.json_line(as_json_object(call))
        return
    out = look.Screen()
    out.print()
    if not found:
        out.print(look.line(f"No such calls {words}."))
        return
    names = ("time", "model", "from", "outcome", "tokens", "cost", "took", "trace")
    out.print(look.table(names, map(_row, found), left=4, optional=("trace", "took", "from")))
    out.print()
    out.print(look.hints([(f"keeptabs trace {found[0].trace_id[:8]}", "one of them as a tree, as it was billed")]))


def as_json_object(call: queries.CallLine) -> dict[str, Any]:
    """A call with its tags and its detail as objects, and its cost in USD beside the nano-USD."""
    found: dict[str, Any] = msgspec.to_builtins(call)
    found["tags"], found["detail"] = json.loads(call.tags), json.loads(call.detail)
    found["usd"] = None if call.cost is None else call.cost / 1e9
    return found


def _row(call: queries.CallLine) -> tuple[str | Text, ...]:
    tokens = f"{look.count(call.input)} → {look.count(call.output)}"
    return (
        look.clock(call.started_at),
        call.model,
        look.place(call.site_file, call.site_line),
        outcome(call),
        tokens if call.input is not None or call.output is not None else look.UNKNOWN,
        cost(call),
        look.seconds(call.duration or None),
        Text(call.trace_id[:8], style=look.SOFT),
    )


def outcome(call: queries.CallLine) -> Text:
    """How a call ended: ``ok``, or what went wrong in the provider's own word."""
    if call.outcome == "ok":
        return Text("ok")
    status = f"{call.status} " if call.status is not None and call.status >= 400 else ""
    word = call.error_type if call.error_type and call.error_type != str(call.status) else call.outcome
    return Text(f"{status}{word}", style=look.ATTENTION)


def cost(call: queries.CallLine) -> str | Text:
    """What a call cost, with a mark where that is not certain; no price says so, and what was not billed is a dash."""
    if call.cost is not None:
        mark = _MARKS.get(call.cost_status)
        return Text.assemble((f"{mark} ", look.ATTENTION), look.usd(call.cost)) if mark else look.usd(call.cost)
    why = "no usage" if call.cost_status == "no_usage" else "no price"
    return Text(why, style=look.ATTENTION) if call.error_type is None else look.UNKNOWN
