"""``keeptabs export``: the calls of the ledger for other tools, and for another ledger."""

import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import BinaryIO

import click

from keeptabs.cli._export_formats import FORMATS, Format, Otlp
from keeptabs.cli._given import moment
from keeptabs.cli._options import ledger, since_option, store_option
from keeptabs.cli._progress import Bar
from keeptabs.core.errors import UserError
from keeptabs.store import exports
from keeptabs.store.database import Connection
from keeptabs.store.repricing import Selection, count

_STDOUT = "-"
_UNREADABLE = "{:,} more cannot be read: a newer keeptabs wrote them"


@click.command("export")
@since_option("all")
@click.option("--until", callback=moment, metavar="DATE", help="Only calls from before this date.")
@click.option("--model", help="Only calls that this model answered.")
@click.option("--provider", help="Only calls to this provider.")
@click.option(
    "--format",
    "kind",
    type=click.Choice(list(FORMATS)),
    help="jsonl holds all, and can be imported again. By default what the name of the file says, else jsonl.",
)
@click.option(
    "--to",
    nargs=2,
    type=(click.Choice(["otlp"]), str),
    metavar="otlp URL",
    help="Send spans over OTLP/HTTP instead of writing; see also keeptabs ship.",
)
@click.option("--out", default=_STDOUT, metavar="FILE", help="Where to write; - is standard output, the default.")
@store_option
def COMMAND(
    *,
    since: tuple[int, str],
    until: int | None,
    model: str | None,
    provider: str | None,
    kind: str | None,
    to: tuple[str, str] | None,
    out: str,
    store: Path | None,
) -> None:
    """Write the calls of the ledger as JSON lines, CSV, Parquet, or OTLP in JSON, the oldest first."""
    if to is not None and (kind is not None or out != _STDOUT):
        raise click.UsageError("--to sends what --format and --out would write: give one of them")
    wanted = kind or _by_name(out)
    if wanted == "parquet" and out == _STDOUT and sys.stdout.isatty():
        raise click.UsageError("a Parquet file is none for a terminal: give --out FILE")
    end = time.time_ns() if until is None else until
    selection = Selection(since=since[0], until=end, provider=provider, model=model)
    if to is not None:
        _send(to[1], store, selection)
        return
    with ledger(store) as db, _opened(out) as file:
        written, unreadable = _write(db, selection, FORMATS[wanted](file), is_shown=out != _STDOUT)
    if out != _STDOUT:
        _tell(f"{written:,} call{'' if written == 1 else 's'} written to {out}")
    if unreadable:
        _tell(_UNREADABLE.format(unreadable))


def _send(url: str, store: Path | None, selection: Selection) -> None:
    with closing(Otlp(url)) as made, ledger(store) as db:
        written, unreadable = _write(db, selection, made, is_shown=True)
    _tell(f"{written - made.refused:,} call{'' if written - made.refused == 1 else 's'} sent to {made.url}")
    if made.refused:
        _tell(f"{made.refused:,} more were refused")
    if unreadable:
        _tell(_UNREADABLE.format(unreadable))


def _write(db: Connection, selection: Selection, made: Format, *, is_shown: bool) -> tuple[int, int]:
    """How many calls were written, and how many could not be."""
    written = unreadable = 0
    wanted = is_shown or not sys.stdout.isatty()
    with Bar(1, "calls", wanted=wanted, of=count(db, selection)) as bar:
        for rows in exports.batches(db, selection):
            missing = made.write(rows)
            written += len(rows) - missing
            unreadable += missing
            bar.step(len(rows))
        made.close()
    return written, unreadable


@contextmanager
def _opened(out: str) -> Iterator[BinaryIO]:
    """Standard output, or a file that has its name only when it is whole."""
    if out == _STDOUT:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    path = Path(out)
    if path.exists():
        raise UserError(f"{path} is there already: name another file")
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("wb") as file:
            yield file
        part.rename(path)
    except OSError as error:
        raise UserError(f"{path}: {(error.strerror or str(error)).lower()}") from error
    finally:
        part.unlink(missing_ok=True)


def _by_name(out: str) -> str:
    return {".csv": "csv", ".parquet": "parquet"}.get(Path(out).suffix.lower(), "jsonl")


def _tell(line: str) -> None:
    click.echo(f"keeptabs: {line}", err=True)
