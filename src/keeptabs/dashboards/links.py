"""Links from a panel to what is behind it: the calls in ClickHouse, the traces in Tempo.

The address is that of Grafana's Explore with its panes as JSON (grafana.com/docs/grafana/latest/explore/
get-started-with-explore/, "Generate Explore URLs from external tools"; checked 2026-11-24).
"""

import json
from typing import Any
from urllib.parse import quote

from keeptabs.dashboards.panel import Backend, Panel
from keeptabs.dashboards.variables import narrowed

_CALLS = """
SELECT ts, service, provider, model, operation, feature, site, outcome, error, cost_nano / 1e9 AS usd, trace_id
FROM keeptabs_calls WHERE $calls AND ($where) ORDER BY ts DESC LIMIT 200
"""
ANY_CALL = "{ span.gen_ai.provider.name != nil }"


def traces(panel: Panel) -> str:
    """The address of the traces behind a panel."""
    query = {
        "refId": "A",
        "queryType": "traceql",
        "query": panel.traceql or ANY_CALL,
        "limit": 50,
        "tableType": "spans",
    }
    return _explore("${traces}", "tempo", query)


def calls(panel: Panel) -> str:
    """The address of the calls behind a panel."""
    sql = narrowed(_CALLS.replace("$where", panel.where), Backend.CLICKHOUSE)
    plugin = Backend.CLICKHOUSE.plugin
    return _explore("${datasource}", plugin, {"refId": "A", "rawSql": sql, "editorType": "sql", "format": 1})


def _explore(source: str, plugin: str, query: dict[str, Any]) -> str:
    pane = {
        "datasource": source,
        "queries": [{**query, "datasource": {"type": plugin, "uid": source}}],
        "range": {"from": "${__from}", "to": "${__to}"},
    }
    # What Grafana fills in must stay legible to it: variables are not quoted.
    return "/explore?schemaVersion=1&panes=" + quote(json.dumps({"keeptabs": pane}), safe="${}:,()")
