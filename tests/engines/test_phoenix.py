"""Arize Phoenix, told of the same calls over OTLP, counts the same tokens and comes to the same costs by its own."""

from __future__ import annotations

import sys
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.engines

# The modules beside this one are no part of any package.
sys.path.insert(0, str(Path(__file__).parent))
try:
    APP, COMPARE, READER, SOCKETS, TOLD = (
        import_module(f"engine_{name}") for name in ("app", "compare", "phoenix", "sockets", "told")
    )
finally:
    sys.path.remove(str(Path(__file__).parent))

# Where its cost is another, and why; docs/engines.md says so too.
OTHER_COSTS = {
    "embeddings": "0",  # it counts tokens of LLM spans alone, and has no price of an embedding
    "flex tier": "0.0003605",  # it knows no service tier
    "cache write for an hour": "0.011886",  # the conventions have one name for all cache writes
    "web search": "0.018",  # it knows tokens alone
}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The engine after the app has run."""
    return TOLD.told("phoenix", READER, tmp_path_factory.mktemp("phoenix"))


def test_every_attempt_is_one_span(told: Any) -> None:
    """Phoenix holds as many spans as the ledger has calls, and they are the same ones."""
    assert told.count == len(told.ours) == len(APP.names())
    assert set(told.theirs) == set(told.ours)


@pytest.mark.parametrize("case", [name for name in APP.names() if name != "embeddings"])
def test_tokens_are_equal(case: str, told: Any) -> None:
    """Input, output and cached tokens are those of the ledger, and what failed is marked as failed."""
    pair = told.pairs[case]
    assert (pair.theirs.tokens, pair.theirs.failed) == (pair.ours.tokens, pair.ours.failed)


def test_tokens_of_an_embedding_are_left_out(told: Any) -> None:
    """Phoenix counts no tokens of a span that is no LLM's."""
    pair = told.pairs["embeddings"]
    assert pair.theirs.tokens == (0, 0, 0)
    assert pair.ours.input > 1_000


@pytest.mark.parametrize("case", APP.names())
def test_costs_are_equal_or_explained(case: str, told: Any) -> None:
    """Its own cost is ours to the nano-dollar, or the one that it is known to come to."""
    pair = told.pairs[case]
    assert pair.theirs.usd == (Decimal(OTHER_COSTS[case]) if case in OTHER_COSTS else pair.ours.usd)
    assert (pair.theirs.usd != pair.ours.usd) == (case in OTHER_COSTS)


def test_most_costs_are_amounts(told: Any) -> None:
    """All calls that succeed cost something on both sides, but those that one of them has no price of."""
    free = {case for case, pair in told.pairs.items() if not pair.theirs.usd}
    assert free == {"429, then an answer", "refused request", "model without a price", "embeddings"}


@pytest.mark.parametrize("case", APP.names())
def test_the_page_says_the_same(case: str, told: Any) -> None:
    """The table of docs/engines.md has both costs of every call."""
    pair = told.pairs[case]
    assert COMPARE.documented(TOLD.PAGE, "Phoenix")[case] == (pair.ours.usd, pair.theirs.usd)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/proc tells of sockets on Linux alone")
def test_it_listens_on_loopback_alone(told: Any) -> None:
    """HTTP and gRPC both are bound to loopback."""
    assert told.listening
    assert told.listening <= SOCKETS.LOOPBACK
