from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from keeptabs.audit.prices import Prices
from keeptabs.audit.rule import Finding, Rule
from keeptabs.core.exchange import CallSite
from keeptabs.pricing.book import Book
from keeptabs.store.record import Record
from keeptabs.testing.month.made import Kind, Maker


@pytest.fixture(scope="session")
def prices() -> Prices:
    return Prices(Book())


@pytest.fixture
def maker() -> Maker:
    return Maker(7)


@pytest.fixture
def kind() -> Callable[..., Kind]:
    """A kind of call, of a model for which 1,000 tokens in and 100 out cost 0.003 USD."""

    def make(**fields: Any) -> Kind:
        site = CallSite("/srv/app/ask.py", 3, "ask")
        return Kind(**{"service": "app", "model": "gpt-6.1-sol", "site": site, "route": "POST /ask", **fields})

    return make


@pytest.fixture
def found(prices: Prices) -> Callable[[Rule, list[Record]], tuple[int, Decimal | None]]:
    """How many findings a rule has about calls, in the order of time, and their dollars."""

    def find(rule: Rule, records: list[Record]) -> tuple[int, Decimal | None]:
        ordered = sorted(records, key=lambda record: record.call.timing.started_at)
        findings: list[Finding] = rule.find(ordered, prices)
        known = [each.usd for each in findings if each.usd is not None]
        return len(findings), sum(known, Decimal(0)) if known else None

    return find
