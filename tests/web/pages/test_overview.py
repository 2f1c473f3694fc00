import calendar
import json
import re
from collections import Counter
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ledgers import HOUR, NOW, ledgers, made, memory
from starlette.testclient import TestClient

from keeptabs.audit.run import Audit
from keeptabs.core.cost import Cost, CostStatus
from keeptabs.core.exchange import Timing
from keeptabs.store.database import Connection
from keeptabs.store.record import Record
from keeptabs.web.ask import DAY, PERIODS, Ask
from keeptabs.web.page import State
from keeptabs.web.pages.overview import Overview, view

CHOSEN = {
    "model": ["gpt-4o", "nobody"],
    "provider": ["openai"],
    "service": ["desk"],
    "feature": ["search", ""],
    "site": ["/app/a.py:1", ""],
    "outcome": ["ok", "rate_limited"],
}
_OF_CALL = {
    "feature": "coalesce(json_extract(tags, '$.feature'), '')",
    "site": "iif(site_file IS NULL, '', site_file || ':' || site_line)",
}
filters = st.dictionaries(st.sampled_from(sorted(CHOSEN)), st.integers(0, 1), max_size=2).map(
    lambda drawn: {name: CHOSEN[name][n % len(CHOSEN[name])] for name, n in drawn.items()}
)


class NoAudits:
    """Audits of which none was made."""

    running = None
    wanted = 0

    def latest(self) -> None:
        return None

    def want(self, period: str, now: int) -> None:
        self.wanted += 1


def seen(db: Connection, ask: Ask, audits: Any = None) -> Overview:
    return view(db, ask, State(file=Path("none.db"), audits=audits or NoAudits()))


def direct(db: Connection, what: str, ask: Ask, since: int, until: int = 2**62) -> Any:
    """A sum over the calls themselves."""
    where = " AND ".join(f"{_OF_CALL.get(name, name)} = :{name}" for name in ask.having) or "true"
    sql = f"SELECT {what} FROM calls WHERE started_at >= :since AND started_at < :until AND {where}"
    return db.execute(sql, {**ask.having, "since": since, "until": until}).fetchone()[0]


def since(ask: Ask) -> int:
    """The period, from the beginning of its first hour on."""
    length = PERIODS[ask.period]
    return 0 if length is None else (ask.now - length) // HOUR * HOUR


