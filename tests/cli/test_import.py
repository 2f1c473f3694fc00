"""``keeptabs import``."""

from __future__ import annotations

import gzip
import json
import sqlite3
import sys
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

import keeptabs.cli
from keeptabs.cli.import_ import COMMAND
from keeptabs.store.known import known_spans

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CHAT = "https://api.openai.com/v1/chat/completions"
USAGE = {
    "prompt_tokens": 100,
    "completion_tokens": 40,
    "prompt_tokens_details": {"cached_tokens": 30, "audio_tokens": 20},
    "completion_tokens_details": {"reasoning_tokens": 8, "audio_tokens": 0},
}
ANSWER = {"id": "c", "model": "gpt-4o-2024-08-06", "choices": [{"index": 0, "finish_reason": "stop"}], "usage": USAGE}
ERROR = {"error": {"code": "rate_limit_exceeded", "type": "requests", "message": "wait"}}
LIMITS = {"x-ratelimit-limit-requests": "500", "x-ratelimit-reset-tokens": "6m0s", "x-request-id": "req_1"}


def entry(url: str = CHAT, *, answer: Any = None, status: int = 200, method: str = "POST") -> dict[str, Any]:
    """A HAR entry of a chat."""
    asked = json.dumps({"model": "gpt-4o", "messages": []})
    headers = [{"name": name, "value": value} for name, value in LIMITS.items()]
    content = {"mimeType": "application/json", "text": json.dumps(answer or ANSWER)}
    return {
        "startedDateTime": "2024-09-01T00:00:00Z",
        "request": {"method": method, "url": url, "postData": {"mimeType": "application/json", "text": asked}},
        "response": {"status": status, "headers": headers, "content": content},
    }


OTHER = entry("https://example.com/")
REFUSED = entry(answer=ERROR, status=429)
BROKEN = {"request": {"method": "GET"}}


@pytest.fixture
def har(tmp_path: Path) -> Callable[..., Path]:
    """Write a HAR file of some entries."""

    def write(*entries: Any, name: str = "a.har") -> Path:
        path = tmp_path / name
        path.write_text(json.dumps({"log": {"entries": entries}}))
        return path

    return write


@pytest.fixture
def ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Name a ledger that does not exist yet."""
    path = tmp_path / "data" / "ledger.db"
    monkeypatch.setenv("KEEPTABS_STORE", str(path))
    return path


def lines(*args: object) -> list[dict[str, Any]]:
    """What ``--json`` prints."""
    done = CliRunner().invoke(COMMAND, ["--json", *map(str, args)], catch_exceptions=False)
    return [json.loads(line) for line in done.stdout.splitlines()]


def rows(ledger: Path, sql: str = "SELECT cost FROM calls") -> list[Any]:
    """What the ledger holds."""
    with closing(sqlite3.connect(ledger)) as db:
        return [value for (value,) in db.execute(sql)]


def test_json_has_all_facts_of_a_call(har: Callable[..., Path]) -> None:
    """One object a line: totals with their parts, nulls for what was not said, the limits, the request's id."""
    path = har(OTHER, entry())
    (found,) = lines(path)
    cost = found.pop("cost")
    assert found == {
        "source": str(path),
        "index": 1,
        "provider": "openai",
        "operation": "chat",
        "request_model": "gpt-4o",
        "response_model": "gpt-4o-2024-08-06",
        "streamed": False,
        "status": 200,
        "outcome": "ok",
        "error_code": None,
        "usage": {
            "input": 100,
            "output": 40,
            "cache_read": 30,
            "cache_write": None,
            "reasoning": 8,
            "input_audio": 20,
            "output_audio": 0,
            "input_image": None,
            "output_image": None,
            "seconds": None,
            "characters": None,
            "images": None,
            "searches": None,
            "pages": None,
        },
        "rate_limit": {
            "limit_requests": 500,
            "remaining_requests": None,
            "reset_requests": None,
            "limit_tokens": None,
            "remaining_tokens": None,
            "reset_tokens": 360.0,
            "retry_after": None,
        },
        "request_id": "req_1",
    }
    assert set(cost) == {"usd", "status"}


