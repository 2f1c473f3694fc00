"""The page of keys: those that were sent in prompts, and by which keys the calls were made, known by fingerprints."""

from itertools import groupby

import msgspec

from keeptabs.audit.rule import Finding
from keeptabs.runtime.config import Guarding, load
from keeptabs.store import keys
from keeptabs.store.database import Connection
from keeptabs.store.keys import InPrompt, Use
from keeptabs.store.wanted import recent
from keeptabs.web.ask import Ask
from keeptabs.web.audited import Audited
from keeptabs.web.page import Page, State

_RULE = "secrets"  # of the audit
_MOST_PROMPTS, _MOST_KEYS = 20, 100


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """A call that sent keys, and its trace."""

    call: InPrompt
    href: str


class Key(msgspec.Struct, frozen=True, kw_only=True):
    """A key, and the services that used it, the one with the most calls first."""

    uses: tuple[tuple[Use, str], ...]  # with where to see its calls

    @property
    def is_shared(self) -> bool:
        """True where more than one service has it."""
        return len(self.uses) > 1


class View(msgspec.Struct, frozen=True, kw_only=True):
    """What the page shows: of the calls since ``since``, which are not all where ``is_whole`` is False."""

    since: int
    is_whole: bool
    sent: tuple[Sent, ...]
    sent_calls: int
    keys: tuple[Key, ...]
    known_keys: int
    shared: int
    findings: tuple[Finding, ...]
    guards: bool

    @property
    def noticed(self) -> int:
        """How many calls sent keys: an audit looks further back than the page does."""
        return max(self.sent_calls, sum(each.calls for each in self.findings))


def view(db: Connection, ask: Ask, state: State) -> View:
    """The keys of the newest calls."""
    since, is_whole = recent(db, ask.part, keys.MOST)
    part = msgspec.structs.replace(ask.part, since=since)
    found = _keys(keys.uses(db, part), ask)
    sent = keys.in_prompts(db, part)
    state.audits.want(ask.period, ask.now)
    audited = state.audits.of(ask.period)
    return View(
        since=since,
        is_whole=is_whole,
        sent=tuple(_sent(each, ask) for each in sent[:_MOST_PROMPTS]),
        sent_calls=len(sent),
        keys=tuple(found[:_MOST_KEYS]),
        known_keys=len(found),
        shared=sum(key.is_shared for key in found),
        findings=_findings(audited) if not ask.having else (),
        guards=load({}).guard is not Guarding.OFF,
    )


def _findings(audited: Audited | None) -> tuple[Finding, ...]:
    return tuple(each for each in audited.found.findings if each.rule == _RULE) if audited else ()


def _keys(uses: list[Use], ask: Ask) -> list[Key]:
    grouped = groupby(uses, key=lambda use: (use.provider, use.key))
    return [Key(uses=tuple((use, _calls(use, ask)) for use in some)) for _, some in grouped]


def _calls(use: Use, ask: Ask) -> str:
    return ask.url("/calls", service=use.service, provider=use.provider)


def _sent(call: InPrompt, ask: Ask) -> Sent:
    return Sent(call=call, href=ask.url(f"/calls/{call.id}"))


PAGE = Page(id="leaks", title="Leaks", path="/leaks", view_with=view, place=8)
