"""The page of the audit: what to change, in dollars. The audit itself goes on in a thread; see ``web.audited``."""

from collections import Counter
from decimal import Decimal

import msgspec

from keeptabs.audit.rule import Cell, Confidence, Finding, Rule
from keeptabs.audit.run import rules
from keeptabs.store.database import Connection
from keeptabs.web.ask import Ask, AskError
from keeptabs.web.audited import Audited, Progress, days_of
from keeptabs.web.page import Page, State
from keeptabs.web.said import count, money

_OF_A_RULE = 2  # findings that are shown before all are asked for


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A finding; ``share`` is that of its dollars in what was spent."""

    finding: Finding
    share: float | None
    href: str
    traces: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]  # its evidence


class Chosen(msgspec.Struct, frozen=True, kw_only=True):
    """A rule with how many findings it has, and its page."""

    rule: Rule
    findings: int
    href: str


class View(msgspec.Struct, frozen=True, kw_only=True):
    """What the page shows; ``audited`` is None until the first audit has ended."""

    days: int
    audited: Audited | None
    running: Progress | None
    failed: str | None
    again: str
    rule: Rule | None
    rules: int  # that there are
    lines: tuple[Line, ...]
    more: tuple[Chosen, ...]
    silent: tuple[Chosen, ...]
    largest: tuple[Line, ...]


def view(_db: Connection, ask: Ask, state: State) -> View:
    """The last audit of the period; one that is due begins."""
    audits, chosen = state.audits, _chosen(ask)
    audits.want(ask.period, ask.now, replacing=_number(ask.rest.get("again", "")))
    last = audits.of(ask.period)
    lines = _lines(last, ask)
    counts = Counter(line.finding.rule for line in lines)
    every = [Chosen(rule=rule, findings=counts[rule.id], href=ask.url(rule=rule.id, again=None)) for rule in rules()]
    return View(
        days=days_of(ask.period),
        audited=last,
        running=audits.running,
        failed=audits.failed,
        again=ask.url(again=str(last.made_at) if last else None),
        rule=chosen,
        rules=len(every),
        lines=tuple(_shown(lines, chosen)),
        more=tuple(each for each in every if each.findings > _OF_A_RULE),
        silent=tuple(each for each in every if not each.findings),
        largest=tuple(_largest(lines)),
    )


def _chosen(ask: Ask) -> Rule | None:
    wanted = ask.rest.get("rule")
    if not wanted:
        return None
    found = next((rule for rule in rules() if rule.id == wanted), None)
    if found is None:
        raise AskError(f"rule: there is no {wanted!r}; there are {', '.join(sorted(rule.id for rule in rules()))}")
    return found


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() else None


def _lines(last: Audited | None, ask: Ask) -> list[Line]:
    if last is None:
        return []
    spent = last.found.usd
    return [
        Line(
            finding=each,
            share=float(each.usd / spent) if each.usd and spent else None,
            href=ask.url(rule=each.rule, again=None),
            traces=tuple(ask.url(f"/traces/{trace}") for trace in each.traces),
            rows=tuple(tuple(map(_cell, row)) for row in each.rows),
        )
        for each in last.found.findings
    ]


def _cell(value: Cell) -> str:
    """A cell of the evidence: an amount in USD, a count or a text."""
    if isinstance(value, Decimal):
        return money(int(value * 10**9))
    return value or "–" if isinstance(value, str) else count(value)


def _shown(lines: list[Line], chosen: Rule | None) -> list[Line]:
    """All findings of a rule, or the first of every rule."""
    if chosen is not None:
        return [line for line in lines if line.finding.rule == chosen.id]
    seen, shown = Counter[str](), list[Line]()
    for line in lines:
        seen[line.finding.rule] += 1
        if seen[line.finding.rule] <= _OF_A_RULE:
            shown.append(line)
    return shown


def _largest(lines: list[Line]) -> list[Line]:
    """The finding of the most dollars and, where that is of low confidence, the largest of the others."""
    amounts = sorted((line for line in lines if line.finding.usd), key=lambda line: -(line.finding.usd or 0))
    surer = [line for line in amounts if line.finding.confidence is not Confidence.LOW]
    return amounts[:1] + [line for line in surer[:1] if line is not amounts[0]]


def _badge(_db: Connection, ask: Ask, state: State) -> str:
    last = state.audits.of(ask.period) or state.audits.latest()
    return str(len(last.found.findings)) if last and last.found.findings else ""


PAGE = Page(id="audit", title="Audit", path="/audit", view_with=view, place=7, badge=_badge)