def test_json_has_the_exact_cost(har: Callable[..., Path]) -> None:
    """In USD as a number, at the price of the day of the recording."""
    answer = ANSWER | {"usage": {"prompt_tokens": 7, "completion_tokens": 1}}
    done = CliRunner().invoke(COMMAND, ["--json", str(har(entry(answer=answer)))])
    assert '"cost":{"usd":0.0000275,"status":"priced"}' in done.stdout  # 7 at $2.50 and 1 at $10 per million


def test_json_tells_an_error(har: Callable[..., Path]) -> None:
    """The provider's code, and no usage where there was none."""
    (found,) = lines(har(REFUSED))
    assert (found["status"], found["outcome"], found["error_code"]) == (429, "rate_limited", "rate_limit_exceeded")
    assert set(found["usage"].values()) == {None}
    assert found["cost"] == {"usd": None, "status": "no_usage"}


def test_json_stores_nothing(har: Callable[..., Path], ledger: Path) -> None:
    """It only shows."""
    assert lines(har(entry()))
    assert not ledger.exists()


def test_other_entries_are_counted(har: Callable[..., Path]) -> None:
    """On stderr, in one line; so is what is damaged, with a reason."""
    reason = "entry 2: Object missing required field `url` - at `$.request`"
    one, two = har(OTHER, entry(), BROKEN), har(entry(), OTHER, name="b.har")
    done = CliRunner().invoke(COMMAND, ["--json", str(one), str(two), str(one)])
    assert [json.loads(line)["source"] for line in done.stdout.splitlines()] == [str(one), str(two)]
    assert done.stderr.splitlines() == [
        f"keeptabs: {one}: 1 damaged entry was passed over; {reason}",
        "keeptabs: 2 calls in 2 files; 2 other entries were passed over",
    ]


@pytest.mark.parametrize(
    "near_miss",
    [
        entry(method="GET"),
        entry("https://api.openai.com/v1/models"),
        entry("https://api.openai.com/v1/chat/completions/c1"),
        entry("https://example.com/blog/completions"),
    ],
    ids=["get", "models", "stored", "other"],
)
def test_a_near_miss_is_no_call(near_miss: dict[str, Any], har: Callable[..., Path]) -> None:
    """Another method, another path, a host that only has a path like ours."""
    assert lines(har(near_miss)) == []


def test_calls_go_into_the_ledger(har: Callable[..., Path], ledger: Path) -> None:
    """Each as a call of the service "import", at its own time; the summary says what they cost."""
    done = CliRunner().invoke(COMMAND, [str(har(OTHER, entry(), REFUSED, entry()))], catch_exceptions=False)
    assert done.exit_code == 0
    assert rows(ledger, "SELECT DISTINCT service FROM calls") == ["import"]
    assert rows(ledger, "SELECT DISTINCT started_at FROM calls") == [1_725_148_800_000_000_000]
    assert len(set(rows(ledger, "SELECT trace_id || span_id FROM calls"))) == 3
    first, *_, last = [line.strip() for line in done.stdout.splitlines() if line.strip()]
    assert " for 3 calls in 1 file  " in first
    assert "1 failed (rate_limit_exceeded 1) · 1 other entry was passed over" in first
    assert last.startswith("keeptabs calls --since all ")
    assert done.stderr == ""


def test_a_file_is_imported_once(har: Callable[..., Path], ledger: Path, tmp_path: Path) -> None:
    """The same file again, and a packed copy beside it, add nothing; a call more adds one."""
    path = har(entry(), entry())
    copy = tmp_path / "copy.har.gz"
    copy.write_bytes(gzip.compress(path.read_bytes()))
    for arguments, said in (([path, copy], "2 in the ledger already"), ([path], "2 in the ledger already")):
        done = CliRunner().invoke(COMMAND, [*map(str, arguments)], catch_exceptions=False)
        assert said in done.stdout
        assert len(rows(ledger)) == 2
    CliRunner().invoke(COMMAND, [str(har(entry(), entry(), REFUSED))], catch_exceptions=False)
    assert len(rows(ledger)) == 5  # another file, with calls of its own


