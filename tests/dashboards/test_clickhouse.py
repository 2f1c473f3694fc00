"""The ClickHouse schema, run by ClickHouse's engine in this process (chdb), against the ledger's own answers."""

import json
import os
import sys
from collections.abc import Iterator
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from keeptabs.core.usage import Bucket, Usage
from keeptabs.store import queries
from keeptabs.store.database import reading
from keeptabs.store.known import append
from keeptabs.store.queries import ModelLine, Totals
from keeptabs.store.record import Record
from keeptabs.store.writer import Process
from keeptabs.testing.month import PLANTS, calls

sys.path.insert(0, str(Path(__file__).parent))
try:
    import clickhouse_rows as rows
finally:
    sys.path.pop(0)

chdb = pytest.importorskip("chdb.session", reason="ClickHouse's engine is not installed: pip install chdb")

_SECOND = 1_000_000_000
_TODAY = 1_790_000_000 * _SECOND


class ClickHouse:
    """The engine with its data in a directory; of such engines a process has one at a time."""

    def __init__(self, path: Path, statements: Iterator[str]) -> None:
        self._path, self._session = path, chdb.Session(str(path / "data"))
        for statement in ("CREATE DATABASE otel", "USE otel", rows.OTEL_TRACES, *statements):
            self._session.query(statement)

    def insert(self, lines: Iterator[str]) -> None:
        file = self._path / "rows.json"
        file.write_text("".join(lines), "utf-8")
        self._session.query(f"INSERT INTO otel_traces FROM INFILE '{file}' FORMAT JSONEachRow")

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        found = str(self._session.query(sql, "JSONCompactEachRow")).splitlines()
        return [tuple(json.loads(line)) for line in found]

    def close(self) -> None:
        self._session.close()


def _tagged(record: Record) -> Record:
    """The call with what the month has none of: a feature, a user, and tokens written to a cache."""
    tokens = {**record.call.usage.tokens, Bucket.CACHE_WRITE_1H: 7} if record.call.usage else {}
    call = msgspec.structs.replace(
        record.call, tags={"feature": "answers", "user": "u-1"}, usage=Usage(tokens=tokens) if tokens else None
    )
    return msgspec.structs.replace(record, call=call)


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[ClickHouse, Path]]:
    """A month of some thousand calls, failed, unpriced and retried ones among them, in ClickHouse and in a ledger."""
    records = list(calls(1, 3_000, planted=PLANTS, start=_TODAY))
    records[::7] = map(_tagged, records[::7])
    home = tmp_path_factory.mktemp("clickhouse")
    process = Process(
        pid=os.getpid(), started_at=1, service="desk", command="", version="0", clients="{}", spans="none"
    )
    append(home / "ledger.db", records, process)
    engine = ClickHouse(home, (each for each in rows.statements() if "MODIFY TTL" not in each))
    engine.insert(rows.lines(records[:2_000]))
    engine.insert(rows.lines(records[2_000:]))
    yield engine, home / "ledger.db"
    engine.close()


_TOTALS = """
    SELECT count(), countIf(outcome = 'ok'), countIf(unpriced), countIf(outcome = 'rate_limited'),
        ifNull(sum(cost_nano), 0), ifNull(sum(input), 0), ifNull(sum(cache_read), 0) FROM keeptabs_calls"""
_BY_MODEL = """
    SELECT provider, model, count() AS calls, sum(input), sum(output), sum(cache_read), sum(cost_nano) AS cost,
        countIf(unpriced) FROM keeptabs_calls GROUP BY provider, model ORDER BY provider, model"""


def test_the_view_has_the_totals_of_the_ledger(month: tuple[ClickHouse, Path]) -> None:
    """Calls, failures, tokens and nano-dollars are equal, and calls of every kind are among them."""
    engine, ledger = month
    with reading(ledger) as db:
        known = queries.totals(db, 0)
    (found,) = engine.ask(_TOTALS)
    assert Totals(*map(int, found)) == known
    assert known.unpriced > 0
    assert 0 < known.rate_limited < known.calls


def test_each_model_has_the_sums_of_the_ledger(month: tuple[ClickHouse, Path]) -> None:
    """Also where nothing is known: a sum of nothing is NULL in both."""
    engine, ledger = month

    def said(line: ModelLine) -> tuple[Any, ...]:
        return (*(getattr(line, name) for name in ModelLine.__struct_fields__[:8]),)

    with reading(ledger) as db:
        known = sorted(map(said, queries.by_model(db, 0)))
    assert [
        (*line[:2], *(None if each is None else int(each) for each in line[2:])) for line in engine.ask(_BY_MODEL)
    ] == known


def test_hours_are_the_sums_of_their_calls(month: tuple[ClickHouse, Path]) -> None:
    """The rollup, filled by two inserts, says what the calls do, hour by hour and in sum."""
    engine, _ = month
    names = "calls", "cost_nano", "input", "output", "cache_read", "cache_write", "reasoning", "unpriced"
    direct = ["count()", *(f"ifNull(sum({name}), 0)" for name in names[1:-1]), "countIf(unpriced)"]
    key = "toUnixTimestamp(toStartOfHour(toDateTime(ts, 'UTC')))"
    calls_said = engine.ask(f"SELECT {key} AS h, {', '.join(direct)} FROM keeptabs_calls GROUP BY h ORDER BY h")
    sums = ", ".join(f"sum({name})" for name in names)
    hours = engine.ask(f"SELECT toUnixTimestamp(hour) AS h, {sums} FROM keeptabs_hourly GROUP BY h ORDER BY h")
    assert hours == calls_said
    assert len(hours) > 24 * 20


