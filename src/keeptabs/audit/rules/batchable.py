"""Work that nobody waits for: long runs of calls, one after another, in a few hours, none streamed or under a request.

Batches cost half and are done within a day (developers.openai.com/api/docs/guides/batch,
platform.claude.com/docs/en/build-with-claude/batch-processing; checked 2026-11-24); what is saved is told by the rates
of the model itself.
"""

from collections.abc import Iterator

from keeptabs.audit.prices import Prices
from keeptabs.audit.rule import Confidence, Finding, Rule
from keeptabs.audit.said import at_place, some_unknown
from keeptabs.audit.tally import Place, Table, Tally, counted, place_of, share
from keeptabs.core.call import Call
from keeptabs.store.record import Record

_SECOND = 1_000_000_000
_PAUSE = 60 * _SECOND  # after which a run is over
_LONG = 50  # calls of a run
_MOSTLY = 0.9  # of the calls of a place stand in long runs
_FEW_HOURS = 0.25  # of the hours from the first to the last call
_MOST_HOURS = 10_000
_DONE_SO = frozenset({"flex", "batch"})  # tiers that cost less already
_BATCHED = frozenset({"chat", "generate_content", "text_completion", "embeddings"})


class _Runs:
    """The calls of a place, as runs without a long pause."""

    def __init__(self) -> None:
        self.all = Tally()
        self.interactive = self.in_runs = self.run = self.last = self.runs = 0
        self.hours: set[int] = set()

    def add(self, at: int) -> None:
        """Count a call into the run that it belongs to."""
        if at - self.last > _PAUSE:
            self.end()
        self.run += 1
        self.last = at
        if len(self.hours) < _MOST_HOURS:
            self.hours.add(at // (3_600 * _SECOND))

    def end(self) -> None:
        """A run is over."""
        if self.run >= _LONG:
            self.in_runs += self.run
            self.runs += 1
        self.run = 0

    @property
    def is_batch(self) -> bool:
        """True where all of it could be handed in at once."""
        span = max(self.hours) - min(self.hours) + 1 if self.hours else 0
        in_few = len(self.hours) <= max(span * _FEW_HOURS, 1)
        return not self.interactive and self.in_runs >= max(self.all.calls * _MOSTLY, _LONG) and in_few


class _Watch:
    def __init__(self, prices: Prices) -> None:
        self._prices = prices
        self._places: Table[Place, _Runs] = Table(_Runs)

    def see(self, record: Record) -> None:
        call = record.call
        if call.batch or call.service_tier in _DONE_SO or call.operation not in _BATCHED or not call.cost.usd:
            return
        place = self._places.at(place_of(record))
        if _is_waited_for(record, call):
            place.interactive += 1
            return
        place.add(call.timing.started_at)
        place.all.add(record, self._prices.saved(call, batch=True))

    def findings(self) -> Iterator[Finding]:
        for place, runs in self._places.items():
            runs.end()
            tally = runs.all
            if not runs.is_batch or tally.gain <= 0:
                continue
            yield at_place(
                RULE.id,
                place,
                tally,
                title=f"{place} does work that could be handed in as a batch",
                evidence=f"{share(runs.in_runs, tally.calls)} of {counted(tally.calls, 'call')} stand in"
                f" {counted(runs.runs, 'run')} of {_LONG} or more without a pause,"
                f" in {counted(len(runs.hours), 'hour')}; none is streamed, or made while a server's client waits"
                f"{some_unknown(tally)}",
                usd=tally.known_gain,
                confidence=(Confidence.MEDIUM, "that nobody waits for it is told by its pattern"),
                change=("Hand it in through the provider's batch API, or where there is one with service_tier flex.",),
            )


def _is_waited_for(record: Record, call: Call) -> bool:
    return call.streamed or record.identity.route is not None


RULE = Rule(
    id="batchable",
    title="Work that could be a batch",
    looks_at="runs of calls by place and hour, whether they are streamed, and what they stand under",
    watch=_Watch,
)
