"""For each alert what makes it fire, and what comes near it and does not: series a minute, and when to look."""

from typing import Any

import msgspec


class Case(msgspec.Struct, frozen=True):
    """``series`` in promtool's notation; ``fires`` the labels of each alert beside its own, none where it is silent."""

    alert: str
    name: str
    series: dict[str, str]
    at: str
    fires: list[dict[str, Any]] = []


COST = 'keeptabs_cost_USD_total{job="shop"}'
OK = 'keeptabs_calls_total{job="shop",gen_ai_provider_name="openai",gen_ai_request_model="o3",keeptabs_outcome="ok"}'
LIMITED = OK.replace('"ok"', '"rate_limited",error_type="429"')
BROKEN = OK.replace('"ok"', '"server_error",error_type="500"')
MODEL = {"job": "shop", "gen_ai_request_model": "o3"}
LEAKS = 'keeptabs_leaks_total{job="shop",instance="a"}'
OTHER_LEAKS = LEAKS.replace('"a"', '"b"')
UNPRICED = 'keeptabs_unpriced_total{job="shop",gen_ai_request_model="o3"}'
SENT = 'otelcol_exporter_send_failed_spans{job="collector",instance="a",exporter="clickhouse"}'
POINTS = SENT.replace("spans", "metric_points_total")  # releases of 2025 add a suffix
HERE = {"job": "collector", "instance": "a"}


def tokens(kind: str) -> str:
    return f'keeptabs_tokens_total{{job="shop",gen_ai_request_model="o3",keeptabs_token_kind="{kind}"}}'


def cache(read_before: int, read_now: int) -> dict[str, str]:
    """A day and an hour and a half at a hundred tokens a minute, so many of them from the cache."""
    parts = {"cache_read": (read_before, read_now), "input": (100 - read_before, 100 - read_now)}
    return {tokens(kind): f"0+{before}x1440 {before * 1440 + now}+{now}x90" for kind, (before, now) in parts.items()}


def chunks(streams: int, seconds: float, generation: str = "operation") -> dict[str, str]:
    """So many streams a minute whose first chunk comes within so many seconds."""
    name = f"gen_ai_client_{generation}_time_to_first_chunk_seconds"
    labels = 'job="shop",gen_ai_request_model="o3"'
    bounds = {bound: streams if seconds <= float(bound) else 0 for bound in ("2.56", "5.12", "10.24", "Inf")}
    found = {
        f'{name}_bucket{{{labels},le="{bound.replace("Inf", "+Inf")}"}}': f"0+{count}x60"
        for bound, count in bounds.items()
    }
    return {**found, f"{name}_count{{{labels}}}": f"0+{streams}x60"}