@pytest.mark.parametrize(
    ("column", "sql"),
    [
        ("operation", "operation"),
        ("outcome", "outcome"),
        ("feature", "json_extract(tags, '$.feature')"),
        ("site", "site_file || ':' || site_line"),
        ("cost_status", "cost_status"),
        ("error", "error_type"),
        ("attempt", "attempt"),
        ("output", "output"),
        ("cache_write", "cache_write"),
        ("reasoning", "reasoning"),
        ("trace_id", "trace_id"),
        ("user", "user"),
        ("service", "service"),
    ],
)
def test_a_column_is_that_of_the_ledger(month: tuple[ClickHouse, Path], column: str, sql: str) -> None:
    """Every call has the same value; what the ledger does not know is empty or NULL there."""
    engine, ledger = month
    found = engine.ask(f"SELECT span_id, nullIf(toString({column}), '') FROM keeptabs_calls ORDER BY span_id")
    with reading(ledger) as db:
        known = db.execute(f"SELECT span_id, CAST({sql} AS TEXT) FROM calls ORDER BY span_id").fetchall()
    assert found == known
    assert any(value for _, value in known)


def test_times_are_those_of_the_ledger(month: tuple[ClickHouse, Path]) -> None:
    """The start and the duration are exact to the nanosecond, a first chunk to as much as a float of seconds holds."""
    engine, ledger = month
    sql = """SELECT span_id, toUnixTimestamp64Nano(ts), toInt64(round(duration_ms * 1e6)), first_chunk_ms
        FROM keeptabs_calls ORDER BY span_id"""
    found = [(span, int(start), int(duration), first) for span, start, duration, first in engine.ask(sql)]
    with reading(ledger) as db:
        known = db.execute("""SELECT span_id, started_at, duration, iif(streamed, first_chunk / 1e6, NULL)
            FROM calls ORDER BY span_id""").fetchall()
    assert [line[:3] for line in found] == [line[:3] for line in known]
    assert [line[3] for line in found] == [first and pytest.approx(first) for *_, first in known]


@pytest.mark.parametrize(
    "usd", ["0", "0.0000000375", "0.0000000385", "0.00000012345", "0.1", "123456.789012345", "1E-9", "0.0000000005"]
)
def test_an_amount_is_rounded_as_the_ledger_does_it(month: tuple[ClickHouse, Path], usd: str) -> None:
    """A half of a nano-dollar goes to the even side, which a float would not know to be a half."""
    engine, _ = month
    text = rows.as_string(float(Decimal(usd)))
    expression = next(each for each in rows.statements() if "kt_cost_nano" in each)
    expression = expression.split("kt_cost_nano Nullable(Int64)")[1].split("MATERIALIZED")[1].split("CODEC")[0]
    ((found,),) = engine.ask(f"SELECT {expression} FROM (SELECT map('keeptabs.cost.usd', '{text}') AS SpanAttributes)")
    assert int(found) == int((Decimal(usd) * 10**9).to_integral_value(ROUND_HALF_EVEN))


def test_the_schema_can_be_applied_again(month: tuple[ClickHouse, Path]) -> None:
    """Every statement leaves alone what is there; only the time to live is set anew."""
    engine, _ = month
    before = engine.ask(_TOTALS)
    for statement in rows.statements():
        if "MODIFY TTL" not in statement:
            engine.ask(statement)
    assert engine.ask(_TOTALS) == before


def test_spans_of_others_are_no_calls(month: tuple[ClickHouse, Path]) -> None:
    """A span without our outcome, of another instrumentation say, is in no view and in no sum."""
    engine, _ = month
    before = engine.ask(_TOTALS), engine.ask("SELECT sum(calls) FROM keeptabs_hourly")
    engine.ask("""INSERT INTO otel_traces (Timestamp, SpanName, ServiceName, SpanAttributes)
        VALUES (now64(9), 'chat m', 'desk', map('gen_ai.request.model', 'm', 'gen_ai.usage.input_tokens', '9'))""")
    assert (engine.ask(_TOTALS), engine.ask("SELECT sum(calls) FROM keeptabs_hourly")) == before


def test_old_rows_go(month: tuple[ClickHouse, Path]) -> None:
    """Spans live for a month, their sums longer; nothing newer goes."""
    engine, _ = month  # the last test of this file, since it sets the limits
    insert = """INSERT INTO otel_traces (Timestamp, SpanName, ServiceName, SpanAttributes)
        VALUES ({} - INTERVAL {} DAY, 'chat m', 'old', map('keeptabs.outcome', 'ok'))"""
    for days in (40, 10):
        engine.ask(insert.format("now64(9)", days))
    for statement in rows.statements():
        if "MODIFY TTL" in statement:
            engine.ask(statement)
    engine.ask("OPTIMIZE TABLE otel_traces FINAL")
    assert engine.ask("SELECT count() FROM keeptabs_calls WHERE service = 'old'") == [(1,)]
    assert engine.ask("SELECT sum(calls) FROM keeptabs_hourly WHERE service = 'old'") == [(2,)]
