"""``keeptabs doctor``: whether everything was seen, priced and kept, and what to do where it was not."""

import json
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

import keeptabs.clients
from keeptabs.cli import _look as look
from keeptabs.cli._options import json_option, store_option, store_path
from keeptabs.cli._remedies import is_recordable, remedy
from keeptabs.core.discover import constants
from keeptabs.patching.client import Client
from keeptabs.sinks.otel.providers import exporters
from keeptabs.store import health, queries, spool
from keeptabs.store.database import StoreError, reading

if TYPE_CHECKING:
    from rich.text import Text

_PROCESSES = 5


class _Ledger(msgspec.Struct, frozen=True, kw_only=True):
    """What can be said of the ledger. ``problem`` is None when it can be read."""

    path: str
    bytes: int
    damaged: list[str]
    waiting: int  # calls that wait in spool files
    faults: list[queries.FaultLine]
    calls: int = 0
    problem: str | None = None
    processes: list[queries.ProcessLine] = []
    unpriced: list[queries.UnpricedLine] = []
    unrecorded: list[health.HostLine] = []


@click.command("doctor")
@store_option
@json_option
def COMMAND(store: Path | None, *, as_json: bool) -> None:
    """Whether everything was seen, priced and kept. Exits with 1 when something needs attention."""
    path = store_path(store)
    found = _ledger(path)
    clients = _clients()
    if as_json:
        look.json_line(
            {"ledger": msgspec.to_builtins(found), "clients": clients, "otlp": ", ".join(exporters("TRACES")) or None}
        )
    else:
        _show(found, clients)
    if found.problem or found.faults or found.damaged or found.waiting or _is_missed(found):
        raise click.exceptions.Exit(1)


def _is_missed(found: _Ledger) -> bool:
    """True when a provider was reached through what cannot be recorded; a list of models asked for is no loss."""
    return any(not is_recordable(line.via) for line in found.unrecorded)


def _ledger(path: Path) -> _Ledger:
    damaged = sorted(
        str(file) for file in path.parent.glob(f"{path.name}.damaged-*") if file.suffix[-4:] not in ("-wal", "-shm")
    )
    records, faults = _spooled(path)
    size = path.stat().st_size if path.is_file() else 0
    known = _Ledger(path=str(path), bytes=size, damaged=damaged, waiting=records, faults=faults)
    if not path.exists():
        return known
    try:
        with reading(path) as db:
            return msgspec.structs.replace(
                known,
                calls=queries.totals(db, 0).calls,
                faults=queries.faults(db) + faults,
                processes=queries.processes(db, _PROCESSES),
                unpriced=queries.unpriced(db),
                unrecorded=health.unrecorded(db),
            )
    except StoreError as error:
        return msgspec.structs.replace(known, problem=str(error))


def _spooled(path: Path) -> tuple[int, list[queries.FaultLine]]:
    """Calls that wait in spool files, and the faults that are told there."""
    records, lines = 0, []
    for file in spool.files(path):
        waiting, faults = spool.read(file)
        records += len(waiting)
        at = file.stat().st_mtime_ns
        lines += [queries.FaultLine(stage, cause, count, at) for (stage, cause), count in faults.items()]
    return records, lines


def _clients() -> dict[str, str | None]:
    """The HTTP clients that keeptabs records, with the installed version or None."""
    found: dict[str, str | None] = {}
    for client in constants(keeptabs.clients, "CLIENT", Client):
        for name in client.modules:
            try:
                found[name] = version(name)
            except PackageNotFoundError:
                found[name] = None
    return found


def _show(found: _Ledger, clients: dict[str, str | None]) -> None:
    out = look.Screen()
    out.print()
    state = found.problem or ("not there yet" if not found.bytes else f"{found.calls:,} calls, {_size(found.bytes)}")
    spans = ", ".join(exporters("TRACES"))
    facts: list[tuple[str, str | Text]] = [
        ("ledger", f"{found.path}   {state}"),
        ("clients", ", ".join(f"{name} {known}" for name, known in clients.items() if known) or "none installed"),
        ("spans", f"exported through {spans}" if spans else "to the app's own OpenTelemetry SDK, where it has one"),
        ("python", sys.version.split()[0]),
    ]
    out.print(look.table(("", ""), facts, left=2))
    _processes(found)
    _attention(found)


def _size(size: int) -> str:
    return f"{size / 1e6:.1f} MB" if size >= 1e6 else f"{size / 1e3:.0f} kB"


def _processes(found: _Ledger) -> None:
    if not found.processes:
        return
    rows = [
        (
            line.command,
            str(line.pid),
            line.service or look.UNKNOWN,
            _versions(line.clients),
            line.spans,
            look.clock(line.seen_at),
        )
        for line in found.processes
    ]
    out = look.Screen()
    out.print()
    out.print(
        look.table(
            ("written by", "pid", "service", "clients", "spans", "last"), rows, left=5, optional=("spans", "service")
        )
    )


def _versions(clients: str) -> str:
    return ", ".join(f"{name} {known}" for name, known in json.loads(clients).items()) or look.UNKNOWN


def _attention(found: _Ledger) -> None:
    out = look.Screen()
    out.print()
    if found.unpriced:
        rows: list[tuple[str, ...]] = [
            (line.model, line.provider, line.why or "the answer said no usage", f"{line.calls:,}")
            for line in found.unpriced
        ]
        out.print(look.table(("cost not known of", "at", "why", "calls"), rows, left=3))
        out.print()
    if found.faults:
        rows = [(line.stage, line.cause, f"{line.count:,}", look.clock(line.last_at)) for line in found.faults]
        out.print(look.table(("fault in", "what", "times", "last"), rows, left=2))
        out.print()
    for line in found.unrecorded:
        said = f"{line.host} was reached through {line.via}, and no call to it was recorded: {remedy(line.via)}"
        if is_recordable(line.via):
            out.print(look.line((f"  {said}", look.SOFT)))
        else:
            _warn(said)
    for file in found.damaged:
        _warn(f"a damaged ledger was set aside as {file}; a new one was begun")
    if found.waiting:
        _warn(f"{found.waiting:,} calls wait in a spool for the ledger; the next process that writes takes them in")
    if found.problem:
        _warn(found.problem)
    if not (found.faults or found.damaged or found.waiting or found.problem or _is_missed(found)):
        out.print(look.line("No faults. What was seen was kept."))


def _warn(message: str) -> None:
    look.Screen().print(look.line((f"! {message}", look.ATTENTION)))
