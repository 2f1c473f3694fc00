"""Prompts that begin alike and are read anew: the part where they begin to differ, and what a stable beginning saves.

Providers keep the beginning of a prompt from 1,024 tokens on for some minutes, and take a part of the price for it:
developers.openai.com/api/docs/guides/prompt-caching, platform.claude.com/docs/en/build-with-claude/prompt-caching
(checked 2026-11-24). How many tokens a part has is told by its share of the bytes.
"""

from collections import Counter
from collections.abc import Iterator

from keeptabs.audit.prices import Prices
from keeptabs.audit.rule import Confidence, Finding, Rule
from keeptabs.audit.said import at_place, some_unknown
from keeptabs.audit.tally import Place, Recent, Table, Tally, counted, place_of, share
from keeptabs.core.call import Call
from keeptabs.core.digest import PARTS, Digest
from keeptabs.store.record import Record

_KEPT = 300 * 1_000_000_000  # nanoseconds for which a provider keeps a beginning at least
_LEAST = 1_024  # tokens
_ENOUGH = 0.8  # of what was seen before, that came from the cache
_MOST = 200_000  # beginnings that are remembered
_ALIKE = 0.05  # by how much the size of a part may differ that says the same in other words
_FEWEST = 20  # calls
_OFTEN = 0.2  # of the calls of a place


class _Calls:
    """What is known of a place."""

    def __init__(self) -> None:
        self.calls = 0
        self.missed, self.changed = Tally(), Tally()
        self.last: tuple[int, Digest] | None = None
        self.parts: Counter[str] = Counter()  # where beginnings differ


class _Watch:
    def __init__(self, prices: Prices) -> None:
        self._prices = prices
        self._seen: Recent[str, int] = Recent(_MOST)
        self._places: Table[Place, _Calls] = Table(_Calls)

    def see(self, record: Record) -> None:
        call, digest = record.call, record.call.digest
        if not digest.prefixes or not digest.length or not call.outcome.is_answer or call.cached is not None:
            return
        read = (call.usage.input or 0) if call.usage else 0
        if read < _LEAST:
            return
        place, at = self._places.at(place_of(record)), call.timing.started_at
        place.calls += 1
        self._judge(place, record, self._known(digest, at), read)
        for prefix in digest.prefixes:
            self._seen.put(prefix, at)
        place.last = (at, digest)

    def _known(self, digest: Digest, at: int) -> int:
        """How many parts of the beginning were sent within the last minutes."""
        for known, prefix in enumerate(digest.prefixes):
            before = self._seen.get(prefix)
            if before is None or at - before > _KEPT:
                return known
        return len(digest.prefixes)

    def _judge(self, place: _Calls, record: Record, known: int, read: int) -> None:
        call, digest = record.call, record.call.digest
        shared = read * digest.ends[known - 1] // digest.length if known else 0
        cached = (call.usage.sum("cache_read") or 0) if call.usage else 0
        if shared >= _LEAST and cached < shared * _ENOUGH:
            place.missed.add(record, self._prices.saved_by_cache(call, shared - cached))
        elif _is_reworded(place.last, call, known):
            stable = read * digest.ends[known] // digest.length
            if stable >= _LEAST and cached < stable * _ENOUGH:
                place.changed.add(record, self._prices.saved_by_cache(call, stable - cached))
                place.parts[f"{known + 1}: {PARTS[digest.parts[known]]}"] += 1

    def findings(self) -> Iterator[Finding]:
        for place, calls in self._places.items():
            for tally, say in ((calls.missed, _missed), (calls.changed, _changed)):
                if tally.calls >= _FEWEST and tally.calls >= calls.calls * _OFTEN:
                    yield say(place, calls)


def _is_reworded(last: tuple[int, Digest] | None, call: Call, known: int) -> bool:
    """True where tools or system say something else than a moment ago, at about the same length."""
    digest = call.digest
    if last is None or call.timing.started_at - last[0] > _KEPT or known >= len(digest.prefixes):
        return False
    before = last[1]
    if digest.parts[known] not in "ts" or before.parts[: known + 1] != digest.parts[: known + 1]:
        return False
    return abs(before.ends[known] - digest.ends[known]) <= digest.ends[known] * _ALIKE


def _missed(place: Place, calls: _Calls) -> Finding:
    tally = calls.missed
    return at_place(
        RULE.id,
        place,
        tally,
        title=f"{place} sends the same beginning again, and it is not read from the cache",
        evidence=f"{tally.calls:,} of {counted(calls.calls, 'call')} ({share(tally.calls, calls.calls)}) begin as one"
        f" did within 5 minutes, and were billed in full{some_unknown(tally)}",
        usd=tally.known_gain,
        confidence=(Confidence.MEDIUM, "tokens of the beginning are told by its share of the bytes"),
        change=(
            "Where the provider asks for it, mark the end of what stays the same (cache_control, cachePoint).",
            "Elsewhere send these calls with one prompt_cache_key, so that they meet the same cache.",
        ),
    )


def _changed(place: Place, calls: _Calls) -> Finding:
    tally = calls.changed
    part, times = calls.parts.most_common(1)[0]
    number, _, name = part.partition(": ")
    return at_place(
        RULE.id,
        place,
        tally,
        title=f"{place} begins with something else each time: {name} (part {number})",
        evidence=f"{tally.calls:,} of {counted(calls.calls, 'call')} differ early from the one before,"
        f" {times:,} of them in part {number}, {name}, which is as long as it was{some_unknown(tally)}",
        usd=tally.known_gain,
        confidence=(Confidence.MEDIUM, "that a part of equal size says nearly the same is a guess: look at it"),
        change=(f"Move what changes (a date, an id, a name) out of {name}, behind all that stays the same.",),
        columns=("first part that differs", "calls"),
        rows=tuple(calls.parts.most_common(5)),
    )


RULE = Rule(
    id="prompt_cache",
    title="Prompt cache missed",
    looks_at="hashes of how prompts begin, message by message, and the tokens that came from the provider's cache",
    watch=_Watch,
)
