from pathlib import Path

import msgspec
import pytest
from ledgers import NOW, PROCESS, filled, made, memory

from keeptabs.store.database import reading
from keeptabs.web.ask import Ask
from keeptabs.web.frame import bare, frame
from keeptabs.web.page import Page, pages

FILE = Path("/somewhere/ledger.db")
OVERVIEW = pages()[0]


def test_filters_can_be_taken_away_one_by_one() -> None:
    """Each filter has the address without it, and all else stays."""
    ask = Ask(path="/calls", now=NOW, period="7d", having={"model": "o3", "feature": ""}, rest={"sort": "cost"})
    with memory([]) as db:
        made_ = frame(db, FILE, OVERVIEW, ask, {})
    assert [(each.name, each.value, each.without) for each in made_.filters] == [
        ("model", "o3", "/calls?period=7d&feature=&sort=cost".replace("feature=&", "")),
        ("feature", "(none)", "/calls?period=7d&model=o3&sort=cost"),
    ]


def test_the_page_and_the_period_are_lit() -> None:
    """Also the page above one that is reached from others."""
    page = Page(id="one", title="One", path="/one", under="overview")
    with memory([]) as db:
        made_ = frame(db, FILE, page, Ask(path="/one", now=NOW, period="7d"), {"overview": "3"})
    assert [(each.title, each.badge) for each in made_.pages if each.is_here] == [("Overview", "3")]
    assert [each.name for each in made_.periods if each.is_here] == ["7d"]


@pytest.mark.parametrize(("ago", "said"), [(0, "1 process writing"), (100, "nothing is writing")])
def test_it_says_how_large_the_ledger_is_and_who_writes(tmp_path: Path, ago: int, said: str) -> None:
    """A process that wrote within a minute and a half is still there."""
    file = filled(tmp_path / "ledger.db", [made(1), made(2)])
    with reading(file) as db:
        (seen_at,) = db.execute("SELECT seen_at FROM processes WHERE pid = ?", (PROCESS.pid,)).fetchone()
        made_ = frame(db, file, OVERVIEW, Ask(path="/", now=seen_at + ago * 10**9), {})
    assert (made_.ledger, made_.writers) == ("ledger.db · 2 calls", said)


def test_without_a_ledger_there_are_still_pages() -> None:
    """The frame of a fault leads everywhere else."""
    made_ = bare(FILE, Ask(path="/", now=NOW))
    assert len(made_.pages) == sum(each.place is not None for each in pages())
    assert not any(each.is_here for each in made_.pages)
    assert msgspec.structs.replace(made_, pages=()).ledger == "ledger.db"
