"""ClickHouse's engine in this process, with the fleet's calls as the rows that the Collector would write."""

from __future__ import annotations

import json
import re
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from answers import BUDGET, QUANTILE
from fleet import INSTANCE, MINUTES, RANGE, SERVICE, times

from keeptabs.core.call import IN_PROMPT
from keeptabs.dashboards import read
from keeptabs.dashboards.panel import Backend
from keeptabs.dashboards.variables import VARIABLES, narrowed
from keeptabs.sinks.otel.otlp_json import attributes
from keeptabs.sinks.otel.semconv import Profile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keeptabs.store.record import Record

HERE = Path(__file__).parent
INTERVAL = 300  # seconds of a point of a time series


def schema() -> list[str]:
    """The statements that make the table and the views: the repository's own where it has them."""
    own = sorted((read.data() / "clickhouse").glob("*.sql"))
    texts = [path.read_text("utf-8") for path in (HERE / "calls_schema.sql", *own)]
    bare = (re.sub(r"--.*", "", text) for text in texts)
    return [statement.strip() for text in bare for statement in text.split(";") if statement.strip()]


def rows(records: list[Record], end: int) -> Iterator[dict[str, Any]]:
    """An hour of batches, each in the middle of its minute."""
    number = 0
    for minute in range(MINUTES + 1):
        for record in records * times(minute):
            number += 1
            yield row(record, end - (MINUTES - minute) * 60 - 30, number)


def row(record: Record, at: int, number: int) -> dict[str, Any]:
    """A span as the Collector's exporter writes it: every attribute is text."""
    found = attributes(record.call, record.identity, Profile.V1_41)
    rules = record.call.facts.get(IN_PROMPT, ())
    when = f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M:%S}"
    return {
        "Timestamp": when,
        "TraceId": f"{number:032x}",
        "SpanId": f"{number:016x}",
        "SpanName": record.call.operation,
        "SpanKind": "Client",
        "ServiceName": SERVICE,
        "ResourceAttributes": {"service.name": SERVICE, "service.instance.id": INSTANCE},
        "SpanAttributes": {name: _text(value) for name, value in found.items()},
        "Duration": record.call.timing.duration,
        "Events.Timestamp": [when] * len(rules),
        "Events.Name": ["keeptabs.secret"] * len(rules),
        "Events.Attributes": [{"keeptabs.secret.rule": rule} for rule in rules],
    }


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


class House:
    """A session of chdb."""

    def __init__(self, session: Any) -> None:
        self.run = session.query

    def ask(self, sql: str) -> list[list[Any]]:
        """The rows of a query."""
        return [json.loads(line) for line in str(self.run(sql, "JSONCompactEachRow")).splitlines()]


@contextmanager
def house(records: list[Record], end: int, path: Path) -> Iterator[House]:
    """ClickHouse with the fleet's rows, until the end of the block."""
    from chdb.session import Session

    session = Session(str(path / "clickhouse"))
    try:
        made = House(session)
        for statement in schema():
            made.run(statement)
        file = path / "spans.jsonl"
        file.write_text("".join(json.dumps(each) + "\n" for each in rows(records, end)), "utf-8")
        made.run(f"INSERT INTO otel_traces FROM INFILE '{file}' FORMAT JSONEachRow")
        yield made
    finally:
        session.close()


def filled(sql: str, end: int, **chosen: str) -> str:
    """The query as Grafana's plugin sends it, with everything chosen that is not said."""
    text = narrowed(sql, Backend.CLICKHOUSE)
    start = end - RANGE
    names = "|".join(each.name for each in VARIABLES)
    text = re.sub(
        rf"\$__conditionalAll\((\w+ IN \(\$\{{(?:{names}):singlequote\}}\)), \$({names})\)",
        lambda found: found[1] if found[2] in chosen else "1=1",
        text,
    )
    text = re.sub(rf"\$\{{({names}):singlequote\}}", lambda found: f"'{chosen[found[1]]}'", text)
    macros = {
        r"\$__timeFilter\((\w+)\)": rf"\1 >= toDateTime({start}) AND \1 <= toDateTime({end})",
        r"\$__timeInterval\((\w+)\)": rf"toStartOfInterval(toDateTime(\1), INTERVAL {INTERVAL} second)",
        r"\$__interval_s\b": str(INTERVAL),
        r"\$__fromTime\b": f"toDateTime({start})",
        r"\$__toTime\b": f"toDateTime({end})",
        r"\$quantile\b": str(QUANTILE),
        r"\$budget\b": str(BUDGET),
    }
    for pattern, replacement in macros.items():
        text = re.sub(pattern, replacement, text)
    assert "$" not in text, text
    return text
