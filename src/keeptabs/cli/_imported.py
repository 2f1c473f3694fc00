"""What ``keeptabs import`` makes of a measured call: a JSON object, a row of the ledger, a number in the summary."""

import os
import time
from collections import Counter
from decimal import Decimal
from hashlib import blake2b
from pathlib import Path
from typing import Any

import msgspec

from keeptabs.core.call import Call, Identity, is_gap
from keeptabs.core.usage import Unit, Usage
from keeptabs.recordings.read import digest
from keeptabs.runtime.guard import Guard
from keeptabs.runtime.salt import salt
from keeptabs.store.known import Known, append, known_calls, known_spans, own, whole_from
from keeptabs.store.record import TAP, Record
from keeptabs.store.writer import Process
from keeptabs.version import __version__

_BATCH = 1_000  # calls in one transaction


class Found(msgspec.Struct, frozen=True):
    """A call, and the entry that it was found in; ``record`` where that is an export's, which holds all of it."""

    path: Path
    index: int
    call: Call
    record: Record | None = None


def json_object(found: Found) -> dict[str, Any]:
    """The facts of a call. Totals are those of OpenTelemetry; None is what was not on the wire."""
    call, outcome = found.call, found.call.outcome
    return {
        "source": str(found.path),
        "index": found.index,
        "provider": call.provider,
        "operation": call.operation,
        "request_model": call.request.model,
        "response_model": call.response_model,
        "streamed": call.streamed,
        "status": outcome.status,
        "outcome": outcome.kind.value,
        "error_code": outcome.code,
        "usage": _usage(call.usage or Usage()),
        "cost": {"usd": call.cost.usd, "status": call.cost.status.value},
        "rate_limit": msgspec.structs.asdict(call.rate_limit) if call.rate_limit else None,
        "request_id": call.request_id,
    }


def _usage(usage: Usage) -> dict[str, int | Decimal | None]:
    images = usage.units.get(Unit.IMAGES)
    characters = usage.units.get(Unit.CHARACTERS)
    return {
        "input": usage.input,
        "output": usage.output,
        "cache_read": usage.sum("cache_read"),
        "cache_write": usage.sum("cache_write"),
        "reasoning": usage.sum("output.reasoning"),
        "input_audio": usage.sum("input.audio", "cache_read.audio"),
        "output_audio": usage.sum("output.audio"),
        "input_image": usage.sum("input.image", "cache_read.image"),
        "output_image": usage.sum("output.image"),
        "seconds": usage.units.get(Unit.SECONDS),
        "characters": None if characters is None else int(characters),
        "images": None if images is None else int(images),
        "searches": usage.units.get(Unit.RERANK_SEARCHES),
        "pages": usage.units.get(Unit.PAGES),
    }


class Tally:
    """Counts what was found, for the summary."""

    def __init__(self) -> None:
        self.files = self.calls = self.passed_over = self.unpriced = 0
        self.nano_usd: int | None = None
        self.failures: Counter[str] = Counter()
        self.damage: dict[Path, list[str]] = {}

    def add(self, call: Call) -> None:
        """Count a call."""
        self.calls += 1
        self.unpriced += is_gap(call, call.cost)
        if call.cost.nano_usd is not None:
            self.nano_usd = (self.nano_usd or 0) + call.cost.nano_usd
        if not call.outcome.is_answer:
            self.failures[call.outcome.code or call.outcome.kind.value] += 1

    def damaged(self, path: Path, index: int, reason: str) -> None:
        """Count an entry that could not be read."""
        self.damage.setdefault(path, []).append(f"entry {index}: {reason}")


class Intake:
    """Takes calls into a ledger, each once: its ids are made of what its file holds and of its place in it."""

    def __init__(self, ledger: Path) -> None:
        self.new = self.pruned = 0
        self._from = whole_from(ledger)
        self._ledger = ledger
        self._waiting: list[Record] = []
        self._restored: dict[Known, Record] = {}
        self._digests: dict[Path, bytes] = {}
        self._guard = Guard(lambda: salt(ledger))
        self._process = Process(
            pid=os.getpid(),
            started_at=time.time_ns(),
            service="import",
            command="keeptabs import",
            version=__version__,
            clients="{}",
            spans="none",
        )

    def take(self, found: Found) -> None:
        """Take a call; it is written with the next batch. Raises StoreError.

        One from an hour whose calls were pruned is only counted: its sums may be in the ledger already.
        """
        if found.call.timing.started_at < self._from:
            self.pruned += 1
            return
        if found.record is not None:
            clean = self._guard.clean(found.call)
            self._restored[own(found.record)] = msgspec.structs.replace(found.record, call=clean)
        elif found.path not in self._digests:
            self.write()  # the next file may hold the same as this one
            self._digests[found.path] = digest(found.path)
        if found.record is None:
            identity = _identity(self._digests[found.path], found.index)
            self._waiting.append(Record(call=self._guard.clean(found.call), identity=identity, service="import"))
        if len(self._waiting) + len(self._restored) >= _BATCH:
            self.write()

    def write(self) -> None:
        """Write what waits and is not in the ledger yet. Raises StoreError."""
        waiting, self._waiting = self._waiting, []
        restored, self._restored = self._restored, {}
        if waiting:
            known = known_spans(self._ledger, [record.identity.trace_id for record in waiting])
            self._append([record for record in waiting if record.identity.span_id not in known])
        if restored:
            there = known_calls(self._ledger, [record.identity.trace_id for record in restored.values()])
            new = {key: record for key, record in restored.items() if key not in there}
            self._append(list(new.values()))
            self._take_back([record for record in new.values() if record.source != TAP])

    def _take_back(self, told: list[Record]) -> None:
        """What spans told, and the ledger has from elsewhere by other ids, is not new."""
        if told:
            there = known_calls(self._ledger, [record.identity.trace_id for record in told])
            self.new -= sum(own(record) not in there for record in told)

    def _append(self, new: list[Record]) -> None:
        append(self._ledger, new, self._process)
        self.new += len(new)


def _identity(file: bytes, index: int) -> Identity:
    place = file + index.to_bytes(8, "big")
    span_id = blake2b(place, digest_size=8).hexdigest()
    return Identity(trace_id=blake2b(place, digest_size=16).hexdigest(), span_id=span_id, operation_id=span_id)
