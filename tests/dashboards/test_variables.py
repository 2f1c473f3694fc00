"""What a dashboard is narrowed by."""

from __future__ import annotations

import pytest

from keeptabs.dashboards.panel import Backend
from keeptabs.dashboards.variables import narrowed

PROMETHEUS = [
    ("up{$process}", 'up{job=~"$service", deployment_environment_name=~"$environment"}'),
    (
        'up{$process, a="b"}[$__range]',
        'up{job=~"$service", deployment_environment_name=~"$environment", a="b"}[$__range]',
    ),
    ("up{$processes} $callsite", "up{$processes} $callsite"),
    ("  up\n", "up"),
]


@pytest.mark.parametrize(("query", "expected"), PROMETHEUS)
def test_matchers(query: str, expected: str) -> None:
    """A name stands for its matchers; a longer one that begins like it does not."""
    assert narrowed(query, Backend.PROMETHEUS) == expected


def test_conditions_have_the_range_of_time() -> None:
    """What is called calls is of the range, and what is called chosen is of all times."""
    calls, chosen = (narrowed(f"${name}", Backend.CLICKHOUSE) for name in ("calls", "chosen"))
    assert calls == f"$__timeFilter(ts) AND {chosen}"
    assert chosen.startswith("$__conditionalAll(service IN (${service:singlequote}), $service) AND ")
    assert chosen.count("$__conditionalAll") == 6
