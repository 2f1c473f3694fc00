import json
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from keeptabs.cli.store import _size
from keeptabs.store.migrations import STEPS
from keeptabs.store.record import Record

Cli = Callable[..., tuple[int, str, str]]
Fill = Callable[..., Path]
Make = Callable[..., Record]


@pytest.fixture
def three(fill: Fill, record: Make) -> Path:
    return fill(record(), record(), record())


def calls(path: Path) -> int:
    with closing(sqlite3.connect(path)) as db:
        return int(db.execute("SELECT count(*) FROM calls").fetchone()[0])


def test_the_file_is_told_in_numbers(cli: Cli, three: Path) -> None:
    """Where it is, how large, how many calls, which schema."""
    code, out, _ = cli("store")
    assert code == 0
    assert "3 calls since" in out
    assert str(three) in out
    facts = json.loads(cli("store", "--json")[1])
    assert (facts["path"], facts["calls"], facts["schema"]) == (str(three), 3, len(STEPS))
    assert facts["bytes"] >= three.stat().st_size


def test_without_a_ledger_it_says_so(cli: Cli, tmp_path: Path) -> None:
    """One line, and the code of a mistake."""
    code, out, err = cli("store", "--store", str(tmp_path / "none.db"))
    assert (code, out) == (2, "")
    assert "there is no ledger at" in err


def test_a_sound_ledger_is_sound(cli: Cli, three: Path) -> None:
    """The file is whole, and sums are right."""
    assert cli("store", "check")[0] == 0
    assert json.loads(cli("store", "check", "--json")[1]) == {"faults": [], "differences": 0}


def test_a_sum_that_is_off_needs_attention(cli: Cli, three: Path) -> None:
    """It is counted, and the code is 1."""
    with closing(sqlite3.connect(three)) as db:
        db.execute("UPDATE rollups SET calls = calls + 1")
        db.commit()
    code, out, _ = cli("store", "check")
    assert code == 1
    assert "1 hourly sums are not those of their calls" in out


def test_pruning_says_what_before_it_does(cli: Cli, three: Path) -> None:
    """Where nobody can be asked nothing goes; with --yes it does, and reports still count it."""
    code, out, err = cli("store", "prune", "--keep", "1")
    assert (code, calls(three)) == (2, 3)
    assert "2 calls from" in out
    assert "--yes" in err
    code, out, _ = cli("store", "prune", "--keep", "1", "--yes")
    assert (code, calls(three)) == (0, 1)
    assert "2 calls removed" in out
    assert json.loads(cli("report", "--since", "7d", "--json")[1])["totals"]["calls"] == 3
    assert json.loads(cli("store", "--json")[1])["pruned"] == 2
    assert cli("store", "check")[0] == 0


@pytest.mark.parametrize(("answer", "left"), [("y\n", 0), ("n\n", 3)], ids=["yes", "no"])
def test_a_person_is_asked(cli: Cli, three: Path, monkeypatch: pytest.MonkeyPatch, answer: str, left: int) -> None:
    """And has the last word."""
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("click.termui.visible_prompt_func", lambda _: answer.strip())
    code, _, _ = cli("store", "prune", "--keep", "0")
    assert (code == 0, calls(three)) == (left == 0, left)


def test_before_a_date_there_may_be_nothing(cli: Cli, three: Path) -> None:
    """Nothing is asked then."""
    code, out, _ = cli("store", "prune", "--before", "2020-01-01")
    assert (code, calls(three)) == (0, 3)
    assert "nothing to remove" in out
    assert json.loads(cli("store", "prune", "--before", "2020-01-01", "--json")[1])["removed"] == 0


@pytest.mark.parametrize("given", [[], ["--keep", "1", "--before", "2020-01-01"]], ids=["neither", "both"])
def test_pruning_needs_one_limit(cli: Cli, three: Path, given: list[str]) -> None:
    """Neither none nor two."""
    assert cli("store", "prune", *given)[0] == 2


def test_options_go_after_the_command(cli: Cli, three: Path) -> None:
    """They would be passed over without a word else."""
    assert cli("store", "--store", "other.db", "check")[0] == 2


def test_compacting_gives_room_back(cli: Cli, fill: Fill, record: Make) -> None:
    """The file is smaller afterwards, and nothing else has changed."""
    path = fill(*(record(tags={"text": "x" * 2_000}) for _ in range(200)))
    cli("store", "prune", "--keep", "1", "--yes")
    found = json.loads(cli("store", "compact", "--json")[1])
    assert found["after"] < found["before"] / 2
    assert found["after"] >= path.stat().st_size
    assert calls(path) == 1
    assert " instead of " in cli("store", "compact")[1]


@pytest.mark.parametrize(
    ("count", "said"),
    [(0, "0.0 kB"), (999_949, "999.9 kB"), (1_000_000, "1.0 MB"), (2_340_000_000, "2.3 GB"), (10**16, "10,000.0 TB")],
)
def test_a_size_has_the_unit_that_reads_best(count: int, said: str) -> None:
    """From kilobytes to terabytes."""
    assert _size(count) == said
