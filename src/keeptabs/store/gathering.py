"""Spans that wait until it is known whether their trace holds a call. Bounded in number and time."""

from collections import OrderedDict
from collections.abc import Iterable
from typing import Generic, TypeVar

T = TypeVar("T")

MOST_SPANS = 5_000
SECONDS = 60.0  # that a trace waits for its first call


class Gathering(Generic[T]):
    """Holds spans by trace, the oldest trace first. Times are seconds of any clock that does not go back."""

    def __init__(self, most: int = MOST_SPANS, seconds: float = SECONDS) -> None:
        self._most, self._seconds = most, seconds
        self._waiting: OrderedDict[str, tuple[float, list[T]]] = OrderedDict()
        self._count = 0

    @property
    def traces(self) -> list[str]:
        """The traces of which spans wait."""
        return list(self._waiting)

    def add(self, trace_id: str, span: T, now: float) -> None:
        """Hold a span. Past what can be held the trace that waited longest is forgotten."""
        _, spans = self._waiting.setdefault(trace_id, (now, []))
        spans.append(span)
        self._count += 1
        while self._count > self._most:
            self._forget()

    def take(self, traces: Iterable[str]) -> list[T]:
        """The spans of these traces, which need not wait any more."""
        taken = [spans for trace_id in traces for _, spans in [self._waiting.pop(trace_id, (0.0, []))]]
        self._count -= sum(map(len, taken))
        return [span for spans in taken for span in spans]

    def expire(self, now: float) -> None:
        """Forget the traces that have waited long enough: they hold no call."""
        while self._waiting and next(iter(self._waiting.values()))[0] <= now - self._seconds:
            self._forget()

    def _forget(self) -> None:
        _, (_, spans) = self._waiting.popitem(last=False)
        self._count -= len(spans)
