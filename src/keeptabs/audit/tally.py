"""What rules count with: where calls come from, sums over them, and tables that cannot grow without end."""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from decimal import Context, Decimal
from functools import lru_cache
from typing import Generic, TypeVar

import msgspec

from keeptabs.core.exchange import CallSite
from keeptabs.store.record import Record

K = TypeVar("K")
V = TypeVar("V")
MOST_PLACES = 5_000  # places that are told apart
_EXAMPLES = 3
EXACT = Context(prec=60, traps=[])  # sums of money lose nothing in it


class Place(msgspec.Struct, frozen=True):
    """Where calls come from, and whom they ask."""

    service: str
    site: str  # file:line, or empty
    function: str
    provider: str
    model: str

    def __str__(self) -> str:
        """As it is said in a sentence."""
        at = self.site or self.service
        return f"{self.model} at {at}" if at else self.model


def place_of(record: Record) -> Place:
    """The place of a call; the model is the one that was asked for, since that is what code says."""
    call = record.call
    return _place(record.service, call.site, call.provider, call.request.model or call.model)


@lru_cache(maxsize=MOST_PLACES)
def _place(service: str, site: CallSite | None, provider: str, model: str) -> Place:
    at, function = (f"{site.file}:{site.line}", site.function) if site else ("", "")
    return Place(service=service, site=at, function=function, provider=provider, model=model)


class Tally:
    """Sums over calls; amounts in USD. ``unknown`` counts calls whose amount is not known."""

    __slots__ = ("calls", "first", "gain", "traces", "unknown", "usd")

    def __init__(self) -> None:
        self.calls = self.unknown = self.first = 0
        self.usd = self.gain = Decimal(0)
        self.traces: list[str] = []

    def add(self, record: Record, gain: Decimal | None = None) -> None:
        """Count a call, with what it would have saved."""
        self.calls += 1
        self.first = self.first or record.call.timing.started_at
        usd = record.call.cost.usd
        self.usd = EXACT.add(self.usd, usd or Decimal(0))
        if gain is None:
            self.unknown += 1
        else:
            self.gain = EXACT.add(self.gain, gain)
        if len(self.traces) < _EXAMPLES:
            self.traces.append(record.identity.trace_id)

    @property
    def known_gain(self) -> Decimal | None:
        """The sum of what was saved; None where nothing is known of any call."""
        return None if self.unknown == self.calls else self.gain


class Table(Generic[K, V]):
    """Values by key, made when they are first asked for; past ``most`` keys, further ones are passed over."""

    def __init__(self, make: Callable[[], V], most: int = MOST_PLACES) -> None:
        self._make, self._most = make, most
        self._held: dict[K, V] = {}

    def at(self, key: K) -> V:
        """The value of a key."""
        found = self._held.get(key)
        if found is None:
            found = self._make()
            if len(self._held) < self._most:
                self._held[key] = found
        return found

    def items(self) -> Iterator[tuple[K, V]]:
        """All keys with their values, as they came."""
        return iter(self._held.items())


class Recent(Generic[K, V]):
    """The ``most`` values that were put last, by key."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._held: OrderedDict[K, V] = OrderedDict()

    def get(self, key: K) -> V | None:
        """The value of a key, if it is still held."""
        return self._held.get(key)

    def put(self, key: K, value: V) -> None:
        """Hold a value; the one that was put longest ago makes room."""
        self._held[key] = value
        self._held.move_to_end(key)
        if len(self._held) > self._most:
            self._held.popitem(last=False)


def share(part: float, whole: float) -> str:
    """A share in whole per cent."""
    return f"{100 * part / whole:.0f} %" if whole else "0 %"


def counted(number: int, one: str) -> str:
    """A count with its noun."""
    return f"{number:,} {one}{'' if number == 1 else 's'}"
