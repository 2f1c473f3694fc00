"""``keeptabs import``: what recorded traffic cost, from HAR files and VCR cassettes; and calls that were exported."""

import sys
from collections.abc import Iterator
from pathlib import Path

import click
import msgspec

from keeptabs.cli import _look as look
from keeptabs.cli._imported import Found, Intake, Tally, json_object
from keeptabs.cli._options import json_option, store_path
from keeptabs.cli._progress import Bar
from keeptabs.core.call import Call
from keeptabs.core.exchange import Exchange
from keeptabs.meter import measure
from keeptabs.otlp import file as otlp
from keeptabs.pricing.book import Book
from keeptabs.recordings import Damaged
from keeptabs.recordings.read import check, entries
from keeptabs.runtime.config import load
from keeptabs.store import exports
from keeptabs.store.record import Record

_MOST_CODES = 3


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--store", type=click.Path(path_type=Path), help="The ledger to write to, instead of the configured one.")
@json_option
def COMMAND(files: tuple[Path, ...], store: Path | None, *, as_json: bool) -> None:
    """Measure recorded traffic: HAR files and VCR cassettes; or take back the JSON lines of ``keeptabs export``.

    Of spans as OTLP in JSON, one request a line, those that are LLM calls are taken. Files may be gzipped.
    The calls go into the ledger, each of them once however often it is imported. With --json they are printed, one
    object a line, and nothing is stored.
    """
    paths = list(dict.fromkeys(files))
    for path in paths:
        if not _is_export(path) and not _is_otlp(path):
            check(path)
    if as_json:
        _print(paths)
    else:
        _store(paths, store)


def _print(paths: list[Path]) -> None:
    encoder, tally = msgspec.json.Encoder(decimal_format="number"), Tally()
    bar = Bar(len(paths), "entries", wanted=not sys.stdout.isatty())
    try:
        for found in _measured(paths, tally, bar):
            sys.stdout.write(encoder.encode(json_object(found)).decode() + "\n")
    finally:  # of a file that breaks off, what came before the break holds
        sys.stdout.flush()
        _tell_damage(tally)
        _tell(f"{_counted(tally)}; {_others(tally)} passed over")


def _store(paths: list[Path], store: Path | None) -> None:
    intake, tally = Intake(store_path(store)), Tally()
    try:
        for found in _measured(paths, tally, Bar(len(paths), "entries", wanted=True)):
            intake.take(found)
    finally:
        intake.write()
        _tell_damage(tally)
    _summarise(tally, intake, store)


def _measured(paths: list[Path], tally: Tally, bar: Bar) -> Iterator[Found]:
    """The calls in the files, in order; everything that is read is counted."""
    book = load({}).book()
    with bar:
        for path in paths:
            tally.files += 1
            bar.file()
            for index, entry in enumerate(_entries(path, book)):
                bar.step()
                call = _call(entry, book)
                if isinstance(entry, Damaged):
                    tally.damaged(path, index, entry.reason)
                elif call is None:
                    tally.passed_over += 1
                else:
                    tally.add(call)
                    yield Found(path, index, call, entry if isinstance(entry, Record) else None)


def _is_export(path: Path) -> bool:
    """True for what ``keeptabs export`` wrote; what cannot be opened is told by ``check``."""
    try:
        return exports.is_export(path)
    except OSError:
        return False


def _is_otlp(path: Path) -> bool:
    """True for spans as OTLP in JSON."""
    try:
        return otlp.is_otlp(path)
    except OSError:
        return False


def _entries(path: Path, book: Book) -> Iterator[Exchange | Record | Damaged | None]:
    if _is_otlp(path):
        return (Damaged(found) if isinstance(found, str) else found for found in otlp.read(path, book))
    if not _is_export(path):
        return entries(path)
    return (record or Damaged("it is torn, or a newer keeptabs wrote it") for record in exports.read(path))


def _call(entry: Exchange | Record | Damaged | None, book: Book) -> Call | None:
    """The call that an entry is; that of an export costs what it did."""
    if isinstance(entry, Record):
        return entry.call
    return measure(entry, book) if isinstance(entry, Exchange) else None


def _summarise(tally: Tally, intake: Intake, store: Path | None) -> None:
    out = look.Screen()
    out.print()
    if not tally.calls:
        out.print(look.line(f"No LLM calls in {_files(tally)}; {_others(tally)} passed over."))
        return
    known = tally.calls - intake.new - intake.pruned
    notes = [
        f"{look.count(tally.unpriced)} unpriced" if tally.unpriced else "",
        _failures(tally),
        f"{look.count(known)} in the ledger already" if known else "",
        f"{look.count(intake.pruned)} from hours that were pruned: left out" if intake.pruned else "",
        f"{_others(tally)} passed over" if tally.passed_over else "",
    ]
    said = " · ".join(filter(None, notes))
    cost = look.usd(tally.nano_usd) if tally.nano_usd is not None else "no price"
    out.print(look.line((cost, "bold"), f" for {_counted(tally)}", f"        {said}" if said else ""))
    out.print()
    named = f" --store {store}" if store else ""
    pairs = [
        (f"keeptabs report --since all{named}", "what it cost, by model"),
        (f"keeptabs calls --since all{named}", "each call; --failed for what went wrong"),
    ]
    out.print(look.hints(pairs))


def _failures(tally: Tally) -> str:
    """How many calls failed, and with which codes."""
    if not tally.failures:
        return ""
    codes = [f"{code} {look.count(n)}" for code, n in tally.failures.most_common(_MOST_CODES)]
    more = ", …" if len(tally.failures) > _MOST_CODES else ""
    return f"{look.count(tally.failures.total())} failed ({', '.join(codes)}{more})"


def _counted(tally: Tally) -> str:
    return f"{look.count(tally.calls)} call{'' if tally.calls == 1 else 's'} in {_files(tally)}"


def _files(tally: Tally) -> str:
    return f"{look.count(tally.files)} file{'' if tally.files == 1 else 's'}"


def _others(tally: Tally) -> str:
    one = tally.passed_over == 1
    return f"{look.count(tally.passed_over)} other entr{'y was' if one else 'ies were'}"


def _tell_damage(tally: Tally) -> None:
    for path, damage in tally.damage.items():
        one = len(damage) == 1
        _tell(f"{path}: {len(damage)} damaged entr{'y was' if one else 'ies were'} passed over; {damage[0]}")


def _tell(line: str) -> None:
    click.echo(f"keeptabs: {line}", err=True)
