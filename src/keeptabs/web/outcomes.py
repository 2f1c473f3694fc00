"""How a page says what became of a call and what it cost, in one word each, with a colour for what needs attention."""

from collections.abc import Sequence

import msgspec

from keeptabs.store.call_pages import Failed, ListedCall
from keeptabs.store.queries import CallLine
from keeptabs.store.traces import TraceCall
from keeptabs.web.said import UNKNOWN, usd

_WORDS = {"cancelled": "left", "truncated": "broken off", "length": "cut at its limit", "refusal": "declined"}
_MARKS = {"partial": "in part", "estimated": "about", "disputed": "disputed", "stale": "stale"}
_BAD_REQUEST = 400  # from this HTTP status on something failed


Costed = ListedCall | CallLine | TraceCall
Ended = Costed | Failed


class Tag(msgspec.Struct, frozen=True):
    """A word on a coloured ground: "" is good, ``warn``, ``bad``, ``soft``."""

    text: str
    kind: str = ""


class Amount(msgspec.Struct, frozen=True):
    """A cost as it is shown: ``mark`` stands before what is not certain, or in place of what is not known."""

    text: str
    mark: str = ""
    is_gap: bool = False


def word(call: Ended) -> str:
    """How one attempt ended: ``ok``, an HTTP status that says it all, or what went wrong."""
    said = _WORDS.get(call.outcome, call.outcome.replace("_", " "))
    if call.status is None or call.status < _BAD_REQUEST:
        return said
    return str(call.status) if call.outcome in {"rate_limited", "server_error"} else f"{call.status} {said}"


def tag(call: Ended, failed: Sequence[Ended] = ()) -> Tag:
    """How a call ended after these attempts that failed, as 429 twice, then ok."""
    said = word(call)
    kind = {"ok": "", "length": "warn", "refusal": "warn", "cancelled": "soft"}.get(call.outcome, "bad")
    return Tag(f"{times([word(each) for each in failed])}, then {said}", kind or "warn") if failed else Tag(said, kind)


def times(words: Sequence[str]) -> str:
    """The same words once, each with how often it came."""
    return ", ".join(
        each if words.count(each) == 1 else f"{each} ×{words.count(each)}" for each in dict.fromkeys(words)
    )


def amount(call: Costed) -> Amount:
    """What a call cost. What failed and reports no usage cost nothing that is known of: that is no gap."""
    if call.cost is not None:
        mark = _MARKS.get(call.cost_status, "")
        return Amount(usd(call.cost), mark, is_gap=call.cost_status == "partial")
    is_gap = call.cost_status in {"unpriced", "partial"} or (call.error_type is None and call.outcome != "cancelled")
    return Amount(("no usage" if call.cost_status == "no_usage" else "no price") if is_gap else UNKNOWN, is_gap=is_gap)
