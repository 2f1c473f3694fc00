"""Rate limits as gauges: by provider, account and model, what is left and when it is used up at this rate.

The gauges are observed: a call only changes its buckets, and what they say is read when metrics are collected.
"""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Any

from keeptabs.core.call import Call
from keeptabs.core.headroom import Bucket, observe

_MOST = 512  # buckets that are followed; past it the one that was seen least lately is forgotten

_FRESH = 300 * 1_000_000_000  # nanoseconds: limits are per minute, so what was told longer ago holds no more

_DAY = 86_400.0  # seconds


def _empty_in(bucket: Bucket) -> float:
    return _DAY if bucket.empty_in is None else min(bucket.empty_in, _DAY)


GAUGES: dict[str, tuple[str, Callable[[Bucket], float]]] = {
    "keeptabs.rate_limit.limit": ("1", lambda bucket: bucket.limit),
    "keeptabs.rate_limit.remaining": ("1", lambda bucket: bucket.remaining),
    "keeptabs.rate_limit.headroom": ("1", lambda bucket: bucket.headroom),
    # At most a day, which also stands for never: a gauge has a number at each collection.
    "keeptabs.rate_limit.empty_in": ("s", _empty_in),
}
KINDS = ("requests", "tokens")


class Limits:
    """Follows the buckets that the answers of this process tell of; read by any thread."""

    def __init__(self) -> None:
        self._buckets: OrderedDict[tuple[str, ...], Bucket] = OrderedDict()
        self._lock = Lock()

    def follow(self, call: Call) -> None:
        """Take in what a call tells of its buckets."""
        said = call.rate_limit
        if said is None:
            return
        at = call.timing.started_at + call.timing.duration
        for kind in KINDS:
            key = (call.provider, call.account.key or "", call.request.model or call.model, kind)
            bucket = observe(
                self._buckets.get(key),
                limit=getattr(said, f"limit_{kind}"),
                remaining=getattr(said, f"remaining_{kind}"),
                reset=getattr(said, f"reset_{kind}"),
                at=at,
            )
            if bucket is not None:
                with self._lock:
                    self._keep(key, bucket)

    def read(self, now: int) -> list[tuple[dict[str, Any], Bucket]]:
        """The buckets that were told of lately, with the attributes of their gauges; ``now`` in nanoseconds.

        The one that was seen last stands at the end.
        """
        with self._lock:
            found = list(self._buckets.items())
        return [(_attributes(key), bucket) for key, bucket in found if now - bucket.at < _FRESH]

    def _keep(self, key: tuple[str, ...], bucket: Bucket) -> None:
        self._buckets[key] = bucket
        self._buckets.move_to_end(key)
        if len(self._buckets) > _MOST:
            self._buckets.popitem(last=False)


def _attributes(key: tuple[str, ...]) -> dict[str, Any]:
    provider, account, model, kind = key
    found = {
        "gen_ai.provider.name": provider,
        "gen_ai.request.model": model,
        "keeptabs.account.key": account,
        "keeptabs.rate_limit.kind": kind,
    }
    return {name: value for name, value in found.items() if value}
