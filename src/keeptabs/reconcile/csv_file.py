"""A bill from a table: an export of a dashboard or a cloud, or any file with a day and an amount in USD a row."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TextIO

import msgspec

from keeptabs.core.errors import UserError
from keeptabs.reconcile import csv_items, line_item
from keeptabs.reconcile.csv_columns import Export, detect, located
from keeptabs.reconcile.csv_values import amount_of, day_of, size_of
from keeptabs.reconcile.statement import Charged, Days, Kind, Statement

_MOST_SHOWN = 3  # bad rows that are named one by one


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """What to read a table as. ``given`` and ``only`` are what a person says of its columns and rows."""

    days: Days
    given: Mapping[str, str] = {}
    only: tuple[str, str] | None = None


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """What was read. ``provider`` is whose bill it is, where the kind of export tells."""

    statement: Statement
    export: str
    provider: str


class _Rows(msgspec.Struct, frozen=True, kw_only=True):
    """How the rows of one file are read."""

    file: str
    export: Export
    places: Mapping[str, int]
    only: tuple[int, str] | None


def read(path: Path, reading: Reading) -> Table:
    """The rows of the file that are of the days. Rows that cannot be read are named in the notes, and left out.

    Raises UserError when the file cannot be read, has no column for the day or the amount, or is not in USD.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return _read(file, path, reading)
    except OSError as error:
        raise UserError(f"{path}: {error.strerror or error}") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise UserError(f"{path} is no table of comma-separated values in UTF-8: {error}") from error


def _read(file: TextIO, path: Path, reading: Reading) -> Table:
    lines = csv.reader(file, _dialect(file))
    header = next(lines, [])
    export = detect(header)
    rows = _Rows(
        file=str(path),
        export=export,
        places=located(header, export, reading.given, str(path)),
        only=_only(header, reading.only or export.only, str(path), is_said=reading.only is not None),
    )
    charged: list[Charged] = []
    bad: list[str] = []
    for cells in lines:
        try:
            charged += _charged(rows, cells, lines.line_num, reading.days)
        except ValueError as error:
            if isinstance(error, UserError):
                raise
            bad.append(f"{path}:{lines.line_num}: {error}")
    statement = Statement(source=f"csv ({path.name})", days=reading.days, charged=tuple(charged), notes=_notes(bad))
    return Table(statement=statement, export=export.name, provider=export.provider)


def _dialect(file: TextIO) -> type[csv.excel]:
    """Commas, or what the first line has more of."""
    first = file.readline()
    file.seek(0)

    class Parted(csv.excel):
        delimiter = max(",;\t", key=first.count)

    return Parted


def _only(header: Sequence[str], wanted: tuple[str, str] | None, file: str, *, is_said: bool) -> tuple[int, str] | None:
    if wanted is None:
        return None
    column, text = wanted
    names = [name.strip().lower() for name in header]
    if column.lower() in names:
        return names.index(column.lower()), text.lower()
    if is_said:
        raise UserError(f"{file}:1: there is no column {column!r} for --only")
    return None


def _charged(rows: _Rows, cells: Sequence[str], line: int, days: Days) -> Iterator[Charged]:
    """The charge of a row; nothing for an empty amount, or a row that is not wanted."""
    if rows.only is not None and rows.only[1] not in _cell(cells, rows.only[0]).lower():
        return
    said = {field: text for field, place in rows.places.items() if (text := _cell(cells, place))}
    if "usd" not in said:
        return
    day = day_of(said.get("date", ""))
    if not days.start <= day < days.end:
        return
    currency = said.get("currency", "USD").upper()
    if currency != "USD":
        raise UserError(f"{rows.file}:{line}: the amount is in {currency}: only USD can be set beside the ledger")
    charge = Charged(
        day=day,
        usd=amount_of(said["usd"]),
        item=said.get("item") or said.get("model", ""),
        kind=Kind.TOKENS,
        project=said.get("project"),
        key=said.get("key"),
        model=said.get("model"),
        tier=said.get("tier"),
    )
    yield _itemised(charge, said, rows.export)


def _itemised(charge: Charged, said: Mapping[str, str], export: Export) -> Charged:
    """With what its item says that it is for, and how much of it."""
    quantity = amount_of(said["quantity"]) if "quantity" in said else None
    if not export.reads_items:
        kind, unit = csv_items.read(said.get("item", ""), charge.model)
        size = size_of(said.get("unit", "")) if quantity is not None else Decimal(1)
        counted = quantity * size if quantity is not None and unit is not None else None
        return msgspec.structs.replace(charge, kind=kind, unit=unit, quantity=counted)
    if "item" not in said:
        return charge  # an export that is not grouped by item
    item = line_item.read(said["item"], said.get("unit"))
    return msgspec.structs.replace(
        charge,
        kind=item.kind,
        model=item.model,
        unit=item.unit,
        tier=item.tier,
        batch=item.batch,
        long_context=item.long_context,
        quantity=item.quantity(quantity),
    )


def _cell(cells: Sequence[str], place: int) -> str:
    return cells[place].strip() if place < len(cells) else ""


def _notes(bad: Sequence[str]) -> tuple[str, ...]:
    more = len(bad) - _MOST_SHOWN
    shown = [f"{each}: the row is left out" for each in bad[:_MOST_SHOWN]]
    return (*shown, *([f"{more:,} more rows cannot be read and are left out"] if more > 0 else []))
