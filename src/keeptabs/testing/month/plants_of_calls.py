"""Planted cases in how models are used: batches, models that are too large, reasoning, a day that cost too much."""

from collections.abc import Iterator

from keeptabs.core.exchange import CallSite
from keeptabs.store.record import Record
from keeptabs.testing.month.made import DAY, HOUR, MINUTE, SECOND, Kind, Maker, Used

_NIGHTLY = Kind(
    service="reports", model="gpt-6.1-sol", site=CallSite("/srv/reports/nightly.py", 17, "digest"), key="b0c4a91e73"
)
_LARGE = Kind(
    service="drafts",
    model="gpt-6.1-sol",
    site=CallSite("/srv/drafts/write.py", 25, "draft"),
    route="POST /draft",
    key="17e6f3d2a9",
)
_LABELS = Kind(
    service="triage",
    provider="anthropic",
    server="api.anthropic.com",
    path="/v1/messages",
    api="messages",
    model="claude-opus-5-5",
    site=CallSite("/srv/triage/label.py", 33, "label"),
    route="POST /mail",
    key="f92ad07c15",
)
_UNLIMITED = Kind(
    service="titles",
    model="gpt-6-luna",
    site=CallSite("/srv/titles/make.py", 9, "title"),
    route="POST /title",
    settings={"gen_ai.request.max_tokens": 32_000},
    key="3ad8c60b4e",
)
_THOUGHTFUL = Kind(
    service="routing",
    model="gpt-6.1-sol",
    site=CallSite("/srv/routing/pick.py", 51, "pick"),
    route="POST /route",
    settings={"gen_ai.request.reasoning.level": "high"},
    key="8d5e2f1ab0",
)
_SPIKING = Kind(
    service="crawler",
    model="gpt-6.1-sol",
    site=CallSite("/srv/crawler/page.py", 70, "page"),
    route="POST /page",
    key="d4b7713f2c",
)


def nightly(maker: Maker, start: int) -> Iterator[Record]:
    """Three nights of 400 calls, two seconds apart, for nobody."""
    for night in (2, 9, 16):
        for number in range(400):
            at = start + night * DAY + 2 * HOUR + number * 2 * SECOND
            yield maker.record(_NIGHTLY, at, Used(input=3_000, output=500))


def large(maker: Maker, start: int) -> Iterator[Record]:
    """1,000 calls of a model that has a smaller sibling."""
    for number in range(1_000):
        yield maker.record(_LARGE, start + DAY + number * 10 * MINUTE, Used(input=1_000, output=100))


def labels(maker: Maker, start: int) -> Iterator[Record]:
    """1,000 answers of five tokens."""
    for number in range(1_000):
        yield maker.record(_LABELS, start + DAY + number * 11 * MINUTE, Used(input=2_000, output=5))


def unlimited(maker: Maker, start: int) -> Iterator[Record]:
    """100 answers of at most twenty tokens, where 32,000 are allowed."""
    for number in range(100):
        yield maker.record(_UNLIMITED, start + 8 * DAY + number * MINUTE, Used(input=200, output=10 + number % 11))


def thoughtful(maker: Maker, start: int) -> Iterator[Record]:
    """400 answers of a hundred tokens after a thousand of reasoning."""
    for number in range(400):
        used = Used(input=500, output=100, reasoning=1_000)
        yield maker.record(_THOUGHTFUL, start + 2 * DAY + number * 9 * MINUTE, used)


def spiking(maker: Maker, start: int) -> Iterator[Record]:
    """Ten calls a day for nine days, and 400 on the tenth, of 0.01 each."""
    for day in range(10, 20):
        for number in range(400 if day == 15 else 10):
            yield maker.record(_SPIKING, start + day * DAY + 8 * HOUR + number * MINUTE, Used(input=1_000, output=800))
