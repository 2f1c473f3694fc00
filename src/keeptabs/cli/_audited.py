"""What ``keeptabs audit`` shows: the answer first, then findings, the most dollars first."""

from collections import Counter
from decimal import Decimal

import msgspec
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from keeptabs.audit.rule import Cell, Confidence, Finding, Rule
from keeptabs.audit.run import Audit
from keeptabs.audit.tally import counted
from keeptabs.cli import _look as look
from keeptabs.cli._estimates import json_line, money

_OF_A_RULE = 2  # findings that are shown
_AMOUNT = 9  # columns


def show(found: Audit, words: str) -> None:
    """The answer, and a few lines for each finding."""
    out = look.Screen()
    out.print()
    if not found.calls:
        out.print(look.line(f"No calls {words}."))
        out.print(look.hints([("keeptabs run python app.py", "record what an app calls")]))
        return
    out.print(look.line((_answer(found), "bold")))
    out.print(look.line((_of_what(found, words), look.SOFT)))
    shown: Counter[str] = Counter()
    for each in found.findings:
        shown[each.rule] += 1
        if shown[each.rule] <= _OF_A_RULE:
            out.print()
            out.print(_finding(each))
    out.print()
    _rest(found, shown)


def _answer(found: Audit) -> str:
    if not found.findings:
        return "Nothing to change."
    said = counted(len(found.findings), "finding")
    largest = [_share(found, each) for each in _largest(found)]
    if not largest:
        return f"{said}, none of which saves dollars that are known."
    surer = f", the largest that is more than a guess {largest[1]}" if len(largest) > 1 else ""
    return f"{said}: the largest would have saved {largest[0]}{surer}."


def _largest(found: Audit) -> list[Finding]:
    """The finding of the most dollars and, where that is of low confidence, the largest of the others."""
    amounts = [each for each in found.findings if each.usd]
    surer = [each for each in amounts if each.confidence is not Confidence.LOW]
    return list(dict.fromkeys([*amounts[:1], *surer[:1]]))


def _share(found: Audit, each: Finding) -> str:
    return f"{money(each.usd)} ({look.percent(float(each.usd or 0), float(found.usd))})"


def _of_what(found: Audit, words: str) -> str:
    unknown = f", and {look.count(found.unpriced)} of unknown cost" if found.unpriced else ""
    overlap = " Findings overlap, so they are not added up." if len(found.findings) > 1 else ""
    return f"{money(found.usd)} spent on {look.count(found.calls)} calls {words}{unknown}.{overlap}"


def _finding(each: Finding) -> Padding:
    made = Table(box=None, padding=(0, 3, 0, 0), pad_edge=False, show_header=False)
    made.add_column(justify="right", width=_AMOUNT, no_wrap=True)
    made.add_column(overflow="fold")
    amount = Text(money(each.usd), style="bold") if each.usd else Text(look.UNKNOWN, style=look.SOFT)
    made.add_row(amount, Text(each.title, style="bold"))
    made.add_row("", Text(f"{each.evidence}. Confidence: {each.confidence.value}.", style=look.SOFT))
    for change in each.change:
        made.add_row("", Text(f"→ {change}"))
    return Padding(made, (0, 0, 0, 2))


def _rest(found: Audit, shown: Counter[str]) -> None:
    out = look.Screen()
    more = [f"{count - _OF_A_RULE} of {rule}" for rule, count in shown.items() if count > _OF_A_RULE]
    if more:
        out.print(look.line(f"More: {', '.join(more)} (--rule RULE)."))
    if found.silent:
        one = len(found.silent) == 1
        out.print(look.line((f"{len(found.silent)} rule{'' if one else 's'} found nothing.", look.SOFT)))
    blind = found.calls - found.hashed
    if blind:
        said = f"{look.count(blind)} calls have no hashes: repeats among them are not seen (setting: hashes)."
        out.print(look.line((said, look.SOFT)))
    if found.findings:
        out.print()
        rule = found.findings[0].rule
        out.print(look.hints([(f"keeptabs audit --rule {rule}", "one rule in full, with its evidence")]))


def show_rule(found: Audit, rule: Rule, words: str) -> None:
    """One rule: what it looks at, and each of its findings with the evidence as a table."""
    out = look.Screen()
    out.print()
    out.print(look.line((rule.title, "bold"), (f"   {rule.id}", look.SOFT)))
    out.print(look.line((f"Looks at {rule.looks_at}.", look.SOFT)))
    findings = [each for each in found.findings if each.rule == rule.id]
    if not findings:
        out.print()
        out.print(look.line(f"Found nothing among {look.count(found.calls)} calls {words}."))
    for each in findings:
        out.print()
        out.print(_finding(each))
        _evidence(each)


def _evidence(each: Finding) -> None:
    out = look.Screen()
    facts = [("confidence", f"{each.confidence.value}: {each.why}"), ("since", look.clock(each.since))]
    if each.traces:
        facts.append(("for example", f"keeptabs trace {each.traces[0]}"))
    made = Table(box=None, padding=(0, 3, 0, 0), pad_edge=False, show_header=False)
    made.add_column(style=look.SOFT, no_wrap=True)
    made.add_column(overflow="fold")
    for name, said in facts:
        made.add_row(name, Text(said))
    out.print(Padding(made, (1, 0, 0, _AMOUNT + 5)))
    if each.rows:
        table = look.table(each.columns, [tuple(map(_cell, row)) for row in each.rows])
        out.print(Padding(table, (1, 0, 0, _AMOUNT + 3)))


def _cell(value: Cell) -> str:
    if isinstance(value, Decimal):
        return money(value)
    return look.count(value) if isinstance(value, int) else value or look.UNKNOWN


def show_json(found: Audit, since: int) -> None:
    """The same facts as one line; amounts in USD as numbers."""
    json_line({"since": since, **msgspec.structs.asdict(found)})