# A budget of 1000 USD a month of 30 days is 0.02315 USD a minute.
CASES = [
    Case("KeeptabsBudgetBurnFast", "14.7 times", {COST: "0+0.34x70"}, "70m", [{}]),
    Case("KeeptabsBudgetBurnFast", "14.3 times", {COST: "0+0.33x70"}, "70m"),
    Case("KeeptabsBudgetBurnFast", "an hour at 40 times that is over", {COST: "0+0.92x60 55.2+0x10"}, "70m"),
    Case("KeeptabsBudgetBurnFast", "ten minutes at 40 times", {COST: "0+0.01x60 0.6+0.92x10"}, "70m"),
    Case("KeeptabsBudgetBurn", "6.05 times", {COST: "0+0.14x400"}, "400m", [{}]),
    Case("KeeptabsBudgetBurn", "5.96 times", {COST: "0+0.138x400"}, "400m"),
    Case("KeeptabsBudgetBurn", "six hours that are over", {COST: "0+0.2x360 72+0x40"}, "400m"),
    Case("KeeptabsBudgetBurnSlow", "1.21 times", {COST: "0+0.028x4500"}, "75h", [{}]),
    Case("KeeptabsBudgetBurnSlow", "1.19 times", {COST: "0+0.0275x4500"}, "75h"),
    # The tests begin on 1 January 1970, and January has 31 days.
    Case("KeeptabsMonthAboveBudget", "1004 USD", {COST: "0+0.0225x4800"}, "80h", [{}]),
    Case("KeeptabsMonthAboveBudget", "995 USD", {COST: "0+0.0223x4800"}, "80h"),
    Case(
        "KeeptabsRateLimited",
        "six in a hundred",
        {OK: "0+94x30", LIMITED: "0+6x30"},
        "30m",
        [{**MODEL, "gen_ai_provider_name": "openai"}],
    ),
    Case("KeeptabsRateLimited", "four in a hundred", {OK: "0+96x30", LIMITED: "0+4x30"}, "30m"),
    Case("KeeptabsRateLimited", "all of two calls a minute", {LIMITED: "0+2x30"}, "30m"),
    Case("KeeptabsRateLimited", "other errors", {OK: "0+50x30", BROKEN: "0+50x30"}, "30m"),
    Case(
        "KeeptabsErrors",
        "six in a hundred",
        {OK: "0+94x30", BROKEN: "0+6x30"},
        "30m",
        [{"job": "shop", "gen_ai_provider_name": "openai"}],
    ),
    Case("KeeptabsErrors", "four in a hundred", {OK: "0+96x30", BROKEN: "0+4x30"}, "30m"),
    Case("KeeptabsErrors", "rate limits alone", {OK: "0+50x30", LIMITED: "0+50x30"}, "30m"),
    Case("KeeptabsFirstChunkSlow", "between five and ten seconds", chunks(3, 6.0), "60m", [MODEL]),
    Case("KeeptabsFirstChunkSlow", "under the newest names", chunks(3, 6.0, "inference"), "60m", [MODEL]),
    Case("KeeptabsFirstChunkSlow", "within five seconds", chunks(3, 4.0), "60m"),
    Case("KeeptabsFirstChunkSlow", "one stream a minute", chunks(1, 6.0), "60m"),
    Case("KeeptabsCacheShareFell", "from 60 to 30 in a hundred", cache(60, 30), "1525m", [MODEL]),
    Case("KeeptabsCacheShareFell", "from 60 to none", cache(60, 0), "1525m", [MODEL]),
    Case("KeeptabsCacheShareFell", "from 60 to 45 in a hundred", cache(60, 45), "1525m"),
    Case("KeeptabsCacheShareFell", "more than yesterday", cache(30, 60), "1525m"),
    Case("KeeptabsKeyLeaked", "born at 0", {LEAKS: "0x10 1x5"}, "13m", [{"job": "shop"}]),
    Case("KeeptabsKeyLeaked", "born at 1", {LEAKS: "_x10 1x5"}, "13m", [{"job": "shop"}]),
    Case(
        "KeeptabsKeyLeaked", "born at 1 beside one", {OTHER_LEAKS: "0x20", LEAKS: "_x10 1x9"}, "13m", [{"job": "shop"}]
    ),
    Case("KeeptabsKeyLeaked", "born at 0 and staying there", {LEAKS: "_x10 0x5"}, "13m"),
    Case("KeeptabsKeyLeaked", "long ago", {LEAKS: "0x2 1x40"}, "40m"),
    Case("KeeptabsUnpriced", "six in a hundred", {OK: "0+100x90", UNPRICED: "0+6x90"}, "90m", [MODEL]),
    Case("KeeptabsUnpriced", "four in a hundred", {OK: "0+100x90", UNPRICED: "0+4x90"}, "90m"),
    Case("KeeptabsUnpriced", "nine calls in all", {OK: "0+0.15x90", UNPRICED: "0+0.15x90"}, "90m"),
    Case("KeeptabsTelemetryLost", "one span a minute", {SENT: "0+1x30", POINTS: "0x30"}, "30m", [HERE]),
    Case("KeeptabsTelemetryLost", "points, from a counter born at 9", {POINTS: "_x20 9x10"}, "30m", [HERE]),
    Case("KeeptabsTelemetryLost", "before a restart", {SENT: "90x10 0x20"}, "30m"),
    Case("KeeptabsTelemetryLost", "none", {SENT: "7+0x30"}, "30m"),
    Case("KeeptabsTelemetrySilent", "no calls", {OK: "0+10x60 600+0x80"}, "125m", [{"job": "shop"}]),
    Case("KeeptabsTelemetrySilent", "no series", {OK: "0+10x60 _x80"}, "125m", [{"job": "shop"}]),
    Case("KeeptabsTelemetrySilent", "a fifth of the calls", {OK: "0+10x60 602+2x80"}, "125m"),
    Case("KeeptabsTelemetrySilent", "two calls a minute before", {OK: "0+2x60 120+0x80"}, "125m"),
]
