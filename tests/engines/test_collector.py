"""An application's calls through the real Collector, agent and gateway as we configure them, to both ends."""

import json
import os
import subprocess
import sys
import urllib.request
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import msgspec
import pytest
from prometheus_client.parser import text_string_to_metric_families

from keeptabs.sinks.otel.otlp_json import line
from keeptabs.sinks.otel.semconv import Profile
from keeptabs.store import exports
from keeptabs.store.database import reading
from keeptabs.store.exports import record_of
from keeptabs.store.repricing import Selection

sys.path.insert(0, str(Path(__file__).parent))
try:
    from engine_collector import ABSENT, BINARY, Collector, until
finally:
    sys.path.pop(0)

pytestmark = [
    pytest.mark.engines,
    pytest.mark.slow,
    pytest.mark.skipif(not BINARY.exists(), reason=ABSENT),
]
_ROUNDS = 30
_EXPENSIVE = 0.000_5  # USD: between the two models of the application


class Ran(msgspec.Struct):
    """What the ledger, the file and the scrape say of one run."""

    calls: list[dict[str, Any]]
    spans: list[dict[str, Any]]
    shipped: list[dict[str, Any]]
    metrics: dict[str, float]


@pytest.fixture(scope="module", params=["0", "100"], ids=["keeping the special", "keeping all"])
def ran(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, mock_url: str) -> Ran:
    home = tmp_path_factory.mktemp("collector")
    to_file = {
        "exporters": {"file": {"path": str(home / "spans.jsonl"), "flush_interval": "100ms"}},
        "service": {"pipelines": {"traces": {"exporters": ["file"]}}},
    }
    environ = {
        "KEEPTABS_KEEP_PERCENT": request.param,
        "KEEPTABS_EXPENSIVE_USD": str(_EXPENSIVE),
        "KEEPTABS_DECISION_WAIT": "2s",
    }
    with ExitStack() as stack:
        gateway = stack.enter_context(Collector("gateway", home, to_file, **environ))
        agent = stack.enter_context(Collector("agent", home, {}, KEEPTABS_GATEWAY=f"127.0.0.1:{gateway.grpc}"))
        _run_app(mock_url, agent.url, home)
        calls = _calls(home / "ledger.db")
        until(lambda: _counted(_scraped(gateway)) >= len(calls), "counters at the gateway")
        wanted = {call["span_id"] for call in calls if request.param == "100" or _is_special(call)}
        until(lambda: len(_spans(home / "spans.jsonl")) >= len(wanted), "spans in the file")
        metrics = _scraped(gateway)
    return Ran(calls, _spans(home / "spans.jsonl"), _spans(_shipped(home)), metrics)


def _run_app(mock_url: str, agent: str, home: Path) -> None:
    environ = os.environ | {
        "KEEPTABS_STORE": str(home / "ledger.db"),
        "OTEL_SERVICE_NAME": "desk",
        "OTEL_EXPORTER_OTLP_ENDPOINT": agent,
    }
    app = Path(__file__).parent / "app_of_calls.py"
    subprocess.run([sys.executable, str(app), mock_url, str(_ROUNDS)], env=environ, check=True)


def _calls(ledger: Path) -> list[dict[str, Any]]:
    names = "span_id", "trace_id", "status", "outcome", "cost", "model", "input", "output"
    with reading(ledger) as db:
        return [dict(zip(names, row, strict=True)) for row in db.execute(f"SELECT {', '.join(names)} FROM calls")]


def _shipped(home: Path) -> Path:
    """The spans that ``keeptabs ship`` would send."""
    out = home / "shipped.jsonl"
    with reading(home / "ledger.db") as db:
        chosen = Selection(since=0, until=2**62)
        records = [record for rows in exports.batches(db, chosen) for row in rows if (record := record_of(row))]
    out.write_bytes(line(records, Profile.V1_41))
    return out


def _is_special(call: dict[str, Any]) -> bool:
    return call["outcome"] != "ok" or (call["cost"] or 0) >= _EXPENSIVE * 1e9


