"""Calls as they could have been: made up from a kind and a few numbers, and priced as real ones are."""

from decimal import Decimal
from random import Random
from typing import Any

import msgspec

from keeptabs.charges import charged
from keeptabs.core.call import Call, Identity
from keeptabs.core.cost import Cost, CostStatus
from keeptabs.core.dialect import Asked
from keeptabs.core.digest import Digest
from keeptabs.core.exchange import Account, CallSite, Timing
from keeptabs.core.outcome import Outcome, OutcomeKind
from keeptabs.core.usage import Bucket, Unit, Usage
from keeptabs.pricing.book import Book
from keeptabs.store.record import Record

SECOND = 1_000_000_000
MINUTE, HOUR, DAY = 60 * SECOND, 3_600 * SECOND, 86_400 * SECOND
START = 1_792_886_400 * SECOND  # 2026-10-25, 00:00 UTC
DAYS = 30
BYTES_A_TOKEN = 4

OK = Outcome(kind=OutcomeKind.OK, status=200)
LIMITED = Outcome(kind=OutcomeKind.RATE_LIMITED, status=429, error_type="rate_limit_exceeded")
OVERLOADED = Outcome(kind=OutcomeKind.OVERLOADED, status=503, error_type="503")
INVALID = Outcome(kind=OutcomeKind.BAD_REQUEST, status=400, error_type="invalid_request_error")
CANCELLED = Outcome(kind=OutcomeKind.CANCELLED, status=200)
BROKEN_OFF = Outcome(kind=OutcomeKind.TRUNCATED, status=200, error_type="truncated")

_NO_USAGE = Cost(status=CostStatus.NO_USAGE, why="the answer reported no usage")


class Kind(msgspec.Struct, frozen=True, kw_only=True):
    """What calls of a kind have in common. ``route`` is that of the server span above, where a person waits."""

    service: str
    model: str
    site: CallSite
    provider: str = "openai"
    server: str = "api.openai.com"
    path: str = "/v1/chat/completions"
    api: str = "chat_completions"
    operation: str = "chat"
    route: str | None = None
    streamed: bool = False
    settings: dict[str, Any] = {}
    key: str = "4f1c2a9b07"


class Used(msgspec.Struct, frozen=True, kw_only=True):
    """What a call used, in tokens; ``input`` is without what came from the cache."""

    input: int = 0
    cached: int = 0
    output: int = 0
    reasoning: int = 0
    seconds: int = 0

    @property
    def usage(self) -> Usage:
        """As the meter has it; what is 0 was not said."""
        counts = {
            Bucket.INPUT_TEXT: self.input,
            Bucket.CACHE_READ_TEXT: self.cached,
            Bucket.OUTPUT_TEXT: self.output,
            Bucket.OUTPUT_REASONING: self.reasoning,
        }
        units = {Unit.SECONDS: Decimal(self.seconds)} if self.seconds else {}
        return Usage(tokens={bucket: count for bucket, count in counts.items() if count}, units=units)


class Maker:
    """Makes records from a seed: the same ones each time, in the same order."""

    def __init__(self, seed: int | str) -> None:
        self.random = Random(seed)  # noqa: S311 - nothing here is a secret
        self._book = Book()

    def hash(self) -> str:
        """The hash of something that was asked only once."""
        return f"{self.random.getrandbits(64):016x}"

    def record(
        self,
        kind: Kind,
        at: int,
        used: Used | None = None,
        *,
        identity: dict[str, Any] | None = None,
        service: str | None = None,
        **fields: Any,
    ) -> Record:
        """A call of a kind at a time (nanoseconds since the epoch); its members and those of its identity by name."""
        call = self._call(kind, at, used, fields)
        if used is not None:
            call = msgspec.structs.replace(call, cost=charged(call, self._book))
        return Record(call=call, identity=self._identity(kind, identity or {}), service=service or kind.service)

    def _identity(self, kind: Kind, given: dict[str, Any]) -> Identity:
        span = f"{self.random.getrandbits(64):016x}"
        made = {"trace_id": f"{self.random.getrandbits(128):032x}", "span_id": span, "operation_id": span}
        return Identity(**{**made, "route": kind.route, "parent_name": kind.route, **given})

    def _call(self, kind: Kind, at: int, used: Used | None, fields: dict[str, Any]) -> Call:
        output = used.output if used else 0
        duration = fields.pop("duration", None) or int((0.4 + output / 90) * SECOND * self.random.uniform(0.8, 1.4))
        timing = Timing(
            started_at=at,
            duration=duration,
            first_chunk=duration // 5 if kind.streamed else None,
            chunks=output if kind.streamed else 0,
        )
        made: dict[str, Any] = {
            "provider": kind.provider,
            "operation": kind.operation,
            "api": kind.api,
            "server": kind.server,
            "port": 443,
            "path": kind.path,
            "client": "httpx",
            "sdk": None,
            "request": Asked(model=kind.model, stream=kind.streamed, settings=kind.settings),
            "response_model": kind.model if used else None,
            "response_id": f"resp_{self.hash()}",
            "request_id": f"req_{self.hash()}",
            "service_tier": "default" if kind.provider == "openai" else None,
            "system_fingerprint": None,
            "finish_reasons": ("stop",) if used else (),
            "streamed": kind.streamed,
            "timing": timing,
            "usage": used.usage if used else None,
            "cost": _NO_USAGE,
            "outcome": OK,
            "rate_limit": None,
            "resend_count": 0,
            "site": kind.site,
            "tags": {},
            "gaps": (),
            "account": Account(key=kind.key),
            "digest": Digest(body=self.hash()),
        }
        return Call(**{**made, **fields})


def prompt(whole: str, *parts: tuple[str, str, int]) -> Digest:
    """The digest of a prompt whose parts are given by letter, hash of all up to their end, and tokens."""
    ends: list[int] = []
    for _, _, tokens in parts:
        ends.append((ends[-1] if ends else 0) + tokens * BYTES_A_TOKEN)
    return Digest(
        body=whole,
        parts="".join(letter for letter, _, _ in parts),
        prefixes=tuple(found for _, found, _ in parts),
        ends=tuple(ends),
        length=ends[-1],
        size=ends[-1],
    )
