"""How fast our ClickHouse schema answers, and how large it is, in ClickHouse's own engine (chdb, in this process).

    python benchmarks/clickhouse.py [--calls 1000000] [--made 100000] [--home DIRECTORY]

``--made`` calls are those of ``keeptabs.testing.month``; they are inserted again and again with other ids, other
users and a little later until there are as many as are wanted. Times are of the best of three runs.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from keeptabs.store.record import Record
from keeptabs.testing.month import calls

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "dashboards"))
try:
    import clickhouse_rows as rows
finally:
    sys.path.pop(0)

_CHUNK = 50_000
_AGAIN = """
    INSERT INTO otel_traces SELECT * REPLACE (
        Timestamp + INTERVAL {n} MILLISECOND AS Timestamp,
        lower(hex(sipHash128(TraceId, {n}))) AS TraceId,
        lower(hex(sipHash64(SpanId, {n}))) AS SpanId,
        mapUpdate(SpanAttributes, map('keeptabs.tag.user', toString(sipHash64(SpanId, {n}) % 20000))) AS SpanAttributes)
    FROM made"""
_SIZES = """
    SELECT table, sum(rows), sum(bytes_on_disk) FROM system.parts
    WHERE active AND database = 'otel' AND table != 'made' GROUP BY table ORDER BY table"""
_SPANS = "otel_traces WHERE SpanAttributes['keeptabs.outcome'] != ''"
QUERIES = {
    "totals": "SELECT count(), sum(cost_nano), countIf(unpriced), sum(input) FROM keeptabs_calls",
    "by model": "SELECT model, count(), sum(cost_nano), sum(output) FROM keeptabs_calls GROUP BY model",
    "by model, from the map": f"""
        SELECT SpanAttributes['gen_ai.response.model'] AS model, count(),
            sum(toFloat64OrZero(SpanAttributes['keeptabs.cost.usd'])) FROM {_SPANS} GROUP BY model""",
    "hour x model": """
        SELECT toStartOfHour(ts) AS hour, model, sum(cost_nano) FROM keeptabs_calls
        GROUP BY hour, model ORDER BY hour""",
    "hour x model, sums": """
        SELECT hour, model, sum(cost_nano) FROM keeptabs_hourly GROUP BY hour, model ORDER BY hour""",
    "hour x model, last day": """
        SELECT toStartOfHour(ts) AS hour, model, sum(cost_nano) FROM keeptabs_calls
        WHERE ts > (SELECT max(Timestamp) FROM otel_traces) - INTERVAL 1 DAY GROUP BY hour, model ORDER BY hour""",
    "exact p50, p95, p99": """
        SELECT model, quantilesExact(0.5, 0.95, 0.99)(duration_ms) FROM keeptabs_calls GROUP BY model""",
    "20 dearest calls": "SELECT trace_id, cost_nano FROM keeptabs_calls ORDER BY cost_nano DESC NULLS LAST LIMIT 20",
    "20 dearest users": """
        SELECT user, sum(cost_nano) AS cost FROM keeptabs_calls GROUP BY user ORDER BY cost DESC LIMIT 20""",
    "errors": "SELECT model, error, count() FROM keeptabs_calls WHERE error != '' GROUP BY model, error",
    "newest 50": "SELECT ts, model, cost_nano FROM keeptabs_calls ORDER BY ts DESC LIMIT 50",
    "one trace": "SELECT * FROM keeptabs_calls WHERE trace_id = (SELECT any(TraceId) FROM otel_traces)",
}


class Engine:
    """ClickHouse with our schema and its data below ``home``."""

    def __init__(self, home: Path) -> None:
        from chdb.session import Session

        self._session = Session(str(home / "data"))
        wanted = (each for each in rows.statements() if "MODIFY TTL" not in each)
        for statement in ("CREATE DATABASE otel", "USE otel", rows.OTEL_TRACES, *wanted):
            self.ask(statement)

    def ask(self, sql: str) -> list[list[Any]]:
        """The rows of an answer."""
        return [json.loads(line) for line in str(self._session.query(sql, "JSONCompactEachRow")).splitlines()]


def load(engine: Engine, home: Path, records: Iterator[Record]) -> None:
    """Insert calls in chunks, and keep a copy of them in the table ``made``."""
    file = home / "rows.json"
    while chunk := list(islice(records, _CHUNK)):
        file.write_text("".join(rows.lines(chunk)), "utf-8")
        engine.ask(f"INSERT INTO otel_traces FROM INFILE '{file}' FORMAT JSONEachRow")
    file.unlink()
    engine.ask("CREATE TABLE made ENGINE = MergeTree ORDER BY Timestamp AS SELECT * FROM otel_traces")


def best_of_three(engine: Engine, sql: str) -> float:
    """Seconds."""
    times = []
    for _ in range(3):
        start = time.perf_counter()
        engine.ask(sql)
        times.append(time.perf_counter() - start)
    return min(times)


def main() -> None:
    """Load, then ask."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=1_000_000)
    parser.add_argument("--made", type=int, default=100_000)
    parser.add_argument("--home", type=Path)
    given = parser.parse_args()
    os.nice(10)
    with tempfile.TemporaryDirectory(dir=given.home) as made:
        engine = Engine(Path(made))
        start = time.perf_counter()
        load(engine, Path(made), calls(1, given.made))
        print(f"{given.made:,} calls made and inserted in {time.perf_counter() - start:.0f} s")
        start = time.perf_counter()
        for n in range(1, given.calls // given.made):
            engine.ask(_AGAIN.format(n=n))
        print(f"inserted again in {time.perf_counter() - start:.0f} s")
        for table, count, size in engine.ask(_SIZES):
            print(
                f"{table:24} {int(count):>12,} rows {int(size) / 1e6:>8,.0f} MB {int(size) // int(count):>5,} B a row"
            )
        for name, sql in QUERIES.items():
            print(f"{name:24} {best_of_three(engine, sql) * 1000:>9,.0f} ms", flush=True)


if __name__ == "__main__":
    main()
