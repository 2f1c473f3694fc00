"""What a dashboard can be narrowed to, in the words of both backends.

In a query ``$calls`` stands for all of it, ``$limits`` and ``$process`` for what their metrics know; in SQL ``$calls``
has the range of time too, and ``$chosen`` has not.
"""

import re
from collections.abc import Mapping

import msgspec

from keeptabs.dashboards.panel import Backend


class Variable(msgspec.Struct, frozen=True, kw_only=True):
    """A choice on top of a dashboard: the label of the metrics and the column of ``keeptabs_calls``."""

    name: str
    label: str
    column: str


SERVICE = Variable(name="service", label="job", column="service")
ENVIRONMENT = Variable(name="environment", label="deployment_environment_name", column="environment")
PROVIDER = Variable(name="provider", label="gen_ai_provider_name", column="provider")
MODEL = Variable(name="model", label="gen_ai_request_model", column="model")
FEATURE = Variable(name="feature", label="keeptabs_feature", column="feature")
OPERATION = Variable(name="operation", label="gen_ai_operation_name", column="operation")

VARIABLES = (SERVICE, ENVIRONMENT, PROVIDER, MODEL, FEATURE, OPERATION)
QUANTILES = ("0.5", "0.9", "0.95", "0.99")
QUANTILE = "0.95"  # the one that is chosen at first
BUDGET = 1000  # USD a month, until it is told

_SETS: Mapping[str, tuple[Variable, ...]] = {
    "calls": VARIABLES,
    "chosen": VARIABLES,
    "limits": (SERVICE, ENVIRONMENT, PROVIDER, MODEL),
    "process": (SERVICE, ENVIRONMENT),
}
_SET = re.compile(r"\$(calls|chosen|limits|process)\b")


def narrowed(query: str, backend: Backend) -> str:
    """The query with what stands for the variables spelt out."""
    spell = _matchers if backend is Backend.PROMETHEUS else _conditions
    return _SET.sub(lambda found: spell(found[1]), query.strip())


def _matchers(wanted: str) -> str:
    return ", ".join(f'{each.label}=~"${each.name}"' for each in _SETS[wanted])


def _conditions(wanted: str) -> str:
    """With the macros of Grafana's ClickHouse data source (github.com/grafana/clickhouse-datasource, version 4)."""
    chosen = [f"$__conditionalAll({one.column} IN (${{{one.name}:singlequote}}), ${one.name})" for one in _SETS[wanted]]
    return " AND ".join(chosen if wanted == "chosen" else ["$__timeFilter(ts)", *chosen])
