"""A fault injected into each stage leaves the app's call as it is, is counted once, and loses no other call."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import openai
import pytest

import keeptabs
from keeptabs.core.errors import UserError
from keeptabs.patching.shield import shield
from keeptabs.store import database, queries, spool
from keeptabs.store.database import open_writer, reading
from keeptabs.testing.mock import MockServer

Break = Callable[[pytest.MonkeyPatch, Path], None]


class Injected(Exception):
    """What a broken part of ours raises; no other code does."""


def raising(*args: Any, **kwargs: Any) -> Any:
    raise Injected


def once(target: Any, name: str) -> Break:
    """Break a part of ours for its first use, and let it work afterwards."""

    def install(patch: pytest.MonkeyPatch, store: Path) -> None:
        real, broken = getattr(target, name), [True]

        def first_raises(*args: Any, **kwargs: Any) -> Any:
            if broken:
                broken.pop()
                raise Injected
            return real(*args, **kwargs)

        patch.setattr(target, name, first_raises)

    return install


def _stages() -> dict[str, Break]:
    from keeptabs.patching import recording
    from keeptabs.pricing.book import Book
    from keeptabs.providers import Recogniser
    from keeptabs.runtime import recorder
    from keeptabs.sinks.otel.tracing import Tracing
    from keeptabs.store.writer import Writer

    return {
        "recognise": once(Recogniser, "could_match"),
        "begin": once(recorder, "call_site"),
        "span": once(Tracing, "start"),
        "answered": once(recording, "keeper"),
        "parse": once(recorder, "measure"),
        "price": once(Book, "price"),
        "store": once(Writer, "_write"),
    }


STAGES = _stages()
LOSES_ITS_OWN_CALL = {"recognise", "begin"}  # nothing is known of a call that could not even be begun


@pytest.fixture(autouse=True)
def _as_in_production(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Faults are swallowed here as they are in an application, and a lock is not waited for long."""
    monkeypatch.setattr(shield, "raises", False)
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.05)
    monkeypatch.setattr(spool.tempfile, "gettempdir", lambda: str(tmp_path / "tmp"))


@pytest.fixture
def provider() -> Iterator[MockServer]:
    with MockServer() as server:
        yield server


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "ledger.db"


def transcript(url: str) -> list[Any]:
    """What an application gets from a plain call, a stream, a failure and a broken stream."""
    client = openai.OpenAI(base_url=url, api_key="none-is-needed", max_retries=0)
    messages: Any = [{"role": "user", "content": "hello"}]
    got: list[Any] = []
    for model, stream in [("gpt-4o", False), ("gpt-4o", True), ("mock-429", False), ("mock-stream-dies", True)]:
        try:
            answer = client.chat.completions.create(model=model, messages=messages, stream=stream)  # type: ignore[call-overload]
            got.append([chunk.model_dump() for chunk in answer] if stream else answer.model_dump())
        except openai.OpenAIError as error:
            got.append((type(error), str(error)))
    client.close()
    return got


@pytest.fixture(scope="module")
def untouched() -> list[Any]:
    """The same without keeptabs: a fresh provider answers the same calls byte for byte the same."""
    with MockServer() as server:
        return transcript(server.url)


def outcome(store: Path) -> tuple[int, dict[str, int]]:
    """Calls kept and faults counted, by stage, as the doctor would tell them."""
    keeptabs.uninstall()
    with reading(store) as db:
        counted: dict[str, int] = {}
        for line in queries.faults(db):
            counted[line.stage] = counted.get(line.stage, 0) + line.count
        return queries.totals(db, 0).calls, counted


