from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
import pytest
from asked import asks, direct
from hypothesis import given, settings
from hypothesis import strategies as st
from ledgers import NOW, SECOND, ledgers, made, memory
from starlette.testclient import TestClient

from keeptabs.core.call import IN_PROMPT
from keeptabs.core.exchange import Account, Timing
from keeptabs.store import keys
from keeptabs.store.record import Record
from keeptabs.web.ask import Ask
from keeptabs.web.audited import Audits, configured
from keeptabs.web.page import State
from keeptabs.web.pages.leaks import View, view

AT = Timing(started_at=NOW - SECOND, duration=0)


class Quiet(Audits):
    """Audits that never begin."""

    def want(self, period: str, now: int, *, replacing: int | None = None) -> None:
        """Nothing."""


def seen(records: Sequence[Record], ask: Ask) -> View:
    """The page over a ledger in memory, without an audit."""
    with memory(records) as db:
        return view(db, ask, State(file=Path("none"), audits=Quiet(Path("none"), configured)))


def noticed(record: Record, kinds: list[str]) -> Record:
    """The same call, in whose prompt such keys were noticed; or any other fact, where there are none."""
    facts = {IN_PROMPT: kinds} if kinds else {"keeptabs.speed": IN_PROMPT}
    return msgspec.structs.replace(record, call=msgspec.structs.replace(record.call, facts=facts))


@st.composite
def leaky(draw: st.DrawFn) -> list[Record]:
    """A ledger in which some prompts held keys; that others speak of the fact makes them none."""
    kinds = st.lists(st.sampled_from(["aws", "openai"]), max_size=2, unique=True)
    return [noticed(record, draw(kinds)) for record in draw(ledgers())]


@settings(max_examples=60, deadline=None)
@given(leaky(), asks("/leaks"))
def test_numbers_are_those_of_the_calls(records: list[Record], ask: Ask) -> None:
    """Prompts with keys, and calls, amounts and times by key and service, equal those of the calls themselves."""
    found = seen(records, ask)
    with memory(records) as db:
        sent = direct(db, ask, "SELECT id FROM calls", f"""json_type(detail, '$.facts."{IN_PROMPT}"') = 'array'""")
        select = "SELECT provider, account, service, count(*), sum(cost), min(started_at), max(started_at) FROM calls"
        uses = direct(db, ask, f"{select} GROUP BY 1, 2, 3", "account IS NOT NULL")
    assert found.is_whole
    assert found.sent_calls == len(sent)
    assert {each.call.id for each in found.sent} <= {id_ for (id_,) in sent}
    shown = [use for key in found.keys for use, _ in key.uses]
    assert sorted(
        (use.provider, use.key, use.service, use.calls, use.cost, use.first_at, use.last_at) for use in shown
    ) == sorted(uses)
    services = {row[:2]: {other[2] for other in uses if other[:2] == row[:2]} for row in uses}
    assert found.known_keys == len(services)
    assert found.shared == sum(len(each) > 1 for each in services.values())


def test_only_the_newest_calls_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a large ledger the page says since when it looked."""
    monkeypatch.setattr(keys, "MOST", 2)
    hours = [Timing(started_at=NOW - hours * 3_600 * SECOND, duration=0) for hours in (1, 2, 3, 50)]
    records = [made(n, timing=at, account=Account(key="aaaa1111")) for n, at in enumerate(hours)]
    found = seen(records, Ask(path="/leaks", now=NOW))
    assert not found.is_whole
    assert [use.calls for key in found.keys for use, _ in key.uses] == [2]
    assert found.since <= hours[1].started_at


def test_the_page_names_kinds_and_fingerprints(visit: Callable[[Sequence[Record]], TestClient]) -> None:
    """What kind of key went where, and a key that two services share."""
    key = Account(key="aaaa1111")
    sent = noticed(made(1, timing=AT, account=key), ["aws-access-key-id"])
    page = visit([sent, made(2, service="jobs", timing=AT, account=key)]).get("/leaks?period=all").text
    for said in ("aws-access-key-id", "aaaa1111", "2 services", "app/answer.py:88"):
        assert said in page


@pytest.mark.parametrize(
    ("guard", "said"),
    [pytest.param("off", "The guard is off here", id="off"), pytest.param("observe", "No key was noticed", id="on")],
)
def test_nothing_noticed_says_whether_anybody_looked(
    visit: Callable[[Sequence[Record]], TestClient], monkeypatch: pytest.MonkeyPatch, guard: str, said: str
) -> None:
    """An empty list is no all-clear where the guard is off."""
    monkeypatch.setenv("KEEPTABS_GUARD", guard)
    assert said in visit([]).get("/leaks").text
