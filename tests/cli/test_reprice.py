import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest

from keeptabs.core.cost import Cost, CostStatus
from keeptabs.core.usage import Bucket, Usage
from keeptabs.store import database
from keeptabs.store.record import Record

Cli = Callable[..., tuple[int, str, str]]
Fill = Callable[..., Path]
Make = Callable[..., Record]

PRICES = """
[[price]]
provider = "openai"
model = "mine"
unit.input_mtok = "100"
unit.output_mtok = "200"
source = "https://example.org/contract"
checked = 2026-11-01
"""
UNPRICED = Cost(status=CostStatus.UNPRICED, why="no price for mine at openai")
USED = Usage(tokens={Bucket.INPUT_TEXT: 10_000, Bucket.OUTPUT_TEXT: 5_000})


@pytest.fixture
def book(tmp_path: Path) -> str:
    """A price file in which 10,000 tokens into "mine" and 5,000 out of it cost 2 USD."""
    path = tmp_path / "mine.toml"
    path.write_text(PRICES)
    return str(path)


@pytest.fixture
def ledger(fill: Fill, record: Make) -> Path:
    """Two calls without a price, and one at a price that holds whatever the book says, since the provider told it."""
    told = Usage(tokens=USED.tokens, reported_usd=Decimal("0.5"))
    return fill(
        record(response_model="mine", usage=USED, cost=UNPRICED),
        record(response_model="mine", usage=USED, cost=UNPRICED),
        record(
            response_model="mine", usage=told, cost=Cost(usd=told.reported_usd, status=CostStatus.PROVIDER_REPORTED)
        ),
    )


def costs(path: Path) -> list[tuple[int | None, str]]:
    with closing(sqlite3.connect(path)) as db:
        return db.execute("SELECT cost, cost_status FROM calls ORDER BY id").fetchall()


def words(text: str) -> list[str]:
    """The lines that are not empty, with single spaces."""
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


def test_by_default_it_shows_what_would_change_and_changes_nothing(cli: Cli, ledger: Path, book: str) -> None:
    """Sums first, then models with the status before and after, then why, and last that nothing was done."""
    before = costs(ledger)
    code, out, _ = cli("reprice", "--book", book)
    assert code == 0
    assert words(out) == [
        "$0.5000 → $4.5000 +$4.0000 3 calls in the last 7 d · 2 would change",
        "unpriced, in part or wholly: 2 before, 0 after",
        "model at status calls before after change",
        "mine openai unpriced → priced 2 – $4.0000 +$4.0000",
        "2 calls of mine at openai would get a price. Before: no price for mine at openai.",
        "Nothing was changed. --apply writes these costs, and --undo takes them back.",
    ]
    assert costs(ledger) == before
    assert "Nothing was repriced yet." in cli("reprice", "--list")[1]


def test_apply_writes_and_undo_takes_back(cli: Cli, ledger: Path, book: str) -> None:
    """Afterwards the ledger agrees with the book; the list says what was done, and that it was undone."""
    before = costs(ledger)
    out = cli("reprice", "--book", book, "--apply")[1]
    assert words(out)[-1] == "Repricing 1: 2 calls changed. keeptabs reprice --undo 1 takes it back."
    assert costs(ledger) == [(2_000_000_000, "priced")] * 2 + [(500_000_000, "provider_reported")]
    assert "Nothing to change: the ledger agrees with the prices of" in cli("reprice", "--book", book)[1]
    listed = words(cli("reprice", "--list")[1])[-1].split()
    assert (listed[0], listed[-4:]) == ("1", ["2", "$0.0000", "$4.0000", "+$4.0000"])
    assert cli("reprice", "--undo")[1].strip() == "Repricing 1 undone: 2 calls cost what they did before it."
    assert costs(ledger) == before
    assert words(cli("reprice", "--list")[1])[-1].endswith("undone")


