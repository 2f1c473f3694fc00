"""A query of Grafana's ClickHouse data source, which grafana-foundation-sdk 10.1.0 has no builder for.

Fields as the plugin's SQL editor saves them (github.com/grafana/clickhouse-datasource, src/types/sql.ts, version 4).
"""

from typing import Any

from grafana_foundation_sdk.cog import builder, variants

_TIME_SERIES, _TABLE = 0, 1  # its formats


class ClickHouseQuery(builder.Builder[variants.Dataquery], variants.Dataquery):
    """SQL as it is shown; ``over_time`` where its first column is a time."""

    def __init__(self, sql: str, *, over_time: bool) -> None:
        self._sql, self._over_time = sql, over_time

    def build(self) -> variants.Dataquery:
        """The query, which is its own builder."""
        return self

    def to_json(self) -> dict[str, Any]:
        """The fields."""
        return {
            "refId": "A",
            "editorType": "sql",
            "queryType": "timeseries" if self._over_time else "table",
            "format": _TIME_SERIES if self._over_time else _TABLE,
            "rawSql": self._sql,
        }
