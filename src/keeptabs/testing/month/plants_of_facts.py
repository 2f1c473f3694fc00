"""Planted cases whose dollars nobody can know: names that move, models that go, limits, keys."""

from collections.abc import Iterator

from keeptabs.core.call import IN_PROMPT
from keeptabs.core.digest import Digest
from keeptabs.core.exchange import CallSite
from keeptabs.core.limits import RateLimit
from keeptabs.store.record import Record
from keeptabs.testing.month.made import DAY, MINUTE, Kind, Maker, Used

_USED = Used(input=400, output=60)
_VOICE = Kind(
    service="voice",
    model="gpt-transcribe",
    path="/v1/audio/transcriptions",
    api="transcriptions",
    operation="speech_to_text",
    site=CallSite("/srv/voice/listen.py", 44, "listen"),
    route="POST /recording",
    key="c7209ee4b8",
)
_MOVING = Kind(
    service="blog",
    model="gpt-4o",
    site=CallSite("/srv/blog/post.py", 30, "teaser"),
    route="POST /teaser",
    key="5e1f90a2d3",
)
_RETIRED = Kind(
    service="legacy",
    model="gpt-4o-mini",
    site=CallSite("/srv/legacy/bot.py", 61, "say"),
    route="POST /say",
    key="e8b46c0f17",
)
_LIMITED = Kind(
    service="import",
    model="gpt-6-luna",
    site=CallSite("/srv/import/rows.py", 18, "row"),
    route="POST /rows",
    key="0a93d7f5be",
)
_UNKNOWN = Kind(
    service="lab",
    model="house-model-1",
    site=CallSite("/srv/lab/try.py", 5, "once"),
    route="POST /try",
    key="41c8e67d0a",
)
_SHARED = Kind(
    service="web", model="gpt-6-luna", site=CallSite("/srv/web/ask.py", 20, "ask"), route="POST /ask", key="f00d5ca1e9"
)
_LEAKY = Kind(
    service="paste",
    model="gpt-6-luna",
    site=CallSite("/srv/paste/fix.py", 27, "fix"),
    route="POST /fix",
    key="6b2d8f0e91",
)


def recordings(maker: Maker, start: int) -> Iterator[Record]:
    """Ten uploads of 24.6 MB."""
    for number in range(10):
        digest = Digest(body=maker.hash(), size=24_600_000 + number)
        yield maker.record(_VOICE, start + 3 * DAY + number * MINUTE, Used(seconds=1_500), digest=digest)


def unpinned(maker: Maker, start: int) -> Iterator[Record]:
    """60 calls by a name that stood for one version, and then for another."""
    for number in range(60):
        version = "gpt-4o-2024-08-06" if number < 30 else "gpt-4o-2024-11-20"
        yield maker.record(_MOVING, start + 10 * DAY + number * MINUTE, _USED, response_model=version)


def retired(maker: Maker, start: int) -> Iterator[Record]:
    """50 calls of a model that shuts down on 2027-01-14."""
    for number in range(50):
        at = start + 11 * DAY + number * MINUTE
        yield maker.record(_RETIRED, at, _USED)


def nearly_limited(maker: Maker, start: int) -> Iterator[Record]:
    """100 answers with 2 per cent of the limit left."""
    limit = RateLimit(limit_tokens=100_000, remaining_tokens=2_000)
    for number in range(100):
        yield maker.record(_LIMITED, start + 12 * DAY + number * MINUTE, _USED, rate_limit=limit)


def unpriced(maker: Maker, start: int) -> Iterator[Record]:
    """40 calls of a model that no price list has."""
    for number in range(40):
        yield maker.record(_UNKNOWN, start + 13 * DAY + number * MINUTE, _USED)


def shared_key(maker: Maker, start: int) -> Iterator[Record]:
    """30 calls each of two services with one key."""
    for number in range(60):
        service = "web" if number % 2 else "jobs"
        yield maker.record(_SHARED, start + 14 * DAY + number * MINUTE, _USED, service=service)


def secrets(maker: Maker, start: int) -> Iterator[Record]:
    """Three calls with keys in their prompts."""
    for number in range(3):
        yield maker.record(_LEAKY, start + 15 * DAY + number * MINUTE, _USED, facts={IN_PROMPT: ["aws-access-key-id"]})
