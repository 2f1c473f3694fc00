"""Attempts that were bound to fail, or came too soon, and what failed attempts have cost."""

from collections.abc import Iterator
from decimal import Decimal

import msgspec

from keeptabs.audit.prices import Prices
from keeptabs.audit.rule import Confidence, Finding, Rule
from keeptabs.audit.said import at_place
from keeptabs.audit.tally import Place, Recent, Table, Tally, counted, place_of
from keeptabs.core.outcome import OutcomeKind
from keeptabs.store.record import Record

_MOST = 50_000  # attempts that are remembered
_FEWEST = 5
_NO_PAUSE = 0.1  # seconds: who waits less does not wait
_SECOND = 1_000_000_000
_LATER = 600 * _SECOND  # within which the same request is a try again
_DOOMED = frozenset({
    OutcomeKind.BAD_REQUEST, OutcomeKind.CONTEXT_LENGTH, OutcomeKind.AUTH, OutcomeKind.PERMISSION,
    OutcomeKind.NOT_FOUND, OutcomeKind.QUOTA_EXHAUSTED,
})  # fmt: skip
_PASSING = frozenset({OutcomeKind.RATE_LIMITED, OutcomeKind.OVERLOADED, OutcomeKind.SERVER_ERROR})


class _Attempt(msgspec.Struct, frozen=True):
    """What is remembered of an attempt that failed."""

    ended_at: int
    kind: OutcomeKind
    retry_after: float | None
    usd: Decimal | None
    record: Record


class _Failures:
    """Attempts of a place, by what was wrong with them."""

    def __init__(self) -> None:
        self.paid, self.doomed, self.early, self.hasty = Tally(), Tally(), Tally(), Tally()


class _Watch:
    def __init__(self, prices: Prices) -> None:
        self._failed: Recent[str, _Attempt] = Recent(_MOST)
        self._places: Table[Place, _Failures] = Table(_Failures)

    def see(self, record: Record) -> None:
        call, operation = record.call, record.identity.operation_id
        before = self._failed.get(operation) if record.identity.attempt > 1 else self._alike(record)
        if before is not None:
            self._judge(self._places.at(place_of(record)), before, record)
        if call.outcome.is_answer or call.outcome.kind is OutcomeKind.CANCELLED:
            return
        limit = call.rate_limit
        ended = call.timing.started_at + call.timing.duration
        attempt = _Attempt(ended, call.outcome.kind, limit.retry_after if limit else None, call.cost.usd, record)
        self._failed.put(operation, attempt)
        if call.digest.body and call.outcome.kind in _DOOMED:
            self._failed.put(call.digest.body, attempt)

    def _alike(self, record: Record) -> _Attempt | None:
        """The same request that failed some minutes ago, where no attempt is told to follow another."""
        found = self._failed.get(record.call.digest.body)
        return found if found is not None and record.call.timing.started_at - found.ended_at < _LATER else None

    def _judge(self, place: _Failures, before: _Attempt, record: Record) -> None:
        waited = (record.call.timing.started_at - before.ended_at) / _SECOND
        usd = record.call.cost.usd or Decimal(0)
        if before.usd and record.identity.attempt > 1:
            place.paid.add(before.record, before.usd)
        if before.kind in _DOOMED and not record.call.outcome.is_answer:
            place.doomed.add(record, usd)
        elif before.retry_after is not None and waited < before.retry_after * 0.9:
            place.early.add(record, Decimal(0) if record.call.outcome.is_answer else usd)
        elif before.kind in _PASSING and waited < _NO_PAUSE:
            place.hasty.add(record, Decimal(0) if record.call.outcome.is_answer else usd)

    def findings(self) -> Iterator[Finding]:
        for place, failures in self._places.items():
            for name, (title, evidence, change) in _SAID.items():
                tally: Tally = getattr(failures, name)
                if tally.calls >= _FEWEST:
                    yield at_place(
                        RULE.id,
                        place,
                        tally,
                        title=f"{place} {title}",
                        evidence=f"{counted(tally.calls, 'attempt')} {evidence}",
                        usd=tally.known_gain,
                        confidence=(Confidence.HIGH, "counted, with what each attempt was billed"),
                        change=(change,),
                    )


_SAID = {
    "paid": (
        "pays for attempts that fail and are made again",
        "failed after the model had begun, were billed, and were repeated",
        "Find out what breaks them off: raise the client's read timeout, or ask for shorter answers.",
    ),
    "doomed": (
        "tries again what cannot succeed",
        "repeated a request that the provider had refused for what it is",
        "Retry on 408, 409, 429 and 5xx only; a 400, 401, 403 or 404 stays what it is.",
    ),
    "early": (
        "tries again before the provider allows it",
        "came before retry-after was over",
        "Wait as long as retry-after says.",
    ),
    "hasty": (
        "tries again at once",
        "came within 0.1 s of a failure",
        "Wait twice as long after each failure, with jitter: 0.5 s, 1 s, 2 s …",
    ),
}

RULE = Rule(
    id="retries",
    title="Retries that cannot help, and failures that are paid for",
    looks_at="attempts of one operation, how each ended, how long the next one waited, and what it cost",
    watch=_Watch,
)
