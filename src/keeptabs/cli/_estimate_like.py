"""What ``keeptabs estimate --like`` shows: past days as they were billed and under other models, with their bands."""

from collections.abc import Iterator
from typing import Any

from rich.text import Text

from keeptabs.cli import _estimates as shown
from keeptabs.cli import _look as look
from keeptabs.forecast.outlook import Outlook, Projection
from keeptabs.forecast.prospect import DAYS_A_MONTH

_MODELS = 3  # that are named


def show(found: Outlook) -> None:
    """The answer first, then the days that it comes from, and what it cannot know."""
    out = look.Screen()
    out.print()
    band = found.projections[0].band
    out.print(look.line((f"{shown.money(band.mid)} a day", "bold"), f", {shown.between(band.low, band.high)}"))
    out.print(look.line((_calls(found), look.SOFT)))
    out.print()
    names = ("under", "a call", "a day", "from – to", "a month", "from – to ")
    out.print(look.table(names, map(_row, _ranked(found)), optional=("from – to ", "a call")))
    out.print()
    for text, style in _notes(found):
        out.print(look.line((text, style)))


def _ranked(found: Outlook) -> list[Projection]:
    """As it was billed, then the cheapest first; what has no price stands last."""
    first, *others = found.projections
    return [first, *sorted(others, key=lambda each: (not each.priced, each.band.mid))]


def _calls(found: Outlook) -> str:
    tokens = found.projections[0].tokens
    read = tokens["input"] + tokens["cached"]
    said = [
        f"{shown.number(found.calls_a_day)} calls",
        f"{shown.number(read)} tokens in ({look.percent(float(tokens['cached']), float(read))} cached)",
        f"{shown.number(tokens['output'])} out",
    ]
    for count, what in ((found.failed, "failed"), (found.repeated, "repeats")):
        if count:
            said.append(f"{look.percent(count, found.calls)} {what}")
    return " · ".join(said)


def label(each: Projection) -> str:
    """The words for a projection."""
    if each.change is None:
        return "as billed"
    return each.change.model.model if each.change.model else "the same models"


def _row(each: Projection) -> tuple[str | Text, ...]:
    if not each.priced:
        return (label(each), *[Text("no price", style=look.ATTENTION)] * 2, *[look.UNKNOWN] * 3)
    band, partly = each.band, "in part " if each.unpriced else ""
    style = look.ATTENTION if each.unpriced else ""
    return (
        label(each),
        Text(f"{partly}{shown.money(each.usd_a_call)}", style=style),
        Text(f"{partly}{shown.money(band.mid)}", style=style),
        shown.between(band.low, band.high),
        shown.money(band.mid * DAYS_A_MONTH),
        shown.between(band.low * DAYS_A_MONTH, band.high * DAYS_A_MONTH),
    )


def _notes(found: Outlook) -> Iterator[tuple[str, str]]:
    for each in found.projections:
        missing = shown.without_price(each.unpriced) if each.unpriced else ""
        if missing or each.why:
            yield f"! {': '.join(filter(None, (label(each), missing, each.why)))}", look.ATTENTION
    if found.left_out:
        said = ", ".join(f"{look.count(count)} {name}" for name, count in sorted(found.left_out.items()))
        yield f"Calls that no other chat model can do are left out: {said}.", look.SOFT
    yield f"From – to: {found.projections[0].band.how}.", look.SOFT
    if found.days.scaled != 1:
        yield f"There are {24 / found.days.scaled:.1f} hours of calls, taken for a day.", look.SOFT
    if _others(found):
        names = list(found.models)
        said = ", ".join(names[:_MODELS]) + (f" and {len(names) - _MODELS} more" if len(names) > _MODELS else "")
        yield f"Tokens are those of {said}: another model counts and reasons otherwise.", look.SOFT
        yield shown.PRICE_ONLY, look.SOFT


def _others(found: Outlook) -> bool:
    """True where a model is asked about that answered none of these calls, under its name or that of a version."""
    asked = (each.change.model.model for each in found.projections if each.change and each.change.model)
    return any(not any(name.startswith(model) for name in found.models) for model in asked)


def as_json(found: Outlook) -> dict[str, Any]:
    """The same facts: amounts in USD as numbers, null where nothing has a price."""
    return {
        "days": found.days.count,
        "hours_a_day": 24 / found.days.scaled,
        "calls": found.calls,
        "calls_a_day": found.calls_a_day,
        "failed": found.failed,
        "repeated": found.repeated,
        "tokens_a_call": found.projections[0].tokens,
        "models": found.models,
        "left_out": found.left_out,
        "projections": [_facts(each) for each in found.projections],
    }


def _facts(each: Projection) -> dict[str, Any]:
    known = bool(each.priced)
    return {
        "under": label(each),
        "provider": each.change.model.provider if each.change and each.change.model else None,
        "usd_a_call": each.usd_a_call if known else None,
        "low_a_day": each.band.low if known else None,
        "mid_a_day": each.band.mid if known else None,
        "high_a_day": each.band.high if known else None,
        "band": each.band.how,
        "unpriced": each.unpriced,
        "why": each.why,
    }
