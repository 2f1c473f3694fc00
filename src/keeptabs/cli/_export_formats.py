"""What ``keeptabs export`` writes: one class a format, which takes calls in batches and holds back little more."""

import csv
import io
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from importlib import import_module
from typing import Any, BinaryIO, Protocol

from keeptabs.core.errors import UserError
from keeptabs.store.exports import line, record_of
from keeptabs.store.record import Columns

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MONEY = ("cost", "saved")
_TIMES = ("duration", "first_chunk", "longest_gap")
_UNITS = {**dict.fromkeys(_MONEY, "_usd"), **dict.fromkeys(_TIMES, "_seconds")}
_GROUP = 10_000  # rows of a Parquet file that are written together
_NO_PARQUET = "Parquet is written by pyarrow, which is not installed: pip install 'keeptabs[parquet]'"


class Format(Protocol):
    """Writes calls to a file."""

    def write(self, rows: Sequence[Columns]) -> int:
        """Write a batch; how many of it could not be written, since a newer keeptabs made them."""

    def close(self) -> None:
        """Write what belongs at the end. The file is the caller's to close."""


class JsonLines:
    """A call a line, with all that the ledger holds of it: ``keeptabs import`` takes it back."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def write(self, rows: Sequence[Columns]) -> int:
        """Write a batch."""
        self._file.writelines(map(line, rows))
        return 0

    def close(self) -> None:
        """Nothing belongs at the end."""


class Csv:
    """A call a row. Times are UTC as ISO 8601, durations seconds, money USD; an empty cell was not known."""

    def __init__(self, file: BinaryIO) -> None:
        self._text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
        self._writer = csv.writer(self._text, lineterminator="\n")
        self._names = [name for name in Columns.__struct_fields__ if name != "detail"]
        self._writer.writerow([name + _UNITS.get(name, "") for name in self._names])

    def write(self, rows: Sequence[Columns]) -> int:
        """Write a batch."""
        self._writer.writerows([_cell(name, getattr(row, name)) for name in self._names] for row in rows)
        return 0

    def close(self) -> None:
        """Leave the file open: it is the caller's."""
        self._text.detach()


def _cell(name: str, value: Any) -> object:
    """A value as a cell; whole numbers stay exact, as do amounts."""
    if value is None:
        return ""
    if name == "started_at":
        return _time(value).isoformat(timespec="microseconds").replace("+00:00", "Z")
    if name in _TIMES:
        return f"{Decimal(value).scaleb(-9):f}"
    if name in _MONEY:
        return f"{usd(value):f}"
    return int(value) if isinstance(value, bool) else value


def usd(nano: int) -> Decimal:
    """An amount as USD, exactly."""
    return Decimal(nano).scaleb(-9)


def _time(nanoseconds: int) -> datetime:
    return _EPOCH + timedelta(microseconds=nanoseconds // 1_000)


class OtlpJson:
    """Spans as OTLP in JSON, one request a line."""

    def __init__(self, file: BinaryIO) -> None:
        from keeptabs.runtime.config import load

        self._file, self._profile = file, load({}).semconv

    def write(self, rows: Sequence[Columns]) -> int:
        """Write a batch."""
        from keeptabs.sinks.otel import otlp_json

        records = [found for row in rows if (found := record_of(row)) is not None]
        self._file.write(otlp_json.line(records, self._profile))
        return len(rows) - len(records)

    def close(self) -> None:
        """Nothing belongs at the end."""


class Otlp:
    """Spans to a receiver of OTLP over HTTP at ``url``; ``refused`` counts those that it did not take."""

    def __init__(self, url: str) -> None:
        from keeptabs.runtime.config import load
        from keeptabs.sinks.otel.shipping.delivery import Delivery, Patience
        from keeptabs.sinks.otel.shipping.receiver import Receiver

        self._receiver = Receiver(url)
        self.url, self.refused = self._receiver.url, 0
        self._delivery = Delivery(self._receiver, load({}).semconv, Patience())

    def write(self, rows: Sequence[Columns]) -> int:
        """Send a batch, again and again while the receiver is away for a short time."""
        records = [found for row in rows if (found := record_of(row)) is not None]
        self.refused += self._delivery.send(records)
        return len(rows) - len(records)

    def close(self) -> None:
        """Close the connection; nothing is held back."""
        self._receiver.close()


class Parquet:
    """A table of the ledger's columns: times in nanoseconds, money as decimals of nine places."""

    def __init__(self, file: BinaryIO) -> None:
        try:
            pa: Any = import_module("pyarrow")
            parquet: Any = import_module("pyarrow.parquet")
        except ImportError:
            raise UserError(_NO_PARQUET) from None
        self._arrow = pa
        self._schema = pa.schema([(name, self._type(name)) for name in Columns.__struct_fields__])
        self._writer = parquet.ParquetWriter(file, self._schema, compression="zstd")
        self._waiting: list[Columns] = []

    def _type(self, name: str) -> Any:
        pa = self._arrow
        if name == "started_at":
            return pa.timestamp("ns", tz="UTC")
        if name in _MONEY:
            return pa.decimal128(28, 9)
        kinds = {int: pa.int64(), bool: pa.bool_(), str: pa.string()}
        annotated = Columns.__annotations__[name]
        return next(kind for python, kind in kinds.items() if annotated in (python, python | None))

    def write(self, rows: Sequence[Columns]) -> int:
        """Gather batches to groups of rows that are worth reading."""
        self._waiting += rows
        if len(self._waiting) >= _GROUP:
            self._flush()
        return 0

    def close(self) -> None:
        """Write the last group and the footer."""
        self._flush()
        self._writer.close()

    def _flush(self) -> None:
        columns = {name: [_plain(name, getattr(row, name)) for row in self._waiting] for name in self._schema.names}
        self._writer.write_table(self._arrow.table(columns, schema=self._schema))
        self._waiting.clear()


def _plain(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name in _MONEY:
        return usd(value)
    return bool(value) if name in ("streamed", "cached") else value


FORMATS: dict[str, Callable[[BinaryIO], Format]] = {
    "jsonl": JsonLines,
    "csv": Csv,
    "parquet": Parquet,
    "otlp-json": OtlpJson,
}