def _spans(file: Path) -> list[dict[str, Any]]:
    lines = file.read_text("utf-8").split("\n")[:-1] if file.exists() else []  # the last one is being written
    resources = [resource for line in lines for resource in json.loads(line)["resourceSpans"]]
    return [span for resource in resources for scope in resource["scopeSpans"] for span in scope["spans"]]


def _scraped(gateway: Collector) -> dict[str, float]:
    """The sum of each series by name, and by name and model."""
    with urllib.request.urlopen(f"http://127.0.0.1:{gateway.prometheus}/metrics") as answer:
        families = text_string_to_metric_families(answer.read().decode())
    found: dict[str, float] = {}
    for sample in (sample for family in families for sample in family.samples):
        for key in (sample.name, f"{sample.name} {sample.labels.get('gen_ai_response_model')}"):
            found[key] = found.get(key, 0.0) + sample.value
    return found


def _counted(metrics: dict[str, float]) -> float:
    return metrics.get("gen_ai_client_operation_duration_seconds_count", 0.0)


def test_every_call_is_counted(ran: Ran) -> None:
    """Also those whose traces were sampled away: counters come from the application."""
    assert _counted(ran.metrics) == len(ran.calls) == _ROUNDS * 4


def test_the_cost_is_that_of_the_ledger(ran: Ran) -> None:
    """To a nano-dollar, in all and for each model."""
    for model in ("gpt-4-0613", "gpt-4o-mini-2024-07-18"):
        known = sum(call["cost"] or 0 for call in ran.calls if call["model"] == model)
        assert known > 0
        assert round(ran.metrics[f"keeptabs_cost_USD_total {model}"] * 1e9) == known
    assert round(ran.metrics["keeptabs_cost_USD_total"] * 1e9) == sum(call["cost"] or 0 for call in ran.calls)


def test_tokens_are_those_of_the_ledger(ran: Ran) -> None:
    """Input and output together, as the convention's histogram has them."""
    known = sum((call["input"] or 0) + (call["output"] or 0) for call in ran.calls)
    assert ran.metrics["gen_ai_client_token_usage_sum"] == known


def test_what_is_special_is_kept(ran: Ran, request: pytest.FixtureRequest) -> None:
    """Each failed, refused and expensive call, once; the rest only where all are kept."""
    keeps_all = "keeping all" in request.node.name
    wanted = sorted(call["span_id"] for call in ran.calls if keeps_all or _is_special(call))
    assert sorted(span["spanId"] for span in ran.spans) == wanted
    assert {call["status"] for call in ran.calls} == {200, 429}
    assert 0 < sum(map(_is_special, ran.calls)) < len(ran.calls)


def test_a_span_arrives_with_what_was_measured(ran: Ran) -> None:
    """Ids, outcome and cost are those of the ledger."""
    calls = {call["span_id"]: call for call in ran.calls}
    for span in ran.spans:
        named = {each["key"]: next(iter(each["value"].values())) for each in span["attributes"]}
        call = calls[span["spanId"]]
        assert (span["traceId"], named["keeptabs.outcome"]) == (call["trace_id"], call["outcome"])
        assert call["cost"] is None or round(named["keeptabs.cost.usd"] * 1e9) == call["cost"]


def test_what_is_shipped_is_what_was_exported(ran: Ran) -> None:
    """The span from the ledger is that of the application's exporter: ids, name, times, status and every attribute."""
    shipped = {span["spanId"]: _plain(span) for span in ran.shipped}
    assert ran.spans
    for span in ran.spans:
        assert shipped[span["spanId"]] == _plain(span)


def _plain(span: dict[str, Any]) -> dict[str, Any]:
    names = "traceId", "name", "kind", "startTimeUnixNano", "endTimeUnixNano", "status"
    attributes = {each["key"]: each["value"] for each in span["attributes"]}
    return {**{name: span.get(name) or {} for name in names}, "attributes": attributes}