def test_the_configured_book_is_the_default(cli: Cli, ledger: Path, book: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a file it is the one that calls are recorded with."""
    assert "0 would change" in cli("reprice")[1]
    monkeypatch.setenv("KEEPTABS_PRICES", book)
    assert "2 would change" in cli("reprice")[1]


@pytest.mark.parametrize(
    ("options", "calls"),
    [
        (["--since", "all"], 3),
        (["--until", "2020-01-01", "--since", "all"], 0),
        (["--since", "2020-01-01", "--until", "2999-01-01"], 3),
        (["--model", "mine", "--provider", "openai"], 3),
        (["--model", "other"], 0),
        (["--provider", "azure"], 0),
    ],
    ids=str,
)
def test_which_calls(cli: Cli, ledger: Path, options: list[str], calls: int) -> None:
    """A span, a model, a provider; none is no mistake."""
    assert json.loads(cli("reprice", "--json", *options)[1])["calls"] == calls
    code, out, _ = cli("reprice", *options)
    assert code == 0
    assert ("No such calls" in out) is (calls == 0)


def test_json_has_the_same_facts(cli: Cli, ledger: Path, book: str) -> None:
    """The diff with its book and its id; a list has an object a line; an undo says how many it restored."""
    found = json.loads(cli("reprice", "--book", book, "--json")[1])
    assert (found["id"], found["changed"], found["difference"], found["usd"]) == (None, 2, 4_000_000_000, 4.0)
    assert found["book"].endswith("+ user mine.toml")
    assert [(line["was"], line["now"], line["calls"]) for line in found["lines"]] == [("unpriced", "priced", 2)]
    assert json.loads(cli("reprice", "--book", book, "--apply", "--json")[1])["id"] == 1
    listed = json.loads(cli("reprice", "--list", "--json")[1])
    assert (listed["id"], listed["calls"], listed["after"]) == (1, 2, 4_000_000_000)
    assert json.loads(cli("reprice", "--undo", "1", "--json")[1]) == {"id": 1, "restored": 2}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--undo"], "there is no repricing to undo"),
        (["--undo", "7"], "there is no repricing '7' (keeptabs reprice --list)"),
        (["--undo", "--apply"], "--apply, --undo and --list are three things: give one of them"),
        (["--list", "--apply"], "--apply, --undo and --list are three things: give one of them"),
        (["--book", "/nowhere.toml"], "'/nowhere.toml' does not exist"),
        (["--until", "soon"], "'soon' is no date"),
    ],
    ids=str,
)
def test_a_mistake_is_one_line(cli: Cli, ledger: Path, options: list[str], said: str) -> None:
    """What was wrong, and exit code 2."""
    code, out, err = cli("reprice", *options)
    assert (code, out) == (2, "")
    assert said in err
    assert len(err.splitlines()) == 1


def test_what_is_undone_is_not_undone_again(cli: Cli, ledger: Path, book: str) -> None:
    """A second time is told, and the newest is then the one before."""
    cli("reprice", "--book", book, "--apply", "--model", "mine")
    cli("reprice", "--undo", "1")
    assert "repricing 1 is undone already" in cli("reprice", "--undo", "1")[2]
    assert "there is no repricing to undo" in cli("reprice", "--undo")[2]


def test_a_broken_price_file_changes_nothing(cli: Cli, ledger: Path, tmp_path: Path) -> None:
    """The file is named, and the ledger is as it was."""
    before = costs(ledger)
    path = tmp_path / "broken.toml"
    path.write_text('[[price]]\nprovider = "openai"\n')
    code, _, err = cli("reprice", "--book", str(path), "--apply")
    assert code == 2
    assert "broken.toml" in err
    assert costs(ledger) == before


@pytest.mark.parametrize("options", [[], ["--apply"], ["--undo"], ["--list"]], ids=str)
def test_no_ledger_is_made(cli: Cli, tmp_path: Path, options: list[str]) -> None:
    """Where there is none that is said, and there is none afterwards."""
    path = tmp_path / "none" / "ledger.db"
    code, _, err = cli("reprice", "--store", str(path), *options)
    assert code == 2
    assert err == f"keeptabs: there is no ledger at {path} yet\n"
    assert not path.parent.exists()


def test_a_locked_ledger_is_one_line(cli: Cli, ledger: Path, book: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Looking goes on; writing says that it could not."""
    monkeypatch.setattr(database, "BUSY_SECONDS", 0)
    with closing(sqlite3.connect(ledger, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert cli("reprice", "--book", book)[0] == 0
        code, _, err = cli("reprice", "--book", book, "--apply")
    assert (code, err) == (2, f"keeptabs: the ledger {ledger} cannot be written: database is locked\n")
