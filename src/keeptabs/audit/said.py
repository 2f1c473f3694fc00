"""Making a finding of a tally: what all findings at a place have in common."""

from decimal import Decimal

from keeptabs.audit.rule import Cell, Confidence, Finding
from keeptabs.audit.tally import Place, Tally


def at_place(  # noqa: PLR0913 - the members of a finding
    rule: str,
    place: Place,
    tally: Tally,
    *,
    title: str,
    evidence: str,
    confidence: tuple[Confidence, str],
    change: tuple[str, ...],
    usd: Decimal | None = None,
    urgent: bool = False,
    columns: tuple[str, ...] = (),
    rows: tuple[tuple[Cell, ...], ...] = (),
) -> Finding:
    """A finding about the calls of one place; ``confidence`` with the reason for it."""
    return Finding(
        rule=rule,
        title=title,
        evidence=evidence,
        usd=usd,
        confidence=confidence[0],
        why=confidence[1],
        change=change,
        calls=tally.calls,
        since=tally.first,
        models=(place.model,),
        sites=(place.site,) if place.site else (),
        traces=tuple(tally.traces),
        urgent=urgent,
        columns=columns,
        rows=rows,
    )


def some_unknown(tally: Tally) -> str:
    """A word on calls whose amount is not known, where there are any."""
    return f"; {tally.unknown:,} of them have no price, and are left out" if tally.unknown else ""
