"""``keeptabs trace``: the calls of one trace as a tree, and what each was billed for."""

import json
from collections.abc import Iterator
from pathlib import Path

import click
from rich.text import Text

from keeptabs.cli import _look as look
from keeptabs.cli._options import json_option, ledger, store_option
from keeptabs.cli.calls import as_json_object, cost, outcome
from keeptabs.core.call import Call
from keeptabs.store import queries
from keeptabs.store.record import call_of

_UNITS = {
    "input.text": "input",
    "input.audio": "input, audio",
    "input.image": "input, image",
    "cache_read.text": "input, from cache",
    "cache_read.audio": "audio, from cache",
    "cache_read.image": "image, from cache",
    "output.text": "output",
    "output.audio": "output, audio",
    "output.image": "output, image",
    "output.reasoning": "output, reasoning",
}

Row = tuple[str | Text, ...]


@click.command("trace")
@click.argument("trace_id", metavar="ID")
@store_option
@json_option
def COMMAND(trace_id: str, store: Path | None, *, as_json: bool) -> None:
    """One trace as a tree. ID is the start of a trace or span id, or 'last'."""
    with ledger(store) as db:
        calls = queries.trace(db, trace_id)
    if as_json:
        look.json_line({"trace_id": calls[0].trace_id, "calls": [as_json_object(call) for call in calls]})
        return
    out = look.Screen()
    out.print()
    out.print(look.line(_headline(calls)))
    out.print()
    out.print(
        look.table(
            ("", "outcome", "tokens", "first chunk", "took", "cost"), _tree(calls), left=2, optional=("first chunk",)
        )
    )
    for call in calls:
        if call.outcome == "ok" or call.cost is not None:
            _show_bill(out, call_of(call.detail))


def _headline(calls: list[queries.CallLine]) -> Text:
    known = [call.cost for call in calls if call.cost is not None]
    start = min(call.started_at for call in calls)
    end = max(call.started_at + call.duration for call in calls)
    total = look.usd(sum(known)) if known else "no price"
    unpriced = sum(call.is_unpriced for call in calls)
    gap = f"   {look.count(unpriced)} unpriced" if unpriced else ""
    took = f"   {look.seconds(end - start)}   "
    return Text.assemble((total, "bold"), (gap, look.ATTENTION), took, (calls[0].trace_id, look.SOFT))


def _tree(calls: list[queries.CallLine]) -> Iterator[Row]:
    """Calls under the span that made them; attempts of one operation one after the other, with the wait between."""
    parents = list(dict.fromkeys((call.parent_id, call.parent_name) for call in calls))
    for parent, name in parents:
        inside = [call for call in calls if call.parent_id == parent]
        if parent is not None:
            yield (Text(name or f"span {parent}", style="bold"), "", "", "", "", "")
        for number, call in enumerate(inside):
            last = number == len(inside) - 1
            before = next((c for c in inside[:number] if c.operation_id == call.operation_id), None)
            yield from _attempt(call, inside[:number], bool(before), "" if parent is None else "└─ " if last else "├─ ")


def _attempt(call: queries.CallLine, earlier: list[queries.CallLine], is_retry: bool, branch: str) -> Iterator[Row]:
    if is_retry:
        before = [c for c in earlier if c.operation_id == call.operation_id][-1]
        wait = call.started_at - before.started_at - before.duration
        asked = (json.loads(before.detail).get("rate_limit") or {}).get("retry_after")
        told = f"told to wait {asked:g} s, " if asked is not None else ""
        bar = "│  " if branch else ""
        yield (Text(f"{bar}{told}waited {look.seconds(wait)}", style=look.SOFT), "", "", "", "", "")
    attempt = f" · attempt {call.attempt}" if is_retry or call.attempt > 1 or call.outcome == "rate_limited" else ""
    tokens = f"{look.count(call.input)} → {look.count(call.output)}"
    yield (
        f"{branch}{call.operation} {call.model}{attempt}",
        outcome(call),
        tokens if call.input is not None or call.output is not None else look.UNKNOWN,
        look.seconds(call.first_chunk) if call.streamed else "",
        look.seconds(call.duration or None),
        cost(call),
    )


def _show_bill(out: look.Screen, call: Call) -> None:
    lines = list(_bill(call))
    if not lines and not call.cost.why:
        return
    out.print()
    out.print(look.line((f"{call.operation} {call.model}, as billed", look.SOFT)))
    if lines:
        out.print(look.table(("unit", "quantity", "rate", "USD"), lines))
    if call.cost.why:
        out.print(look.line((call.cost.why, look.ATTENTION)))
    out.print(look.line((_source(call), look.SOFT)))


def _bill(call: Call) -> Iterator[Row]:
    for line in call.cost.lines:
        per = {1: "", 1000: " / 1,000", 1_000_000: " / million"}.get(line.per, f" / {line.per:,}")
        yield (
            _UNITS.get(line.unit, line.unit),
            f"{line.quantity.normalize():,f}",
            f"${line.rate:f}{per}",
            f"{line.amount:f}",
        )


def _source(call: Call) -> str:
    checked = sorted({line.checked for line in call.cost.lines})
    dates = f", checked {checked[-1]}" if checked else ""
    tier = f" · tier {call.service_tier}" if call.service_tier else ""
    return f"prices of {call.cost.book or 'no book'}{dates}{tier}"
