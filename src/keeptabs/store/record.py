"""A call with its identity, as one row of the ledger and back."""

from typing import Any

import msgspec

from keeptabs.core.call import Call, Identity
from keeptabs.core.cost import brief
from keeptabs.core.usage import Usage

_TOO_LARGE = 2**63


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """What the ledger keeps of a call."""

    call: Call
    identity: Identity
    service: str = ""


class Columns(msgspec.Struct, frozen=True, kw_only=True):
    """The columns of the table ``calls``; what they hold is said in the schema."""

    started_at: int
    duration: int
    first_chunk: int | None
    provider: str
    operation: str
    model: str
    server: str
    streamed: bool
    outcome: str
    status: int | None
    error_type: str | None
    request_id: str | None
    input: int | None
    output: int | None
    cache_read: int | None
    cache_write: int | None
    reasoning: int | None
    cost: int | None
    cost_status: str
    site_file: str | None
    site_line: int | None
    site_function: str | None
    service: str
    trace_id: str
    span_id: str
    parent_id: str | None
    parent_name: str | None
    operation_id: str
    attempt: int
    tags: str
    detail: str
    account: str | None
    user: str | None
    route: str | None
    cached: bool
    settles: str | None
    saved: int | None
    longest_gap: int | None


def row(record: Record) -> tuple[Any, ...]:
    """The values of a record's columns, in their order."""
    call, identity, usage = record.call, record.identity, record.call.usage or Usage()
    return msgspec.structs.astuple(
        Columns(
            started_at=call.timing.started_at,
            duration=call.timing.duration,
            first_chunk=call.timing.first_chunk,
            provider=call.provider,
            operation=call.operation,
            model=call.model,
            server=call.server,
            streamed=call.streamed,
            outcome=call.outcome.kind.value,
            status=call.outcome.status,
            error_type=call.outcome.error_type,
            request_id=call.request_id,
            input=fitting(usage.input),
            output=fitting(usage.output),
            cache_read=fitting(usage.sum("cache_read")),
            cache_write=fitting(usage.sum("cache_write")),
            reasoning=fitting(usage.sum("output.reasoning")),
            cost=fitting(call.cost.nano_usd),
            cost_status=call.cost.status.value,
            site_file=call.site.file if call.site else None,
            site_line=call.site.line if call.site else None,
            site_function=call.site.function if call.site else None,
            service=record.service,
            trace_id=identity.trace_id,
            span_id=identity.span_id,
            parent_id=identity.parent_id,
            parent_name=identity.parent_name,
            operation_id=identity.operation_id,
            attempt=identity.attempt,
            tags=msgspec.json.encode(call.tags).decode(),
            detail=detail_of(call),
            account=call.account.key,
            user=call.tags.get("user") or call.request.user,
            route=identity.route,
            cached=call.cached is not None,
            settles=f"{call.provider} {call.response_id}" if call.deferred and call.response_id else None,
            saved=fitting(call.cost.saved_nano_usd),
            longest_gap=call.timing.longest_gap if call.streamed else None,
        )
    )


def fitting(count: int | None) -> int | None:
    """A count as a column can hold it; one that is beyond all belief stands in ``detail`` alone."""
    return count if count is not None and abs(count) < _TOO_LARGE else None


def detail_of(call: Call) -> str:
    """The whole call as JSON, without what is the same in all lines of its bill; ``call_of`` has it back."""
    return msgspec.json.encode(msgspec.structs.replace(call, cost=brief(call.cost))).decode()


def call_of(detail: str) -> Call:
    """The whole call from its ``detail``."""
    return msgspec.json.decode(detail, type=Call)
