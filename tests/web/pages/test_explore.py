import re
from collections.abc import Callable, Sequence
from unittest.mock import patch
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ledgers import HOUR, NOW, ledgers, made, memory
from starlette.testclient import TestClient

from keeptabs.core.exchange import Timing
from keeptabs.store import explore as store
from keeptabs.store.database import Connection
from keeptabs.store.explore import AXES
from keeptabs.store.record import Record
from keeptabs.web.ask import Ask, ask
from keeptabs.web.pages import calls
from keeptabs.web.pages import explore as page
from keeptabs.web.pages.explore import view
from keeptabs.web.said import UNKNOWN, count, money

DAY = 24 * HOUR
# What the axes and measures are over the calls themselves.
DIRECT = {
    "model": "model",
    "provider": "provider",
    "operation": "operation",
    "service": "service",
    "outcome": "outcome",
    "feature": "coalesce(json_extract(tags, '$.feature'), '')",
    "site": "CASE WHEN site_file IS NULL THEN '' ELSE site_file || ':' || site_line END",
    "user": "coalesce(user, '')",
    "day": f"CAST(started_at / {DAY} * {DAY} AS TEXT)",
}
SUMMED = {
    "cost": "sum(cost)",
    "calls": "count(*)",
    "tokens": "sum(coalesce(input, 0) + coalesce(output, 0))",
    "errors": "sum(error_type IS NOT NULL OR outcome = 'cancelled')",
}


def asked(**query: str) -> Ask:
    return ask("/explore", query, NOW)


def direct(db: Connection, here: Ask, *groups: str) -> list[str]:
    """The sums of one measure by these axes, as they are shown, sorted."""
    measure = here.rest["measure"]
    names = ", ".join(DIRECT[name] for name in groups) or "NULL"
    sql = f"SELECT {SUMMED[measure]}, count(*) FROM calls WHERE started_at >= ? GROUP BY {names}"
    found = [value for value, _ in db.execute(sql, (here.part.since,)) if value or measure != "errors"]
    return sorted(money(value) if measure == "cost" else count(value) for value in found)


def plain(text: str) -> str:
    return UNKNOWN if text == "no price" else text


@settings(max_examples=120, deadline=None)
@given(
    ledgers(),
    st.sampled_from(sorted(AXES)),
    st.sampled_from(sorted(AXES)),
    st.sampled_from(sorted(SUMMED)),
    st.sampled_from(["7d", "28d", "all"]),
)
def test_cells_and_margins_are_sums_of_calls(
    records: list[Record], rows: str, columns: str, measure: str, period: str
) -> None:
    """Every cell, margin and the total are what plain SQL over the calls says."""
    here = asked(rows=rows, columns=columns, measure=measure, period=period)
    whole = page.Side(most=1_000, is_days=rows == "day"), page.Side(most=1_000, is_days=columns == "day")
    with memory(records) as db, patch.multiple(page, _ROWS=whole[0], _DAYS=whole[0]):
        with patch.multiple(page, _COLUMNS=whole[1], _DAY_COLUMNS=whole[1]):
            found = view(db, here)
        cells = [plain(cell.text.text) for line in found.lines for cell in line.cells if cell]
        assert sorted(cells) == direct(db, here, rows, columns)
        assert sorted(plain(line.sum.text.text) for line in found.lines) == direct(db, here, rows)
        assert sorted(plain(each.text.text) for each in found.sums) == direct(db, here, columns)
        if found.lines:
            assert [plain(found.total.text.text)] == direct(db, here)


@settings(max_examples=40, deadline=None)
@given(ledgers(), st.sampled_from(sorted(AXES)), st.sampled_from(sorted(AXES)))
def test_cell_leads_to_as_many_calls(records: list[Record], rows: str, columns: str) -> None:
    """The filters behind a cell choose as many calls as it counts."""
    with memory(records) as db:
        found = view(db, asked(rows=rows, columns=columns, measure="calls"))
        for cell in [cell for line in found.lines for cell in line.cells if cell and cell.href]:
            query = dict(parse_qsl(urlsplit(cell.href).query))
            assert count(len(calls.view(db, ask("/calls", query, NOW)).rows)) == cell.text.text


def test_many_values_are_cut_and_the_rest_is_other() -> None:
    """The greatest values have rows of their own; all others are one row, without a link."""
    records = [made(n, response_model=f"model-{n % 20:02}") for n in range(60)]
    with memory(records) as db:
        found = view(db, asked(measure="calls"))
    assert [line.head.title for line in found.lines][-2:] == ["model-13", "other"]
    assert (found.lines[-1].sum.text.text, found.lines[-1].head.href, found.lines[-1].sum.href) == ("18", None, None)


def test_users_are_known_of_the_newest_calls_only() -> None:
    """Where there are more calls than are read for users, the page says since when it knows them."""
    records = [made(n, tags={"user": "u"}, timing=Timing(started_at=NOW - (n + 1) * HOUR)) for n in range(5)]
    with memory(records) as db, patch.object(store, "MOST_CALLS", 3):
        found = view(db, asked(rows="user", measure="calls"))
    assert found.total.text.text == "3"
    assert "Users are known of the newest" in found.note


def test_one_day_of_a_period_is_chosen_by_its_date() -> None:
    """A day of the URL keeps its calls and drops those of the day before."""
    records = [made(n, timing=Timing(started_at=(NOW // DAY - n) * DAY)) for n in range(2)]
    with memory(records) as db:
        assert view(db, asked(measure="calls", day="2026-11-18")).total.text.text == "1"


@pytest.mark.parametrize("query", ["rows=colour", "columns=", "measure=p95"])
def test_unknown_axis_is_refused(query: str, visit: Callable[[Sequence[Record]], TestClient]) -> None:
    """An axis or measure that there is not is answered with 400; an empty one is the usual one."""
    assert visit([made(1)]).get(f"/explore?{query}").status_code == (200 if query.endswith("=") else 400)


def test_shades_and_bars_need_no_style(visit: Callable[[Sequence[Record]], TestClient]) -> None:
    """The greatest cell has the darkest class, and nothing has a style attribute."""
    page_ = visit([made(1)]).get("/explore?period=all&measure=calls").text
    assert re.search(r'class="n h9"', page_)
    assert "style=" not in page_
