"""What is known of one call beside its bill: in pairs of a name and a value."""

import json

import msgspec

from keeptabs.core.call import Call
from keeptabs.core.limits import RateLimit
from keeptabs.core.usage import Usage
from keeptabs.store.queries import CallLine
from keeptabs.store.record import call_of
from keeptabs.web.ask import Ask
from keeptabs.web.said import clock, count, place, seconds

_SECOND = 1_000_000_000
_LOW = 0.1  # of a limit: less is worth attention


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """A name and its value; ``kind`` is a class of the value, ``href`` what is behind it."""

    name: str
    value: str
    kind: str = ""
    href: str = ""


def facts(*pairs: tuple[str, str | None, str]) -> tuple[Fact, ...]:
    """The pairs that have a value, with their kinds."""
    return tuple(Fact(name=name, value=value, kind=kind) for name, value, kind in pairs if value)


def readable(detail: str) -> Call | None:
    """The call whose detail this is; None where it cannot be read, as when a newer keeptabs wrote it."""
    try:
        return call_of(detail)
    except msgspec.MsgspecError:
        return None


def limits(call: Call) -> tuple[Fact, ...]:
    """What the provider said of its limits in this answer, and for which key."""
    told = call.rate_limit or RateLimit()
    requests, tokens = told.remaining_requests, told.remaining_tokens
    return facts(
        ("requests left", _left(requests, told.limit_requests), _kind(requests, told.limit_requests)),
        ("tokens left", _left(tokens, told.limit_tokens), _kind(tokens, told.limit_tokens)),
        ("requests refill in", _seconds(told.reset_requests), ""),
        ("tokens refill in", _seconds(told.reset_tokens), ""),
        ("told to wait", _seconds(told.retry_after), "warn"),
        ("limits", "none told" if told == RateLimit() else None, "soft"),
        ("key", f"fp:{call.account.key}" if call.account.key else None, "mono"),
        ("organization", call.account.organization, "mono"),
        ("project", call.account.project, "mono"),
    )


def _left(remaining: int | None, limit: int | None) -> str | None:
    if remaining is None:
        return None
    return count(remaining) if limit is None else f"{count(remaining)} of {count(limit)}"


def _kind(remaining: int | None, limit: int | None) -> str:
    if remaining is None or not limit:
        return ""
    return "bad" if remaining <= 0 else "warn" if remaining < _LOW * limit else ""


def _seconds(value: float | None) -> str | None:
    return None if value is None else seconds(round(value * _SECOND))


def where(ask: Ask, line: CallLine, call: Call) -> tuple[Fact, ...]:
    """Where in the application it was made, by what, and under which names."""
    site = f"{line.site_file}:{line.site_line or 0}" if line.site_file else ""
    at = Fact(name="called from", value=place(line.site_file, line.site_line), kind="mono")
    linked = msgspec.structs.replace(at, href=ask.url("/calls", site=site)) if site else at
    return (
        linked,
        *facts(
            ("function", line.site_function, "mono"),
            ("service", line.service, ""),
            ("SDK", f"{call.sdk} over {call.client}" if call.sdk else call.client, ""),
            ("request id", line.request_id, "mono"),
            ("response id", call.response_id, "mono"),
        ),
        *facts(*((name, value, "") for name, value in sorted(call.tags.items()))),
    )


def asked(call: Call) -> tuple[Fact, ...]:
    """What was asked of which endpoint, and what answered."""
    requested = call.request.model
    settings = {name.rpartition("request.")[2]: value for name, value in call.request.settings.items()}
    return facts(
        ("provider", call.provider, ""),
        ("endpoint", f"{call.server}{call.path}", "mono"),
        ("operation", call.operation, ""),
        ("model asked for", requested if requested != call.response_model else None, ""),
        ("finish reason", ", ".join(call.finish_reasons), ""),
        ("error code", call.outcome.code, "mono"),
        ("error type", call.outcome.type or call.outcome.error_type, "mono"),
        ("user", call.request.user, ""),
        *((name, value if isinstance(value, str) else json.dumps(value), "") for name, value in settings.items()),
    )


def timing(call: Call) -> tuple[Fact, ...]:
    """When it began, how long it waited and how its answer came."""
    times = call.timing
    return facts(
        ("started", f"{clock(times.started_at)} UTC", ""),
        ("took", seconds(times.duration or None), ""),
        ("waiting for the first chunk", seconds(times.first_chunk) if times.first_chunk is not None else None, ""),
        ("chunks", count(times.chunks) if times.chunks else None, ""),
        ("longest gap", seconds(times.longest_gap) if times.longest_gap else None, ""),
        ("received", f"{count(times.bytes)} bytes" if times.bytes else None, ""),
        ("resent by the SDK", f"{call.resend_count} times" if call.resend_count else None, "warn"),
    )


def raw_usage(usage: Usage | None) -> str:
    """The provider's usage JSON, indented where it can be read; nothing where there is none."""
    if usage is None or not usage.raw:
        return ""
    try:
        return json.dumps(json.loads(usage.raw), indent=2, ensure_ascii=False)
    except ValueError:
        return usage.raw


def flow(call: Call) -> str:
    """How an answer came after its first chunk; nothing where it is not known."""
    times = call.timing
    if not call.streamed or times.first_chunk is None:
        return "not streamed"
    rest = (times.last_chunk or times.duration) - times.first_chunk
    return f"{times.chunks * _SECOND / rest:,.0f} chunks a second after" if times.chunks and rest > 0 else ""
