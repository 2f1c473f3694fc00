"""What was used, in disjoint buckets: no token stands in two of them, so no token is ever billed twice."""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from functools import cache

import msgspec


class Bucket(StrEnum):
    """The disjoint token buckets. ``INPUT_TEXT`` and ``OUTPUT_TEXT`` hold what no finer count claims."""

    INPUT_TEXT = "input.text"
    INPUT_AUDIO = "input.audio"
    INPUT_IMAGE = "input.image"
    INPUT_VIDEO = "input.video"
    INPUT_TOOL = "input.tool"  # what a hosted tool put into the prompt
    CACHE_READ_TEXT = "cache_read.text"
    CACHE_READ_AUDIO = "cache_read.audio"
    CACHE_READ_IMAGE = "cache_read.image"
    CACHE_READ_VIDEO = "cache_read.video"
    CACHE_WRITE = "cache_write"
    CACHE_WRITE_5M = "cache_write.5m"
    CACHE_WRITE_30M = "cache_write.30m"
    CACHE_WRITE_1H = "cache_write.1h"
    CACHE_WRITE_12H = "cache_write.12h"
    OUTPUT_TEXT = "output.text"
    OUTPUT_AUDIO = "output.audio"
    OUTPUT_IMAGE = "output.image"
    OUTPUT_VIDEO = "output.video"
    OUTPUT_REASONING = "output.reasoning"

    @property
    def is_output(self) -> bool:
        """True for the buckets that add up to the output total."""
        return self.startswith("output")


class Unit(StrEnum):
    """What is billed but is no token. Seconds and read units may be fractions; the rest are whole."""

    REQUESTS = "requests"
    SECONDS = "seconds"
    CHARACTERS = "characters"
    IMAGES = "images"
    WEB_SEARCHES = "web_searches"
    WEB_SEARCHES_PREVIEW = "web_searches_preview"  # by OpenAI's older tool, which has prices of its own
    FILE_SEARCHES = "file_searches"
    CONTAINERS = "containers"  # new ones, for code that a hosted tool runs
    RERANK_SEARCHES = "rerank_searches"
    PAGES = "pages"
    ANNOTATED_PAGES = "annotated_pages"  # that a model describes too; they are not among the others
    PIXELS = "pixels"
    READ_UNITS = "read_units"
    TOOL_IMAGES = "tool_images"  # that a hosted tool made, at the rates of another model


class Aside(msgspec.Struct, frozen=True, kw_only=True):
    """What another model used for a call, billed at that model's rates."""

    model: str
    tokens: Mapping[Bucket, int]


class Usage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Tokens by bucket and other units by kind.

    A bucket that is absent was not said on the wire; a bucket that is 0 was said to be 0. The invariant is that the
    buckets sum to the provider's own totals: ``input`` includes what came from and went to a cache, ``output``
    includes reasoning, as OpenTelemetry defines them.
    """

    tokens: Mapping[Bucket, int] = {}
    units: Mapping[Unit, Decimal] = {}
    estimated: bool = False
    band: float = 0.0  # of an estimate: the share by which it may be off, either way
    reported_usd: Decimal | None = None  # the cost, where the provider tells it
    longest: int | None = None  # input tokens of the longest request, where the usages of several are added up
    asides: tuple[Aside, ...] = ()  # what is in no bucket
    shares: tuple[Aside, ...] = ()  # whose the buckets are, where they are billed by model instead of as one
    apart: str = ""  # what else is billed for it, and cannot be counted from here
    raw: str | None = None  # the provider's usage JSON, verbatim

    @property
    def input(self) -> int | None:
        """All input tokens, or None when the wire did not say."""
        return self.sum("input", "cache")

    @property
    def output(self) -> int | None:
        """All output tokens, or None when the wire did not say."""
        return self.sum("output")

    def sum(self, *prefixes: str) -> int | None:
        """The sum of the buckets whose name starts with one of ``prefixes``, or None when there is none."""
        wanted = _named(prefixes)
        found = [count for bucket, count in self.tokens.items() if bucket in wanted]
        return sum(found) if found else None


@cache
def _named(prefixes: tuple[str, ...]) -> frozenset[Bucket]:
    return frozenset(bucket for bucket in Bucket if bucket.startswith(prefixes))


def split(total: int, rest: Bucket, parts: Mapping[Bucket, int | None]) -> dict[Bucket, int]:
    """Divide ``total`` into disjoint buckets: the known ``parts`` and, in ``rest``, what none of them claims.

    Parts that were not said (None) stay absent. Where a provider's parts exceed its own total, the parts are cut, in
    order, to fit: the total is what is billed, so it is what must hold.
    """
    buckets: dict[Bucket, int] = {}
    left = max(total, 0)
    for bucket, count in parts.items():
        if count is None:
            continue
        taken = min(max(count, 0), left)
        buckets[bucket] = taken
        left -= taken
    return {rest: left, **buckets}
