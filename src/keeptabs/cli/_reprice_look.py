"""How ``keeptabs reprice`` shows what changes: sums, lines, who gets a price or loses it, and what was written."""

from collections.abc import Iterator

from rich.text import Text

from keeptabs.cli import _look as look
from keeptabs.cli._reprice_diff import Diff, Line
from keeptabs.store.repricing import Repricing

_NOTES = 5


def show(diff: Diff, done: Repricing, words: str, *, is_applied: bool) -> None:
    """Print what changes ``words``, which say of when the calls are, or what was changed."""
    out = look.Screen()
    out.print()
    if not diff.calls and not diff.unreadable:
        out.print(look.line(f"No such calls {words}."))
        return
    out.print(look.line(_headline(diff, words, is_applied=is_applied)))
    if diff.unpriced_before or diff.unpriced_after:
        before, after = look.count(diff.unpriced_before), look.count(diff.unpriced_after)
        out.print(look.line(f"unpriced, in part or wholly: {before} before, {after} after"))
    out.print()
    if diff.changed:
        names = ("model", "at", "status", "calls", "before", "after", "change")
        out.print(look.table(names, map(_row, diff.lines), left=3, optional=("at", "before")))
        out.print()
    for note in _notes(diff, is_applied=is_applied):
        out.print(look.line(note))
    out.print(look.line((_verdict(diff, done, is_applied=is_applied), "bold")))


def _headline(diff: Diff, words: str, *, is_applied: bool) -> Text:
    verb = "changed" if is_applied else "would change"
    said = f"{calls(diff.calls)} {words} · {look.count(diff.changed)} {verb}"
    money = f"{look.usd(diff.before)} → {look.usd(diff.after)}"
    return Text.assemble((money, "bold"), f"   {_signed(diff.after - diff.before)}   {said}")


def _row(line: Line) -> tuple[str | Text, ...]:
    status = line.now.value if line.was is line.now else f"{line.was.value} → {line.now.value}"
    return (
        line.model,
        line.provider,
        Text(_words(status), style=look.ATTENTION if line.loses else ""),
        look.count(line.calls),
        look.usd(line.before),
        look.usd(line.after),
        _signed(line.difference),
    )


def _words(status: str) -> str:
    return status.replace("_", " ")


def _signed(nano: int) -> str:
    """A difference, with its sign."""
    return f"{'+' if nano > 0 else '-' if nano < 0 else ''}{look.usd(abs(nano))}"


def _notes(diff: Diff, *, is_applied: bool) -> Iterator[tuple[str, str]]:
    """Which calls get a price or lose it and why, the worst first."""
    lines = sorted((line for line in diff.lines if line.is_worth_a_word), key=lambda line: not line.loses)
    for line in lines[:_NOTES]:
        yield _note(line, is_applied=is_applied)
    if len(lines) > _NOTES:
        yield f"… and {len(lines) - _NOTES} more reasons: --json has all of them.", look.SOFT
    if diff.unreadable:
        yield f"! {calls(diff.unreadable)} cannot be read by this version and stayed as they are.", look.ATTENTION


def _note(line: Line, *, is_applied: bool) -> tuple[str, str]:
    who = f"{calls(line.calls)} of {line.model} at {line.provider}"
    if line.gains:
        return f"{who} {'got' if is_applied else 'would get'} a price. Before: {line.lacked}.", look.SOFT
    if line.loses:
        return f"! {who} {'lost their' if is_applied else 'would have no'} price: {line.lacks}.", look.ATTENTION
    why = f": {line.lacks}." if line.lacks else f". Before: {line.lacked}."
    return f"{who}, {_words(line.was.value)} → {_words(line.now.value)}{why}", look.SOFT


def calls(number: int) -> str:
    """How many calls."""
    return f"{look.count(number)} call{'' if number == 1 else 's'}"


def _verdict(diff: Diff, done: Repricing, *, is_applied: bool) -> str:
    if not diff.changed:
        return f"Nothing to change: the ledger agrees with the prices of {done.book}."
    if not is_applied:
        return "Nothing was changed. --apply writes these costs, and --undo takes them back."
    return f"Repricing {done.id}: {calls(done.calls)} changed. keeptabs reprice --undo {done.id} takes it back."


def show_list(found: list[Repricing]) -> None:
    """Print what was repriced, the newest first."""
    out = look.Screen()
    out.print()
    if not found:
        out.print(look.line("Nothing was repriced yet."))
        return
    names = ("id", "when", "prices", "calls", "before", "after", "change")
    out.print(look.table(names, map(_listed, found), left=3, optional=("when",)))


def _listed(each: Repricing) -> tuple[str | Text, ...]:
    head = (str(each.id), look.clock(each.at), each.book)
    if not each.calls:
        return (*head, Text("undone", style=look.SOFT), "", "", "")
    return (
        *head,
        look.count(each.calls),
        look.usd(each.before),
        look.usd(each.after),
        _signed(each.after - each.before),
    )
