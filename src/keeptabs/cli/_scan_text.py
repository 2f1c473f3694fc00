"""How a scan looks to a person: what must not leave, where it is, and what to do about it."""

from collections import Counter
from collections.abc import Iterator

from rich.console import Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from keeptabs.cli import _look as look
from keeptabs.scan.advice import pages, steps
from keeptabs.scan.outcome import Outcome, Told, named, number, summary
from keeptabs.secrets.finding import Finding
from keeptabs.secrets.rule import Level

_MARGIN = 4
_MOST = 100  # findings that a person is shown
_LEAD = 24  # characters shown before what stands for a key, where a line is too long
_REDACTED = "[REDACTED:"


def show(outcome: Outcome) -> None:
    """Findings that nothing allows, the steps for each provider once, what is allowed, and how much was scanned."""
    out, counted = look.Screen(), outcome.counted
    out.print()
    if counted:
        out.print(look.line(*headline(counted)))
        out.print()
    for told in counted[:_MOST]:
        out.print(look.line(*_where(told)))
        for text in filter(None, [_commit(told), _excerpt(told)]):
            out.print(Padding(text, (0, 0, 0, _MARGIN)))
        out.print()
    if len(counted) > _MOST:
        out.print(look.line((f"and {len(counted) - _MOST:,} more: --json has them all", look.ATTENTION)))
        out.print()
    if any(told.counts for told in counted):
        out.print(look.line("What to do, in this order:"))
        out.print(_steps([told.finding for told in counted]))
        out.print()
    for note in notes(outcome):
        out.print(look.line(*note))
    if any(told.counts for told in counted):
        out.print(
            look.line(("# pragma: allowlist secret", ""), ("   beside one that is no key lets it pass", look.SOFT))
        )


def headline(counted: tuple[Told, ...]) -> Iterator[tuple[str, str]]:
    """What was found, in one line."""
    levels = Counter(told.finding.rule.level for told in counted)
    blocking = levels[Level.BLOCK]
    parts = [
        (f"{number(blocking, 'key')} must not leave", look.ATTENTION) if blocking else None,
        (f"{number(levels[Level.WARN], 'text')} may be a key", look.ATTENTION) if levels[Level.WARN] else None,
        (f"{number(levels[Level.NOTE], 'key')} made to be public", "") if levels[Level.NOTE] else None,
    ]
    for place, part in enumerate(filter(None, parts)):
        if place:
            yield (", ", "")
        yield part


def _where(told: Told) -> Iterator[tuple[str, str]]:
    finding, rule = told.finding, told.finding.rule
    position = f":{finding.line}:{finding.column}" if finding.line else ""
    yield (f"{named(finding.path)}{position}", "")
    yield (f"   {rule.provider} {rule.name}".rstrip(), look.ATTENTION if told.counts else "")
    place = f"{finding.place}, " if finding.place else ""
    yield (f"   {place}{rule.id}", look.SOFT)


def _commit(told: Told) -> Text:
    """The commit that a key came with; empty for files."""
    finding = told.finding
    if not finding.commit:
        return Text()
    author = f" by {named(finding.author)}" if finding.author else ""
    return Text(f"commit {finding.commit[:12]}{author}{'' if finding.in_head else ', no longer in HEAD'}", look.SOFT)


def _excerpt(told: Told) -> Text:
    """The line of a key, cut so that what stands for it is seen."""
    shown = told.finding.shown
    at = shown.find(_REDACTED)
    if len(shown) > look.width() - _MARGIN and at > _LEAD:
        shown = f"…{shown[at - _LEAD :]}"
    return Text(shown, no_wrap=True, overflow="ellipsis")


def _steps(findings: list[Finding]) -> Padding:
    """What to do: the pages on which to revoke first, then what is the same for all."""
    made = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, show_header=False)
    made.add_column(justify="right")
    made.add_column()
    each = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, show_header=False)
    for page in pages(findings):
        each.add_row(page.provider, Text(page.url or "where it was issued", overflow="fold"))
    made.add_row("1", Group("revoke", each))
    for place, step in enumerate(steps(findings), 2):
        made.add_row(str(place), Text(step))
    return Padding(made, (0, 0, 0, _MARGIN))


def notes(outcome: Outcome) -> Iterator[tuple[tuple[str, str], ...]]:
    """What could not be read, what was passed over, what is allowed, and how much was scanned."""
    for unread in outcome.unread:
        yield ((f"! not scanned: {named(unread.path)}: {unread.reason}", look.ATTENTION),)
    for skipped in outcome.skipped:
        yield ((f"skipped {named(skipped.path)}: {skipped.reason}", look.SOFT),)
    if outcome.excluded:
        yield ((f"{number(outcome.excluded, 'file')} left out by the settings", look.SOFT),)
    allowed = Counter(told.allowed for told in outcome.told if told.allowed)
    if allowed:
        by = ", ".join(f"{count} by {what}" for what, count in sorted(allowed.items()))
        yield ((f"{number(allowed.total(), 'finding')} allowed: {by}", look.SOFT),)
    confirmed = sum(told.confirmed for told in outcome.told)
    if confirmed:
        yield ((f"! {number(confirmed, 'key')} of the baseline confirmed as such in an audit: revoke", look.ATTENTION),)
    yield (clean(outcome),)


def clean(outcome: Outcome) -> tuple[str, str]:
    """How much was scanned, and whether nothing was found."""
    said = summary(outcome)
    if outcome.is_empty:
        return said, "" if outcome.nothing else look.ATTENTION
    if outcome.counted:
        return said, look.SOFT
    return f"{said}: no {'other ' if outcome.told else ''}keys", ""