@pytest.mark.parametrize("stage", STAGES)
def test_a_fault_in_a_stage(
    stage: str, store: Path, provider: MockServer, untouched: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The application sees what it would have seen, one fault is counted, and the other calls are kept."""
    STAGES[stage](monkeypatch, store)
    keeptabs.install(store=store)
    assert transcript(provider.url) == untouched
    calls, faults = outcome(store)
    assert sum(faults.values()) == 1
    assert calls == (3 if stage in LOSES_ITS_OWN_CALL else 4)


def test_a_price_that_always_breaks_leaves_calls_without_a_price(
    store: Path, provider: MockServer, untouched: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half a measurement is kept: tokens without money."""
    from keeptabs.pricing.book import Book

    monkeypatch.setattr(Book, "price", raising)
    keeptabs.install(store=store)
    assert transcript(provider.url) == untouched
    calls, faults = outcome(store)
    assert (calls, set(faults)) == (4, {"measure"})
    with reading(store) as db:
        lines = queries.calls(db, 0, 9, model=None, failed=False)
    assert [(line.cost, line.input is not None) for line in lines if line.outcome == "ok"][-1] == (None, True)


def test_a_broken_price_file(store: Path, tmp_path: Path, provider: MockServer, untouched: list[Any]) -> None:
    """A price file with a mistake costs the prices, not the calls, and the fault names the file."""
    prices = tmp_path / "prices.toml"
    prices.write_text("[[price]\nmodel = ")
    keeptabs.install(store=store, prices=prices)
    assert transcript(provider.url) == untouched
    assert outcome(store)[0] == 4
    with reading(store) as db:
        assert str(prices) in queries.faults(db)[0].cause


@pytest.mark.parametrize("behaviour", ["bad-json", "bad-sse", "liar"])
@pytest.mark.parametrize("stream", [False, True])
def test_a_body_that_is_not_what_it_claims(behaviour: str, stream: bool, store: Path, provider: MockServer) -> None:
    """Malformed JSON and events and a lying encoding give the application its own error, and us one gap at most."""

    def call(url: str) -> Any:
        client = openai.OpenAI(base_url=url, api_key="none-is-needed", max_retries=0)
        try:
            answer = client.chat.completions.create(  # type: ignore[call-overload]
                model=f"mock-{behaviour}@gpt-4o", messages=[{"role": "user", "content": "hi"}], stream=stream
            )
            return [chunk.model_dump() for chunk in answer] if stream else answer.model_dump()
        except (openai.OpenAIError, ValueError) as error:
            return type(error), str(error)
        finally:
            client.close()

    with MockServer() as other:
        expected = call(other.url)
    keeptabs.install(store=store)
    assert call(provider.url) == expected
    calls, faults = outcome(store)
    assert calls == 1
    assert sum(faults.values()) <= 1


def test_a_ledger_that_is_locked(store: Path, provider: MockServer, untouched: list[Any]) -> None:
    """A lock that outlives the process costs nothing: the calls wait in a spool, and the next process keeps them."""
    with closing(open_writer(store)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        keeptabs.install(store=store)
        assert transcript(provider.url) == untouched
        keeptabs.uninstall()
        holder.execute("ROLLBACK")
    keeptabs.install(store=store)
    transcript(provider.url)
    assert outcome(store) == (8, {"store": 1})


def test_a_ledger_that_is_damaged(store: Path, provider: MockServer, untouched: list[Any]) -> None:
    """A damaged file is set aside, never deleted, and the calls are in a new one."""
    store.write_bytes(b"not a database, only text" * 100)
    keeptabs.install(store=store)
    assert transcript(provider.url) == untouched
    assert outcome(store) == (4, {"store": 1})
    (kept,) = store.parent.glob("ledger.db.damaged-*")
    assert kept.read_bytes().startswith(b"not a database")


def test_a_full_disk(store: Path, provider: MockServer, untouched: list[Any]) -> None:
    """A ledger that may not grow is told once; what does not fit waits in a spool until there is room."""
    with closing(open_writer(store)) as db:
        (pages,) = db.execute("PRAGMA page_count").fetchone()
    real = database.sqlite3.connect

    class Full(sqlite3.Connection):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            super().execute(f"PRAGMA max_page_count = {pages}")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database.sqlite3, "connect", lambda *args, **kwargs: real(*args, factory=Full, **kwargs))
        keeptabs.install(store=store)
        for _ in range(12):
            assert transcript(provider.url)[0]["object"] == "chat.completion"
        keeptabs.uninstall()
    keeptabs.install(store=store)
    transcript(provider.url)
    calls, faults = outcome(store)
    assert calls == 52
    assert faults == {"store": 1}


def test_a_place_where_no_ledger_can_be(tmp_path: Path, provider: MockServer, untouched: list[Any]) -> None:
    """A store below a file, where nothing can be written, leaves the calls in a spool of the temporary directory."""
    (tmp_path / "file").write_text("no directory")
    store = tmp_path / "file" / "ledger.db"
    keeptabs.install(store=store)
    assert transcript(provider.url) == untouched
    keeptabs.uninstall()
    records = [record for file in spool.files(store) for record in spool.read(file)[0]]
    assert len(records) == 4


def test_a_mistake_is_no_traceback() -> None:
    """The tree of mistakes has one root, which the command line turns into one line."""
    from keeptabs.pricing.rows import PriceFileError
    from keeptabs.recordings import RecordingError

    for kind in (PriceFileError, RecordingError, database.StoreError, keeptabs.ConfigError):
        assert issubclass(kind, UserError)
