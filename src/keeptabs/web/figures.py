"""The five figures at the head of a call and of a trace: cost, time, tokens, first chunk, outcome."""

from collections.abc import Sequence

import msgspec

from keeptabs.core.call import Call
from keeptabs.store.queries import CallLine
from keeptabs.store.traces import TraceCall
from keeptabs.web.call_facts import flow
from keeptabs.web.outcomes import Amount, Tag, amount, tag, times, word
from keeptabs.web.said import UNKNOWN, count, seconds, usd
from keeptabs.web.waterfall import Waterfall

_STATUS = {"priced": "all priced", "no_usage": "no usage reported", "unpriced": "no price"}


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """The figures, each with a word beneath."""

    cost: Amount
    cost_said: str
    took: str
    took_said: str
    tokens: str
    tokens_said: str
    first_chunk: str
    flow: str
    outcome: Tag
    outcome_said: str


def of_call(line: CallLine, call: Call, attempts: int) -> Figures:
    """The figures of one call, which is one of so many attempts."""
    status = call.cost.status.value
    return Figures(
        cost=amount(line),
        cost_said=_STATUS.get(status, status.replace("_", " ")),
        took=seconds(line.duration or None),
        took_said="",
        tokens=tokens(line),
        tokens_said=_used(line),
        first_chunk=seconds(line.first_chunk) if line.streamed else UNKNOWN,
        flow=flow(call),
        outcome=tag(line),
        outcome_said=f"attempt {line.attempt} of {max(line.attempt, attempts)}",
    )


def of_trace(calls: Sequence[TraceCall], drawn: Waterfall, chosen: TraceCall | None, flowed: str) -> Figures:
    """The figures of all calls of a trace together; the first chunk is that of the chosen one."""
    known = [call.cost for call in calls if call.cost is not None]
    gaps = sum(amount(call).is_gap for call in calls)
    cached = sum(call.cache_read or 0 for call in calls)
    many = f"{count(len(calls))} {'call' if len(calls) == 1 else 'calls'}"
    outcome, before = _ended(calls)
    return Figures(
        cost=Amount(usd(sum(known)) if known else "no price" if gaps else UNKNOWN, is_gap=bool(gaps and not known)),
        cost_said=f"{count(gaps)} of {many} not priced" if gaps else "all priced" if known else "nothing was billed",
        took=seconds(drawn.took),
        took_said=f"{seconds(drawn.waited)} of it waiting to retry" if drawn.waited else "",
        tokens=tokens(*calls),
        tokens_said=f"{count(cached)} from the provider’s cache" if cached else many,
        first_chunk=seconds(chosen.first_chunk) if chosen and chosen.streamed else UNKNOWN,
        flow=flowed,
        outcome=outcome,
        outcome_said=f"after {before}" if before else many,
    )


def tokens(*calls: CallLine | TraceCall) -> str:
    """All tokens of calls; a dash where the wire told of none."""
    known = [each for call in calls for each in (call.input, call.output) if each is not None]
    return count(sum(known)) if known else UNKNOWN


def _used(line: CallLine) -> str:
    if line.input is None and line.output is None:
        return "not told"
    cached = f", {count(line.cache_read)} from the provider’s cache" if line.cache_read else ""
    return f"{count(line.input)} in{cached} · {count(line.output)} out"


def _ended(calls: Sequence[TraceCall]) -> tuple[Tag, str]:
    """How the operations ended, by the last attempt of each, and how the attempts before these did."""
    last = {call.operation_id: call for call in sorted(calls, key=lambda call: (call.attempt, call.started_at))}
    bad = [word(call) for call in last.values() if call.error_type is not None or call.outcome == "cancelled"]
    good = sorted({word(call) for call in last.values()})
    before = times([word(call) for call in calls if last[call.operation_id] is not call])
    return (Tag(times(bad), "bad") if bad else Tag(times(good) or UNKNOWN)), before
