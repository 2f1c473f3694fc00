"""``keeptabs reprice``: what the calls of the ledger cost by other prices; shown, and written where that is wanted."""

import time
from contextlib import AbstractContextManager
from pathlib import Path

import click
import msgspec

from keeptabs.cli import _look as look
from keeptabs.cli._given import moment
from keeptabs.cli._options import json_option, since_option, store_option, store_path
from keeptabs.cli._progress import Bar
from keeptabs.cli._reprice_diff import Diff
from keeptabs.cli._reprice_look import calls, show, show_list
from keeptabs.core.errors import UserError
from keeptabs.store import repricing
from keeptabs.store.database import Connection, reading, writing
from keeptabs.store.repricing import Repricing, Selection

_NEWEST = "newest"


@click.command("reprice")
@since_option("7d")
@click.option("--until", callback=moment, metavar="DATE", help="Only calls from before this date.")
@click.option("--model", help="Only calls that this model answered.")
@click.option("--provider", help="Only calls to this provider.")
@click.option(
    "--book",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE",
    help="A price file of your own to put on top of the shipped prices, instead of the one that is configured.",
)
@click.option("--dry-run/--apply", default=True, help="Only show what would change (the default), or write it.")
@click.option("--undo", is_flag=False, flag_value=_NEWEST, metavar="[ID]", help="Take back a repricing, or the newest.")
@click.option("--list", "is_list", is_flag=True, help="What was repriced so far.")
@store_option
@json_option
def COMMAND(
    *,
    since: tuple[int, str],
    until: int | None,
    model: str | None,
    provider: str | None,
    book: Path | None,
    undo: str | None,
    store: Path | None,
    dry_run: bool,
    is_list: bool,
    as_json: bool,
) -> None:
    """Price the calls of the ledger again, each at its own time, and show what changes.

    Nothing is written without --apply, and what was written can be taken back.
    """
    if is_list + (undo is not None) + (not dry_run) > 1:
        raise click.UsageError("--apply, --undo and --list are three things: give one of them")
    path = store_path(store)
    if is_list:
        _list(path, as_json=as_json)
    elif undo is not None:
        _undo(path, undo, as_json=as_json)
    else:
        now = time.time_ns()  # what is recorded from here on is none of it
        end = now if until is None else min(until, now)
        selection = Selection(since=since[0], until=end, provider=provider, model=model)
        _reprice(path, selection, book, since[1], is_applied=not dry_run, as_json=as_json)


def _reprice(
    path: Path, selection: Selection, file: Path | None, words: str, *, is_applied: bool, as_json: bool
) -> None:
    from keeptabs.charges import charged
    from keeptabs.runtime.config import load

    book, diff = load({}).book(file), Diff()
    done = Repricing(at=time.time_ns(), book=book.version, since=selection.since, until=selection.until)
    opened: AbstractContextManager[Connection] = writing(path) if is_applied else reading(path)
    with opened as db, Bar(1, "calls", wanted=True, of=repricing.count(db, selection)) as bar:
        for batch in repricing.reprice(db, selection, lambda call: charged(call, book)):
            diff.add(batch)
            if is_applied:
                done = repricing.apply(db, done, batch.calls)
            bar.step(len(batch.calls))
    if as_json:
        look.json_line(
            {**msgspec.to_builtins(selection), "book": book.version, "id": done.id or None, **diff.as_json()}
        )
    else:
        show(diff, done, words, is_applied=is_applied)


def _undo(path: Path, wanted: str, *, as_json: bool) -> None:
    with writing(path) as db:
        chosen = _chosen(repricing.repricings(db), wanted)
        restored = 0
        with Bar(1, "calls", wanted=True, of=chosen.calls) as bar:
            for some in repricing.undo(db, chosen):
                restored += some
                bar.step(some)
    if as_json:
        look.json_line({"id": chosen.id, "restored": restored})
    else:
        look.Screen().print(look.line(f"Repricing {chosen.id} undone: {calls(restored)} cost what they did before it."))


def _chosen(found: list[Repricing], wanted: str) -> Repricing:
    if wanted == _NEWEST:
        newest = next((each for each in found if each.calls), None)
        if newest is None:
            raise UserError("there is no repricing to undo")
        return newest
    chosen = next((each for each in found if str(each.id) == wanted), None)
    if chosen is None:
        raise UserError(f"there is no repricing {wanted!r} (keeptabs reprice --list)")
    if not chosen.calls:
        raise UserError(f"repricing {wanted} is undone already")
    return chosen


def _list(path: Path, *, as_json: bool) -> None:
    with reading(path) as db:
        found = repricing.repricings(db)
    if not as_json:
        show_list(found)
        return
    for each in found:
        look.json_line(each)
