import json
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from keeptabs.core.cost import Cost, CostStatus
from keeptabs.core.exchange import Timing
from keeptabs.store.record import Record
from keeptabs.store.writer import Process, Writer

Cli = Callable[..., tuple[int, str, str]]
Make = Callable[..., Record]
DAY = 86_400_000_000_000
TALK = ("--input", "10000", "--output", "10000")


@pytest.fixture
def ledger(tmp_path: Path, process: Process, record: Make, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Puts calls into the ledger that is configured, each as many days ago as is said."""
    path = tmp_path / "ledger.db"
    monkeypatch.setenv("KEEPTABS_STORE", str(path))

    def fill(*days_ago: float, **fields: object) -> None:
        writer, now = Writer(path), time.time_ns()
        for ago in days_ago:
            writer.add(record(timing=Timing(started_at=now - int(ago * DAY), duration=1), **fields))
        writer.commit({("x", "y"): 1}, process)
        writer.close()

    return fill


def test_the_price_of_a_day_comes_first(cli: Cli) -> None:
    """The known case: 1,000 conversations a day in June 2024 at $0.20 each, then the rates and where they come from."""
    code, out, _ = cli("estimate", "--model", "gpt-4o", *TALK, "--calls", "1000/day", "--at", "2024-06-01")
    lines = [line for line in out.splitlines() if line]
    assert code == 0
    assert lines[0] == "  $0.2000 a call · $200.00 a day · $6,000.00 a month   gpt-4o at openai on 2024-06-01"
    assert lines[2].split() == ["input", "text", "10,000", "$5", "/", "1M", "$0.0500"]
    assert lines[4].startswith("  openai/gpt-4o@2024-05-13   https://")


def test_models_are_compared_the_cheapest_first(cli: Cli) -> None:
    """On price alone, which is said; a model without a price says so, and is never the cheapest."""
    models = [part for name in ("gpt-4o", "no-such-model", "gpt-4o-mini") for part in ("--model", name)]
    _, out, _ = cli("estimate", *models, *TALK, "--calls", "10/day")
    rows = [line.split() for line in out.splitlines() if line.startswith(("  gpt", "  no-such"))]
    assert [row[0] for row in rows] == ["gpt-4o-mini", "gpt-4o", "no-such-model"]
    assert rows[0][-3:] == ["$0.0075", "$0.0750", "$2.25"]
    assert rows[2][-4:] == ["no", "price", "–", "–"]
    assert "! no price for no-such-model at any provider" in out
    assert "Price only" in out


def test_terms_change_the_price(cli: Cli) -> None:
    """The share from the cache, batches, and a file of one's own prices."""
    halves = [("--cached", "60%"), ("--batch",), ("--provider", "openrouter")]
    given = ("estimate", "--model", "gpt-4o-2024-08-06", *TALK, "--json")
    found = [json.loads(cli(*given, *more)[1])["models"][0]["mid_a_call"] for more in halves[:2]]
    assert found == [0.1175, 0.0625]
    other = json.loads(cli("estimate", "--model", "openai/gpt-4o", *halves[2], *TALK, "--json")[1])
    assert other["models"][0]["provider"] == "openrouter"


def test_a_free_model_is_free(cli: Cli) -> None:
    """And not without a price."""
    _, out, _ = cli("estimate", "--model", "omni-moderation-latest", "--input", "5", "--calls", "9")
    assert out.splitlines()[1].startswith("  free a call   omni-moderation-latest")


def test_a_prompt_is_estimated_with_its_band(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What each file makes, how that was told, and the price at both ends."""
    monkeypatch.setattr("keeptabs.runtime.tokens._encoding", lambda _: None)
    text, picture = tmp_path / "a.txt", tmp_path / "b.gif"
    text.write_text("a" * 4_000)
    picture.write_bytes(b"GIF89a\x00\x04\x00\x04")
    given = ("estimate", "--model", "gpt-4o", "--text", str(text), "--image", f"{picture}:low", "--output", "300")
    _, out, _ = cli(*given)
    assert "($0.0045 to $0.0070 a call)" in out.splitlines()[1]
    counts = [line.split()[-3:] for line in out.splitlines()]
    assert ["1,003", "502", "1,505"] in counts
    assert ["85", "81", "90"] in counts
    assert "what a provider adds to a prompt" in out
    found = json.loads(cli(*given, "--json")[1])
    assert [part["tokens"] for part in found["parts"]] == [1_003, 85]
    (model,) = found["models"]
    assert model["low_a_call"] < model["mid_a_call"] < model["high_a_call"]
    assert model["status"] == "estimated"


def test_past_days_say_what_a_day_will_cost(cli: Cli, ledger: Callable[..., None]) -> None:
    """As billed first, then other models, each with its band and with what cannot be known."""
    ledger(0.1, 0.2, 0.3, 1.5, 2.5)
    ledger(0.4, operation="embeddings")
    code, out, _ = cli("estimate", "--like", "7d", "--model", "o3", "--model", "no-such-model")
    lines = [line for line in out.splitlines() if line]
    assert code == 0
    assert lines[0] == "  $0.0006 a day, $0.0003 to $0.0009"
    assert lines[1] == "  2 calls · 100 tokens in (40 % cached) · 10 out"
    rows = {line.split("  ")[1]: line.split() for line in lines[3:6]}
    assert list(rows) == ["as billed", "o3", "no-such-model"]
    assert rows["no-such-model"][1:5] == ["no", "price", "no", "price"]
    assert "Calls that no other chat model can do are left out: 1 embeddings." in out
    assert "From – to: the cheapest and the dearest of 2 days, which are too few to say more." in out
    assert "Tokens are those of gpt-4o-2024-08-06: another model counts and reasons otherwise." in out


def test_the_models_that_answered_may_be_asked_about_other_terms(cli: Cli, ledger: Callable[..., None]) -> None:
    """Another share of the cache changes their price, and says nothing of other models."""
    ledger(0.1, 1.2)
    found = json.loads(cli("estimate", "--like", "7d", "--cached", "100%", "--json")[1])
    billed, other = found["projections"]
    assert (billed["under"], other["under"]) == ("as billed", "the same models")
    assert other["usd_a_call"] == pytest.approx(100 * 1.25e-6 + 10 * 1e-5)
    assert (found["days"], found["calls"], found["tokens_a_call"]["cached"]) == (1, 1, 40)
    assert other["low_a_day"] * 4 == other["high_a_day"]


def test_only_calls_that_are_asked_for_count(cli: Cli, ledger: Callable[..., None]) -> None:
    """Where there are none there is nothing to estimate from."""
    ledger(0.1, 1.2)
    ledger(0.3, tags={"feature": "search"})
    assert json.loads(cli("estimate", "--like", "all", "--where", "feature=search", "--json")[1])["calls"] == 1
    code, out, err = cli("estimate", "--like", "7d", "--where", "feature=none")
    assert (code, out) == (2, "")
    assert err == "keeptabs: there are no such calls in that span, so there is nothing to estimate from\n"


def test_what_has_no_price_in_the_ledger_is_said(cli: Cli, ledger: Callable[..., None]) -> None:
    """The amount is in part, with how many calls it leaves out."""
    ledger(0.1, 0.2, 1.2)
    ledger(0.3, cost=Cost(status=CostStatus.UNPRICED, why="no price"))
    _, out, _ = cli("estimate", "--like", "1d")
    assert "in part $0.0006" in out
    assert "! as billed: 1 call has no price, or a part of one" in out


def test_hours_are_taken_for_a_day_and_said(cli: Cli, ledger: Callable[..., None]) -> None:
    """With a band that is wide: half and twice."""
    ledger(0.1, 0.2, 1.2)
    _, out, _ = cli("estimate", "--like", "12h")
    assert "There are 12.0 hours of calls, taken for a day." in out
    assert "half and twice one day, which says nothing of other days" in out


def test_later_calls_are_held_against_a_saved_estimate(cli: Cli, ledger: Callable[..., None]) -> None:
    """Both sides, and what drove the gap; too little time is said."""
    ledger(0.1, 0.2, 1.2)
    assert cli("estimate", "--like", "1d", "--save", "now")[0] == 0
    ledger(-1e-9, -2e-9)
    code, out, _ = cli("estimate", "--against", "now")
    assert code == 0
    assert "above it        now, 0.0 hours from " in out
    assert [line.split()[0] for line in out.splitlines() if line.strip()][2] == "calls"
    assert "! 0.0 hours are too little to judge by." in out
    assert "Most of the gap is the number of calls." in out
    found = json.loads(cli("estimate", "--against", "now", "--json")[1])
    assert (found["name"], found["driver"], found["estimate"]["mid_a_day"]) == ("now", "volume", 0.0006)
    assert found["gap"]["total"] == pytest.approx(found["actual"]["usd_a_day"] - 0.0006)


def test_an_estimate_from_counts_is_saved_too(cli: Cli, ledger: Callable[..., None]) -> None:
    """With the filter of the calls that it is for; a name is given once, and a wrong one is answered with all."""
    ledger(0.1)
    given = ("estimate", "--model", "gpt-4o", *TALK, "--calls", "3/day", "--where", "feature=answers", "--save", "plan")
    assert cli(*given)[0] == 0
    assert "Counted: calls with feature=answers." in cli("estimate", "--against", "plan")[1]
    assert "there is an estimate 'plan' already" in cli(*given)[2]
    assert cli("estimate", "--against", "play")[2] == "keeptabs: there is no estimate 'play'; there are: plan\n"


def test_where_nothing_was_saved_the_way_to_do_it_is_named(cli: Cli, ledger: Callable[..., None]) -> None:
    """In one line."""
    ledger(0.1)
    assert cli("estimate", "--against", "x")[2].endswith("none is saved yet: keep one with --save NAME\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "say what is to be estimated: --model with --input and --output, or --like 7d"),
        (("--model", "gpt-4o"), "say what is to be estimated"),
        (("--input", "5"), "say what is to be estimated"),
        (("--like", "7d", "--input", "5"), "--like takes tokens and calls from the ledger"),
        (("--like", "7d", "--calls", "5"), "--like takes tokens and calls from the ledger"),
        (("--like", "never"), "'never' is no span such as 24h or 7d"),
        (("--against", "x", "--like", "7d"), "--against shows an estimate as it was saved"),
        (("--model", "a", "--model", "b", "--text", "-"), "name one --model with a file"),
        (("--model", "gpt-4o", "--input", "5", "--save", "x"), "say how many calls there are: --calls 1000/day"),
        (("--model", "a", "--model", "b", "--input", "5", "--save", "x"), "an estimate is saved for one model"),
        (("--model", "gpt-4o", "--input", "5", "--prices", "/none.toml"), "/none.toml: No such file"),
        (("--model", "gpt-4o", "--image", "/none.png"), "/none.png: No such file"),
        (("--against", "x"), "there is no ledger at"),
    ],
)
def test_a_mistake_is_one_line(cli: Cli, arguments: tuple[str, ...], said: str) -> None:
    """What and where, and exit code 2."""
    code, out, err = cli("estimate", *arguments)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert said in err


def test_a_pipe_gets_plain_text(cli: Cli, ledger: Callable[..., None]) -> None:
    """Without a terminal there is no colour and no space at the end of a line."""
    ledger(0.1, cost=msgspec.structs.replace(Cost(status=CostStatus.UNPRICED), why="no price"))
    _, out, _ = cli("estimate", "--like", "7d")
    assert "\x1b" not in out
    assert all(line == line.rstrip() for line in out.splitlines())
