"""What MLflow has of every span, by its REST API: mlflow 3.17.2, checked 2026-11-24."""

from __future__ import annotations

import base64
import json
from typing import Any

from engine_compare import Seen, ask, usd

EXPERIMENT = "0"  # the one that every server has
HEADERS = f"x-mlflow-experiment-id={EXPERIMENT}"
_API = "/api/3.0/mlflow/traces"
_PLACE = {"type": "MLFLOW_EXPERIMENT", "mlflow_experiment": {"experiment_id": EXPERIMENT}}


def traces(url: str) -> list[dict[str, Any]]:
    """Every trace with its spans."""
    found = ask(f"{url}{_API}/search", {"locations": [_PLACE], "max_results": 500}).get("traces", [])
    return [ask(f"{url}{_API}/get?trace_id={trace['trace_id']}")["trace"] for trace in found]


def count(url: str) -> int:
    """How many spans it holds."""
    return sum(len(trace["spans"]) for trace in traces(url))


def spans(url: str) -> dict[str, Seen]:
    """Every span by its id."""
    return {_id(span): _seen(span) for trace in traces(url) for span in trace["spans"]}


def _id(span: dict[str, Any]) -> str:
    return base64.b64decode(span["span_id"]).hex()


def _seen(span: dict[str, Any]) -> Seen:
    said = {each["key"]: _plain(each["value"]) for each in span["attributes"]}
    used, cost = said.get("mlflow.chat.tokenUsage") or {}, said.get("mlflow.llm.cost") or {}
    return Seen(
        input=used.get("input_tokens", 0),
        output=used.get("output_tokens", 0),
        cache_read=used.get("cache_read_input_tokens", 0),
        usd=usd(cost.get("total_cost")),
        failed=span["status"].get("code") == "STATUS_CODE_ERROR",
    )


def _plain(value: dict[str, Any]) -> Any:
    """A value of OTLP in JSON, whose names are those of the protocol's fields; of maps and numbers, which are asked."""
    if "kvlist_value" in value:
        return {each["key"]: _plain(each["value"]) for each in value["kvlist_value"]["values"]}
    if "string_value" in value and value["string_value"].startswith("{"):
        return json.loads(value["string_value"])
    return next(iter(value.values()), None)
