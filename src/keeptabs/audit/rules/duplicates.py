"""Requests that were made before, word for word: what a cache of answers would have saved, by its TTL."""

from collections.abc import Iterator
from decimal import Decimal

from keeptabs.audit.prices import Prices
from keeptabs.audit.rule import Confidence, Finding, Rule
from keeptabs.audit.said import at_place
from keeptabs.audit.tally import EXACT, Place, Table, Tally, place_of, share
from keeptabs.core.call import Call
from keeptabs.core.outcome import OutcomeKind
from keeptabs.store.record import Record

_SECOND = 1_000_000_000
TTLS = ((60, "1 minute"), (300, "5 minutes"), (3_600, "1 hour"), (86_400, "1 day"), (604_800, "7 days"))
_SHOWN = 3  # of the TTLs: a day is what an amount is told for
_MOST = 200_000  # requests that are remembered
_FEWEST = 5  # repeats that are worth a word
# Embeddings have a rule of their own; of pictures each one is meant to be new; runs go on from what was said before.
_CACHEABLE = frozenset({"chat", "generate_content", "text_completion", "text_to_speech", "moderation", "rerank", "ocr"})
_TEMPERATURE = "gen_ai.request.temperature"


class _Repeats:
    """The calls of a place, and what each TTL would have saved of them."""

    def __init__(self) -> None:
        self.calls = self.sampled = 0
        self.hits = [0] * len(TTLS)
        self.saved = [Decimal(0)] * len(TTLS)
        self.repeated = Tally()


class _Watch:
    def __init__(self, prices: Prices) -> None:
        # For each request, when a cache of each TTL would have taken its answer in.
        self._taken: dict[str, list[int]] = {}
        self._places: Table[Place, _Repeats] = Table(_Repeats)

    def see(self, record: Record) -> None:
        call = record.call
        if not _is_cacheable(call):
            return
        place = self._places.at(place_of(record))
        place.calls += 1
        at, usd = call.timing.started_at, call.cost.usd
        taken = self._taken.pop(call.digest.body, None)
        if taken is None:
            taken = [at] * len(TTLS)
        else:
            self._again(place, record, taken, at, usd)
        self._taken[call.digest.body] = taken  # the newest stand last
        if len(self._taken) > _MOST:
            self._taken.pop(next(iter(self._taken)))

    def _again(self, place: _Repeats, record: Record, taken: list[int], at: int, usd: Decimal | None) -> None:
        for number, (ttl, _) in enumerate(TTLS):
            if at - taken[number] > ttl * _SECOND:
                taken[number] = at
                continue
            place.hits[number] += 1
            place.saved[number] = EXACT.add(place.saved[number], usd or Decimal(0))
            if number == _SHOWN:
                place.repeated.add(record, usd)
                place.sampled += record.call.request.settings.get(_TEMPERATURE) != 0

    def findings(self) -> Iterator[Finding]:
        for place, repeats in self._places.items():
            if repeats.repeated.calls >= _FEWEST:
                yield _finding(place, repeats)


def _is_cacheable(call: Call) -> bool:
    """True for an answer that came from the provider, whole, and hangs on nothing but the request."""
    whole = call.outcome.kind is OutcomeKind.OK and call.cached is None
    return bool(call.digest.body) and whole and call.operation in _CACHEABLE


def _finding(place: Place, repeats: _Repeats) -> Finding:
    tally = repeats.repeated
    ttl = TTLS[_SHOWN][1]
    confidence = (Confidence.HIGH, "asked word for word before, at temperature 0")
    if repeats.sampled:
        confidence = (
            Confidence.MEDIUM,
            "asked word for word before; a cache repeats an answer that is drawn anew",
        )
    return at_place(
        RULE.id,
        place,
        tally,
        title=f"{place} asks again what it was told within {ttl}",
        evidence=f"{tally.calls:,} of {repeats.calls:,} calls ({share(tally.calls, repeats.calls)}) are repeats",
        usd=tally.known_gain,
        confidence=confidence,
        change=(f"Keep answers under a hash of their request for {ttl}, in {place.function or place.service}.",),
        columns=("TTL", "repeats", "saved"),
        rows=tuple(
            (name, hits, saved) for (_, name), hits, saved in zip(TTLS, repeats.hits, repeats.saved, strict=True)
        ),
    )


RULE = Rule(
    id="duplicates",
    title="The same request again",
    looks_at="hashes of whole requests, by place in the code, and the time between two that are alike",
    watch=_Watch,
)
