"""``keeptabs store``: the ledger file itself: how large it is, whether it is sound, and making it smaller."""

import shutil
import sys
from pathlib import Path

import click
import msgspec

from keeptabs.cli import _look as look
from keeptabs.cli._given import moment
from keeptabs.cli._options import json_option, ledger, store_option, store_path
from keeptabs.cli._progress import Bar
from keeptabs.core.errors import UserError
from keeptabs.store import pruning, upkeep
from keeptabs.store.database import Connection, writing

_BACKUPS = "*.bak"
_NO_DATE = 2**63 - 1  # later than all calls


@click.group("store", invoke_without_command=True)
@store_option
@json_option
@click.pass_context
def COMMAND(ctx: click.Context, store: Path | None, *, as_json: bool) -> None:
    """The ledger file: how large it is, since when it has calls, whether it is sound; and making it smaller."""
    if ctx.invoked_subcommand is not None:
        if store is not None or as_json:
            raise click.UsageError(f"options go after the command: keeptabs store {ctx.invoked_subcommand} …")
        return
    path = store_path(store)
    with ledger(path) as db:
        state = upkeep.state(db, path)
    if as_json:
        look.json_line({"path": str(path), **msgspec.structs.asdict(state)})
    else:
        _show(path, state)


@COMMAND.command("check")
@store_option
@json_option
def check(store: Path | None, *, as_json: bool) -> int:
    """Read all of the file, and hold its hourly sums against its calls. Exits with 1 where something is wrong."""
    with ledger(store) as db, Bar(1, "million steps", wanted=True) as bar:
        found = upkeep.check(db, bar.step)
    if as_json:
        look.json_line(found)
    elif found.is_sound:
        look.Screen().print(look.line("The file is whole, and every hourly sum is that of its calls."))
    for fault in () if as_json else found.faults:
        look.Screen().print(look.line((f"! {fault}", look.ATTENTION)))
    if found.differences and not as_json:
        said = f"! {look.count(found.differences)} hourly sums are not those of their calls."
        look.Screen().print(look.line((said, look.ATTENTION)))
    return 0 if found.is_sound else 1


@COMMAND.command("compact")
@store_option
@json_option
def compact(store: Path | None, *, as_json: bool) -> None:
    """Write the file anew without the room that removed calls have left."""
    path = store_path(store)
    with writing(path) as db, Bar(1, "million steps", wanted=True) as bar:
        before = upkeep.state(db, path).bytes
        if shutil.disk_usage(path.parent).free < before:
            raise UserError(f"compacting {path} takes {_size(before)} of the disk meanwhile, and there is less")
        upkeep.compact(db, bar.step)
        after = upkeep.state(db, path).bytes
    if as_json:
        look.json_line({"before": before, "after": after})
    else:
        look.Screen().print(look.line((_size(after), "bold"), f" instead of {_size(before)}"))


@COMMAND.command("prune")
@click.option("--before", callback=moment, metavar="DATE", help="Remove the calls from before this date.")
@click.option("--keep", type=click.IntRange(min=0), metavar="N", help="Remove all but the newest N calls.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@store_option
@json_option
def prune(before: int | None, keep: int | None, store: Path | None, *, yes: bool, as_json: bool) -> None:
    """Remove old calls. Their hourly sums stay: reports go on to count them."""
    if (before is None) == (keep is None):
        raise click.UsageError("give --before DATE or --keep N")
    with writing(store_path(store)) as db:
        limit = _NO_DATE if before is None else before
        most = None if keep is None else max(pruning.number(db) - keep, 0)
        old = pruning.old(db, limit, most)
        if not as_json:
            _tell(old)
        if old.calls and not yes:
            _ask()
        removed = _prune(db, limit, old.calls)
    if as_json:
        look.json_line({"removed": removed, "before": before, "nano_usd": old.cost})
    elif removed:
        look.Screen().print(look.line(f"{_calls(removed)} removed; the room is used again."))
        look.Screen().print(look.hints([("keeptabs store compact", "give the room back to the disk")]))


def _tell(old: pruning.Old) -> None:
    out = look.Screen()
    if old.first is None or old.last is None:
        out.print(look.line("No call is that old: nothing to remove."))
        return
    out.print(look.line((_calls(old.calls), "bold"), f" from {look.clock(old.first)} to {look.clock(old.last)}"))
    out.print(look.line(f"for {look.usd(old.cost)}, to be removed with all that is known of each. Hourly sums stay."))


def _ask() -> None:
    if not sys.stdin.isatty():
        raise UserError("nothing was removed: where nobody can be asked, --yes has to say so")
    click.confirm("  Remove them?", abort=True, err=True)


def _prune(db: Connection, limit: int, total: int) -> int:
    removed = 0
    with Bar(1, "calls", wanted=True, of=total) as bar:
        for some in pruning.prune(db, limit, total):
            removed += some
            bar.step(some)
    return removed


def _show(path: Path, state: upkeep.State) -> None:
    out = look.Screen()
    out.print()
    since = f" since {look.clock(state.first)}" if state.first is not None else ""
    out.print(look.line((_size(state.bytes), "bold"), f"        {_calls(state.calls)}{since}"))
    out.print()
    rows = [("file", str(path)), ("schema", str(state.schema)), ("hourly sums", look.count(state.rollups))]
    if state.free:
        rows.append(("free in it", _size(state.free)))
    if state.pruned and state.pruned_before:
        rows.append(("removed", f"{_calls(state.pruned)} from before {look.clock(state.pruned_before)}"))
    rows += [("copy", f"{each.name}, {_size(each.stat().st_size)}") for each in path.parent.glob(path.name + _BACKUPS)]
    out.print(look.hints(rows))
    out.print()
    pairs = [
        ("keeptabs store check", "whether the file is sound"),
        ("keeptabs store prune --before DATE", "remove old calls; hourly sums stay"),
        ("keeptabs export", "the calls as CSV, JSON lines, Parquet or OTLP"),
    ]
    out.print(look.hints(pairs))


def _calls(count: int) -> str:
    return f"{look.count(count)} call{'' if count == 1 else 's'}"


def _size(count: int) -> str:
    """Bytes in the unit that reads best, of 1000 as disks are sold."""
    value, units = float(count), ["kB", "MB", "GB", "TB"]
    value /= 1000
    while value >= 1000 and len(units) > 1:
        value /= 1000
        units.pop(0)
    return f"{value:,.1f} {units[0]}"