@settings(deadline=None, max_examples=60)
@given(ledgers(), st.sampled_from(sorted(PERIODS)), filters)
def test_numbers_are_sums_of_calls(records: list[Record], period: str, having: dict[str, Any]) -> None:
    """Every number of the headlines is a plain sum over the calls of the period that fulfil the filters."""
    ask = Ask(path="/", now=NOW, period=period, having=having)
    with memory(records) as db:
        page, start = seen(db, ask), since(ask)
        ok = "error_type IS NULL AND outcome <> 'cancelled'"
        gap = f"cost_status IN ('unpriced', 'partial') OR (cost_status = 'no_usage' AND {ok})"
        expected = {
            "calls": "count(*)",
            "ok": f"count(*) FILTER (WHERE {ok})",
            "unpriced": f"count(*) FILTER (WHERE {gap})",
            "estimated": "count(*) FILTER (WHERE cost_status = 'estimated')",
            "rate_limited": "count(*) FILTER (WHERE outcome = 'rate_limited')",
            "retries": "count(*) FILTER (WHERE attempt > 1)",
            "cost": "sum(cost)",
            "lost": f"sum(cost) FILTER (WHERE NOT ({ok}))",
            "saved": "coalesce(sum(saved), 0)",
            "told_input": "count(input)",
            "input": "coalesce(sum(input), 0)",
            "cache_read": "coalesce(sum(cache_read), 0)",
        }
        day = f"min(started_at) / {DAY}"  # in which the first hour is: of a whole day no more needs to be known
        assert (None if page.sums.first is None else page.sums.first // DAY) == direct(db, day, ask, start)
        assert {name: getattr(page.sums, name) for name in expected} == {
            name: direct(db, what, ask, start) for name, what in expected.items()
        }


@settings(deadline=None, max_examples=60)
@given(ledgers(), st.sampled_from(["24h", "28d", "all"]), filters)
def test_the_chart_holds_every_cent(records: list[Record], period: str, having: dict[str, Any]) -> None:
    """The columns add up to what was spent, and each is the sum of the calls of its time."""
    ask = Ask(path="/", now=NOW, period=period, having=having)
    with memory(records) as db:
        page = seen(db, ask)
        times = page.course.times
        step = times[1] - times[0] if len(times) > 1 else NOW  # one column holds all that there is
        sums = [direct(db, "coalesce(sum(cost), 0)", ask, max(at, since(ask)), at + step) for at in times]
        assert list(page.course.totals) == sums
        assert sum(sums) == (page.sums.cost or 0)


@settings(deadline=None, max_examples=60)
@given(ledgers(), filters)
def test_sites_are_the_dearest(records: list[Record], having: dict[str, Any]) -> None:
    """What a call site costs is the sum of its calls, and a link leads to them."""
    ask = Ask(path="/", now=NOW, having=having)
    with memory(records) as db:
        spent: Counter[str] = Counter()
        for each in seen(db, ask).sites:
            line = re.search(r":(\d+)$", each.name)
            assert line is not None
            here = f"sum(cost) FILTER (WHERE site_line = {line[1]})"
            assert each.cost == direct(db, here, ask, since(ask))
            spent[each.name] = each.cost or 0
        assert list(spent.values()) == sorted(spent.values(), reverse=True)


def usd(text: str) -> Cost:
    return Cost(usd=Decimal(text), status=CostStatus.PRICED)


def on(day: int, amount: str, number: int) -> Record:
    """A call so many days before today."""
    started = (NOW // DAY - day) * DAY + 5 * HOUR
    return made(number, cost=usd(amount), timing=Timing(started_at=started, duration=10**9))


def test_a_month_heads_for_what_its_days_cost() -> None:
    """So far, and the days that are left as the last seven were."""
    with memory([on(day, "1", day) for day in range(30)]) as db:
        month = seen(db, Ask(path="/", now=NOW)).month
    days = calendar.monthrange(2026, 11)[1]
    assert month is not None
    assert (month.heads_for, month.days) == (days * 10**9, 7)


def test_without_a_whole_day_no_month_is_projected() -> None:
    """A few calls of today say nothing of other days."""
    with memory([on(0, "1", 1)]) as db:
        assert seen(db, Ask(path="/", now=NOW)).month is None


@pytest.mark.parametrize(
    ("days", "change", "said"),
    [
        (range(56), 0.0, "on the 28 days before"),
        ([*range(28), *range(28, 56), *range(28, 56)], -0.5, "on the 28 days before"),
        (range(40), None, "the 28 days before are recorded in part"),
        (range(20), None, "nothing was spent in the 28 days before"),
    ],
    ids=["as before", "half", "began in between", "began since"],
)
def test_a_period_is_held_against_the_one_before(days: Sequence[int], change: float | None, said: str) -> None:
    """Only where the ledger knows all of it: what began in between grew without a reason."""
    with memory([on(day, "1", number) for number, day in enumerate(days)]) as db:
        page = seen(db, Ask(path="/", now=NOW // DAY * DAY + 23 * HOUR))
    assert page.before == said
    assert page.change == (None if change is None else pytest.approx(change, abs=0.04))


def test_the_dearest_of_the_last_hour_come_first() -> None:
    """A dear call of yesterday is not among them; where the hour was quiet, the newest stand there."""
    now = [made(n, cost=usd(f"{n}"), timing=Timing(started_at=NOW - n, duration=1)) for n in range(1, 4)]
    with memory([*now, on(1, "9", 9)]) as db:
        page = seen(db, Ask(path="/", now=NOW))
        quiet = seen(db, Ask(path="/", now=NOW + 2 * HOUR))
    assert [line.call.cost for line in page.calls] == [3 * 10**9, 2 * 10**9, 10**9]
    assert page.calls_are == "most expensive in the last hour first"
    assert [line.call.cost for line in quiet.calls] == [10**9, 2 * 10**9, 3 * 10**9, 9 * 10**9]
    assert quiet.calls_are == "newest first"


def test_times_are_not_known_by_service() -> None:
    """Histograms are kept by model and provider: a dash, rather than the time of all services."""
    with memory([made(1)]) as db:
        assert seen(db, Ask(path="/", now=NOW, having={"model": "gpt-4o"})).duration == pytest.approx(10**9, rel=0.05)
        assert seen(db, Ask(path="/", now=NOW, having={"service": "desk"})).duration is None


def test_an_audit_is_begun_and_its_findings_shown() -> None:
    """The first look begins one; what it found stands here, and nothing found is said."""

    class Done(NoAudits):
        def latest(self) -> Any:
            found = Audit(calls=1, usd=Decimal(1), unpriced=0, hashed=0, findings=(), silent=())
            return type("Audited", (), {"found": found})()

    audits = Done()
    with memory([made(1)]) as db:
        assert seen(db, Ask(path="/", now=NOW)).findings is None
        assert seen(db, Ask(path="/", now=NOW), audits).findings == 0
    assert audits.wanted == 1


def test_the_page_shows_and_links_its_numbers(visit: Callable[[Sequence[Record]], TestClient]) -> None:
    """An amount is a link to what it is made of, and the data of the plot are those of the drawing."""
    page = visit([on(day, "1.50", day) for day in range(3)]).get("/?period=all&service=desk").text
    assert "$4.50" in page
    assert 'href="/calls?period=all&amp;service=desk"' in page
    found = re.search(r'data-plot="([^"]*)"', page)
    assert found is not None
    plot = json.loads(found[1].replace("&#34;", '"').replace("&amp;", "&"))
    assert sum(plot["series"][0]["values"]) == 4.5
