"""Random ledgers for the properties of pages: few names, so that calls share them, and every kind of cost."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
from hypothesis import strategies as st

from keeptabs.core.call import Call, Identity
from keeptabs.core.cost import Cost, CostStatus
from keeptabs.core.dialect import Asked
from keeptabs.core.exchange import Account, CallSite, Timing
from keeptabs.core.limits import RateLimit
from keeptabs.core.outcome import Outcome, OutcomeKind
from keeptabs.core.usage import Bucket, Usage
from keeptabs.store.database import Connection, open_writer, transaction
from keeptabs.store.known import append
from keeptabs.store.migrations import migrate
from keeptabs.store.record import Columns, Record, row
from keeptabs.store.writer import Process

SECOND = 1_000_000_000
HOUR = 3_600 * SECOND
NOW = 1_795_000_000 * SECOND + 1_234  # in the middle of an hour
PROCESS = Process(pid=1, started_at=5, service="desk", command="app.py", version="0", clients="{}", spans="off")
_NAMES = Columns.__struct_fields__
_INSERT = f"INSERT INTO calls ({', '.join(_NAMES)}) VALUES ({', '.join('?' * len(_NAMES))}) ON CONFLICT DO NOTHING"

BASE = Call(
    provider="openai",
    operation="chat",
    api="chat_completions",
    server="api.openai.com",
    port=443,
    path="/v1/chat/completions",
    client="httpx",
    sdk=None,
    request=Asked(model="gpt-4o"),
    response_model="gpt-4o",
    response_id=None,
    request_id="req_1",
    service_tier=None,
    system_fingerprint=None,
    finish_reasons=("stop",),
    streamed=False,
    timing=Timing(started_at=NOW - HOUR, duration=SECOND),
    usage=Usage(tokens={Bucket.INPUT_TEXT: 60, Bucket.CACHE_READ_TEXT: 40, Bucket.OUTPUT_TEXT: 10}),
    cost=Cost(usd=Decimal("0.0003"), status=CostStatus.PRICED, book="a book"),
    outcome=Outcome(kind=OutcomeKind.OK, status=200),
    rate_limit=None,
    resend_count=0,
    site=CallSite("/app/answer.py", 88, "Answerer.reply"),
    tags={"feature": "answers"},
    gaps=(),
)

_costs = st.builds(
    Cost,
    usd=st.none() | st.decimals(0, 100, places=9),
    saved=st.none() | st.decimals(0, 10, places=9),
    status=st.sampled_from(CostStatus),
)
_outcomes = st.sampled_from(
    [
        Outcome(kind=OutcomeKind.OK, status=200),
        Outcome(kind=OutcomeKind.LENGTH, status=200),
        Outcome(kind=OutcomeKind.RATE_LIMITED, status=429, error_type="429"),
        Outcome(kind=OutcomeKind.SERVER_ERROR, status=500, error_type="500"),
        Outcome(kind=OutcomeKind.CANCELLED),
    ]
)
_kept = (Bucket.INPUT_TEXT, Bucket.CACHE_READ_TEXT, Bucket.CACHE_WRITE_5M, Bucket.OUTPUT_TEXT)
_usages = st.none() | st.builds(Usage, tokens=st.dictionaries(st.sampled_from(_kept), st.integers(0, 10**6)))
_count = st.none() | st.integers(0, 1_000)
_seconds = st.none() | st.floats(0, 60).map(lambda value: round(value, 3))
_limits = st.none() | st.builds(
    RateLimit,
    limit_requests=_count,
    remaining_requests=_count,
    reset_requests=_seconds,
    limit_tokens=_count,
    remaining_tokens=_count,
    reset_tokens=_seconds,
    retry_after=_seconds,
)
_timings = st.builds(
    Timing,
    # Within 60 days, so that a period of 28 has one before it; also on the edges of hours.
    started_at=st.integers(NOW - 60 * 24 * HOUR, NOW) | st.integers(0, 1_439).map(lambda n: (NOW // HOUR - n) * HOUR),
    duration=st.integers(0, 10**11),
    first_chunk=st.none() | st.integers(0, 10**10),
    longest_gap=st.integers(0, 10**10),
)
_calls = st.fixed_dictionaries(
    {
        "provider": st.sampled_from(["openai", "anthropic"]),
        "operation": st.sampled_from(["chat", "embeddings"]),
        "response_model": st.sampled_from(["gpt-4o", "o3", "sonnet", "a", "b", "c", "d"]),
        "cost": _costs,
        "outcome": _outcomes,
        "usage": _usages,
        "rate_limit": _limits,
        "streamed": st.booleans(),
        "cached": st.sampled_from([None, None, "local"]),
        "timing": _timings,
        "account": st.sampled_from([Account(), Account(key="aaaa1111"), Account(key="bbbb2222")]),
        "site": st.sampled_from([None, CallSite("/app/a.py", 1, "f"), CallSite("/app/a.py", 2, "g")]),
        "tags": st.sampled_from([{}, {"feature": "search"}, {"feature": "mail", "user": "u1"}, {"user": "u2"}]),
    }
)
_identities = st.fixed_dictionaries(
    {
        "trace": st.integers(0, 5),
        "parent": st.integers(0, 3),
        "operation": st.integers(0, 8),
        "attempt": st.integers(1, 3),
    }
)


def made(number: int, identity: dict[str, int] | None = None, service: str = "desk", **fields: Any) -> Record:
    """A record whose span is ``number``; the fields of its call by keyword."""
    ids = {"trace": number, "parent": 0, "operation": number, "attempt": 1, **(identity or {})}
    return Record(
        call=msgspec.structs.replace(BASE, **fields),
        identity=Identity(
            trace_id=f"{ids['trace']:032x}",
            span_id=f"{number + 100:016x}",
            parent_id=f"{ids['parent']:016x}" if ids["parent"] else None,
            operation_id=f"{ids['operation']:016x}",
            attempt=ids["attempt"],
        ),
        service=service,
    )


@st.composite
def ledgers(draw: st.DrawFn, most: int = 25) -> list[Record]:
    """The records of a ledger, all of them before ``NOW``."""
    drawn = draw(st.lists(st.tuples(_identities, st.sampled_from(["desk", "jobs"]), _calls), max_size=most))
    return [made(number, ids, service, **fields) for number, (ids, service, fields) in enumerate(drawn)]


@contextmanager
def memory(records: Sequence[Record]) -> Iterator[Connection]:
    """A ledger in memory, with rollups."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        migrate(db)
        with transaction(db):
            db.executemany(_INSERT, map(row, records))
        yield db


def filled(path: Path, records: Sequence[Record]) -> Path:
    """A ledger as a file, written as an app writes it; it is there without a record too."""
    open_writer(path).close()
    append(path, records, PROCESS)
    return path
