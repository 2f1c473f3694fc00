"""Token counts as Bedrock tells them: the input without what came from and went to a cache."""

from collections.abc import Mapping
from typing import Any

import msgspec

from keeptabs.core.exchange import Headers
from keeptabs.core.limits import count
from keeptabs.core.usage import Bucket, Usage, split

_TTL = {"5m": Bucket.CACHE_WRITE_5M, "1h": Bucket.CACHE_WRITE_1H}


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """Counts of one answer, or of one event of it; None is what was not said."""

    input: int | None = None
    output: int | None = None
    cache_read: int | None = None
    cache_write: int | None = None
    by_ttl: Mapping[str, int] = {}  # how long a part of ``cache_write`` is kept

    def over(self, older: "Counts") -> "Counts":
        """These counts, and where they say nothing the older ones."""
        said = {name: value for name, value in msgspec.structs.asdict(self).items() if value not in (None, {})}
        return msgspec.structs.replace(older, **said)

    def usage(self, raw: bytes | None = None) -> Usage | None:
        """The counts as buckets; None where nothing was said."""
        plain: dict[Bucket, int | None] = {
            Bucket.INPUT_TEXT: self.input,
            Bucket.CACHE_READ_TEXT: self.cache_read,
            Bucket.OUTPUT_TEXT: self.output,
        }
        tokens = {bucket: max(n, 0) for bucket, n in plain.items() if n is not None} | self._writes()
        return Usage(tokens=tokens, raw=raw.decode("utf-8", "replace") if raw else None) if tokens else None

    def _writes(self) -> dict[Bucket, int]:
        if self.cache_write is None:
            return {}
        parts: dict[Bucket, int | None] = {_TTL[ttl]: n for ttl, n in self.by_ttl.items() if ttl in _TTL}
        found = split(self.cache_write, Bucket.CACHE_WRITE, parts)
        return {bucket: n for bucket, n in found.items() if n or not parts or bucket in parts}


def in_headers(headers: Headers) -> Counts:
    """The counts in the headers of an answer of InvokeModel, for models whose bodies tell none."""
    said: dict[str, Any] = {
        field: count(headers.get(f"x-amzn-bedrock-{name}-token-count"))
        for field, name in (
            ("input", "input"),
            ("output", "output"),
            ("cache_read", "cache-read-input"),
            ("cache_write", "cache-write-input"),
        )
    }
    return Counts(**said)


def seconds(milliseconds: float | None) -> dict[str, float]:
    """The time that Bedrock says it took, as a fact in seconds."""
    return {} if milliseconds is None else {"keeptabs.server.duration": milliseconds / 1000}
