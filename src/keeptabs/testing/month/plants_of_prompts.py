"""Planted cases in what is asked: repeats, beginnings that are not cached, pictures, embeddings."""

from collections.abc import Iterator

from keeptabs.core.digest import Digest
from keeptabs.core.exchange import CallSite
from keeptabs.store.record import Record
from keeptabs.testing.month.made import BYTES_A_TOKEN, DAY, MINUTE, Kind, Maker, Used, prompt

_FAQ = Kind(
    service="faq",
    model="gpt-6.1-sol",
    site=CallSite("/srv/faq/app.py", 40, "answer"),
    route="POST /faq",
    key="c1d0aa3e57",
)
_AGENT = Kind(
    service="agent",
    provider="anthropic",
    server="api.anthropic.com",
    path="/v1/messages",
    api="messages",
    model="claude-sonnet-5-5",
    site=CallSite("/srv/agent/loop.py", 77, "step"),
    route="POST /agent",
    key="51be9f0c28",
)
_DATED = Kind(
    service="helper",
    model="gpt-6.1-sol",
    site=CallSite("/srv/helper/chat.py", 19, "ask"),
    route="POST /chat",
    key="0f77e3b1c4",
)
_RECEIPTS = Kind(
    service="receipts",
    model="gpt-6.1-sol",
    site=CallSite("/srv/receipts/read.py", 8, "read"),
    route="POST /receipt",
    key="e3a5d2180b",
)
_INDEX = Kind(
    service="index",
    model="text-embedding-3-large",
    path="/v1/embeddings",
    api="embeddings",
    operation="embeddings",
    site=CallSite("/srv/index/build.py", 63, "vectors"),
    settings={"gen_ai.embeddings.dimension.count": 512},
    key="2c9be1f604",
)
_STABLE, _NEW = 8_000, 2_000  # tokens of a prompt


def repeated(maker: Maker, start: int) -> Iterator[Record]:
    """20 requests, each asked 51 times, 20 minutes apart."""
    for number in range(20):
        whole, first = maker.hash(), start + number * DAY + 9 * 60 * MINUTE
        for again in range(51):
            used = Used(input=1_000, output=100)
            yield maker.record(_FAQ, first + again * 20 * MINUTE, used, digest=Digest(body=whole))


def uncached(maker: Maker, start: int) -> Iterator[Record]:
    """301 calls with the same long system prompt that is not marked, and 201 with one that says the time."""
    system = maker.hash()
    for number in range(301):
        yield _prompt(maker, _AGENT, start + 3 * DAY + number * MINUTE, system)
    for number in range(201):
        yield _prompt(maker, _DATED, start + 5 * DAY + number * MINUTE, maker.hash())


def _prompt(maker: Maker, kind: Kind, at: int, system: str) -> Record:
    digest = prompt(maker.hash(), ("s", system, _STABLE), ("u", maker.hash(), _NEW))
    return maker.record(kind, at, Used(input=_STABLE + _NEW, output=50), digest=digest)


def pictures(maker: Maker, start: int) -> Iterator[Record]:
    """600 calls with 105 tokens of text and two pictures at high detail, which take 1,000."""
    for number in range(600):
        digest = Digest(body=maker.hash(), length=105 * BYTES_A_TOKEN, images=2, detailed=2)
        yield maker.record(_RECEIPTS, start + 7 * DAY + number * MINUTE, Used(input=1_105, output=40), digest=digest)


def embedded_again(maker: Maker, start: int) -> Iterator[Record]:
    """1,000 texts of 8,000 tokens, twenty a call, embedded on two days."""
    texts = [tuple(maker.hash() for _ in range(20)) for _ in range(50)]
    for day in (4, 5):
        for number, items in enumerate(texts):
            digest = Digest(body=maker.hash(), items=items, embedded=20)
            yield maker.record(_INDEX, start + day * DAY + number * MINUTE, Used(input=160_000), digest=digest)


def long_vectors(maker: Maker, start: int) -> Iterator[Record]:
    """10,000 vectors of full length, a hundred a call."""
    for number in range(100):
        items = tuple(maker.hash() for _ in range(32))
        digest = Digest(body=maker.hash(), items=items, embedded=100)
        yield maker.record(_WHOLE, start + 6 * DAY + number * MINUTE, Used(input=2_000), digest=digest)


_WHOLE = Kind(
    service="archive",
    model="text-embedding-3-large",
    path="/v1/embeddings",
    api="embeddings",
    operation="embeddings",
    site=CallSite("/srv/archive/load.py", 21, "load"),
    key="66d1b08e9f",
)