def test_known_spans_are_those_of_the_traces(har: Callable[..., Path], ledger: Path) -> None:
    """However many traces are asked for; none where there is no ledger."""
    assert known_spans(ledger, ["0"]) == set()
    CliRunner().invoke(COMMAND, [str(har(entry(), entry()))], catch_exceptions=False)
    traces, spans = (rows(ledger, f"SELECT {name} FROM calls") for name in ("trace_id", "span_id"))
    assert known_spans(ledger, [*map(str, range(2_000)), *traces]) == set(spans)
    assert known_spans(ledger, ["0"]) == set()


def test_nothing_to_import_is_said(har: Callable[..., Path], ledger: Path) -> None:
    """A recording without a call is no mistake."""
    done = CliRunner().invoke(COMMAND, [str(har(OTHER))])
    assert (done.exit_code, done.stdout.strip()) == (0, "No LLM calls in 1 file; 1 other entry was passed over.")
    assert not ledger.exists()


def test_the_store_option_names_another_ledger(har: Callable[..., Path], ledger: Path, tmp_path: Path) -> None:
    """And what to type next names it too."""
    other = tmp_path / "other.db"
    done = CliRunner().invoke(COMMAND, [str(har(entry())), "--store", str(other)], catch_exceptions=False)
    assert len(rows(other)) == 1
    assert not ledger.exists()
    assert f"keeptabs report --since all --store {other}" in done.stdout


@pytest.fixture
def stopped(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[str, str]]:
    """What the whole command line prints when it stops with exit code 2."""

    def run(*args: object) -> tuple[str, str]:
        monkeypatch.setattr(sys, "argv", ["keeptabs", "import", *map(str, args)])
        with pytest.raises(SystemExit) as raised:
            keeptabs.cli.main()
        assert raised.value.code == 2
        said = capsys.readouterr()
        return said.out, said.err

    return run


@pytest.mark.parametrize(
    ("name", "reason"),
    [("none.har", "no such file or directory"), (".", "is a directory"), ("a.txt", "neither a HAR file nor a VCR")],
)
def test_bad_input_is_one_line(
    name: str, reason: str, har: Callable[..., Path], tmp_path: Path, stopped: Callable[..., tuple[str, str]]
) -> None:
    """All files are looked at before anything is printed."""
    (tmp_path / "a.txt").write_text("text")
    for flags in ([], ["--json"]):
        out, err = stopped(har(entry()), tmp_path / name, *flags)
        assert (out, len(err.splitlines())) == ("", 1)
        assert err.startswith(f"keeptabs: {tmp_path / name}: {reason}")


def test_a_file_that_breaks_off_keeps_what_came_before(
    har: Callable[..., Path], ledger: Path, stopped: Callable[..., tuple[str, str]]
) -> None:
    """What was read is printed, or stored; the break is one line, and exit code 2."""
    path = har(entry(), entry(), REFUSED)
    path.write_text(path.read_text()[:-80])
    out, err = stopped(path, "--json")
    assert len(out.splitlines()) == 2
    counted, broken = err.splitlines()
    assert counted == "keeptabs: 2 calls in 1 file; 0 other entries were passed over"
    assert broken.startswith(f"keeptabs: {path}: entry 2 is broken, or the file breaks off there: ")
    out, err = stopped(path)
    assert (out, err) == ("", f"{broken}\n")
    assert len(rows(ledger)) == 2


def test_a_ledger_that_is_off_is_refused(
    har: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, stopped: Callable[..., tuple[str, str]]
) -> None:
    """With what would do instead."""
    monkeypatch.setenv("KEEPTABS_STORE", "off")
    out, err = stopped(har(entry()))
    assert (out, err) == ("", "keeptabs: the ledger is off (KEEPTABS_STORE=off); name one with --store FILE\n")


@pytest.mark.parametrize("what", ["text", "directory"])
def test_a_ledger_that_cannot_be_used_is_refused(
    what: str, har: Callable[..., Path], tmp_path: Path, stopped: Callable[..., tuple[str, str]]
) -> None:
    """A file that is no ledger is left as it is, and nothing is made beside it."""
    store = tmp_path / "notes"
    if what == "text":
        store.write_text("my notes\n" * 100)
    else:
        store.mkdir()
    before = sorted(tmp_path.iterdir())
    out, err = stopped(har(entry()), "--store", store)
    assert out == ""
    assert len(err.splitlines()) == 1
    assert str(store) in err
    assert sorted(tmp_path.iterdir()) == sorted({*before, tmp_path / "a.har"})
