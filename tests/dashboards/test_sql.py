"""Every panel's SQL on ClickHouse's engine, over calls whose answers are known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from answers import Key, answers
from fleet import BATCHES, batch
from msgspec import structs

from keeptabs.dashboards import read
from keeptabs.dashboards.panel import Backend, Kind, Panel
from keeptabs.store.database import reading
from keeptabs.store.queries import by_model
from keeptabs.store.writer import Process, Writer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from house import House

    from keeptabs.store.record import Record

pytest.importorskip("chdb", reason="chdb (PyPI) is not here")
pytestmark = pytest.mark.slow

AT = 1_795_500_000 // 300 * 300
PANELS = [panel for group in read.groups(read.data()) for panel in group.panels(Backend.CLICKHOUSE)]


@pytest.fixture
def records(record: Callable[..., Record]) -> list[Record]:
    return batch(record)


@pytest.fixture
def clickhouse(records: list[Record], tmp_path: Path) -> Iterator[House]:
    from house import house

    with house(records, AT, tmp_path) as made:
        yield made


def told(rows: list[list[Any]], panel: Panel) -> dict[Key, float]:
    """The answer by the columns that are text; of a time series, the same at every point."""
    over_time = panel.kind is Kind.TIMESERIES
    found: dict[Key, list[float]] = {}
    for row in rows:
        *key, value = row[1:] if over_time else row
        found.setdefault(tuple(key), []).append(float(value))
    for values in found.values():
        assert len(values) == (6 if over_time else 1)
        assert values == pytest.approx([values[0]] * len(values))
    return {key: values[0] for key, values in found.items()}


SINGLE = {"dearest": ("claude", "/app/claude.py:7", 0.0104), "slowest": ("claude", "/app/claude.py:7", 9.0)}


def test_every_panel_gives_the_known_answer(clickhouse: House, records: list[Record]) -> None:
    """Each query returns what counting the calls gives."""
    from house import filled

    known = answers([each.call for each in records], AT, exact=True)
    wrong = {}
    for panel in PANELS:
        rows = clickhouse.ask(filled(panel.sql, AT))
        if panel.id in SINGLE:
            assert {tuple(row[1:]) for row in rows} == {SINGLE[panel.id]}
            assert len(rows) == 20
        elif told(rows, panel) != pytest.approx(known[panel.id], rel=1e-9):
            wrong[panel.id] = (rows[:3], known[panel.id])
    assert not wrong


def test_clickhouse_has_the_ledgers_own_sums(
    clickhouse: House, records: list[Record], tmp_path: Path, process: Process
) -> None:
    """By model: calls, tokens, those without a price, and money to the nano-dollar."""
    times = BATCHES + 31  # the half hour before has 31
    writer = Writer(tmp_path / "ledger.db")
    for number in range(times):
        for each in records:
            ids = {"trace_id": f"{number:032x}", "span_id": f"{number:08x}{each.identity.span_id[8:]}"}
            writer.add(structs.replace(each, identity=structs.replace(each.identity, **ids)))
    writer.commit({}, process)
    writer.close()
    with reading(tmp_path / "ledger.db") as db:
        lines = by_model(db, 0)
    kept = [
        [line.provider, line.model, line.calls, line.input, line.output, line.cache_read, line.cost, line.unpriced]
        for line in lines
    ]
    found = clickhouse.ask(
        "SELECT provider, model, count(), sum(input), sum(output), sum(cache_read), sum(cost_nano), countIf(unpriced) "
        "FROM keeptabs_calls GROUP BY provider, model"
    )
    assert sorted(found, key=str) == sorted(kept, key=str)
