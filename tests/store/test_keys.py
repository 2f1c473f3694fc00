from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from keeptabs.core.call import IN_PROMPT
from keeptabs.core.exchange import Account
from keeptabs.store import keys
from keeptabs.store.database import reading
from keeptabs.store.record import Record
from keeptabs.store.slices import Slice
from keeptabs.store.writer import Process, Writer

Make = Callable[..., Record]
ALL = Slice(since=0)


def written(file: Path, process: Process, *records: Record) -> Path:
    """A ledger of these records."""
    with closing(Writer(file)) as writer:
        for record in records:
            writer.add(record)
        writer.commit({}, process)
    return file


def test_prompts_with_keys_are_found_by_the_fact(tmp_path: Path, process: Process, record: Make) -> None:
    """Not by a text that only speaks of it, nor by a fact of another kind."""
    records = (
        record(facts={IN_PROMPT: ["aws", "openai"]}),
        record(facts={"other": IN_PROMPT}),
        record(facts={IN_PROMPT: 1}),
        record(tags={IN_PROMPT: "aws"}),
    )
    with reading(written(tmp_path / "ledger.db", process, *records)) as db:
        (found,) = keys.in_prompts(db, ALL)
    assert (found.kinds, found.trace_id, found.service) == (
        ("aws", "openai"),
        records[0].identity.trace_id,
        "desk",
    )


def test_keys_are_told_apart_by_provider(tmp_path: Path, process: Process, record: Make) -> None:
    """The key with the most calls first; calls without a key are none of its."""
    one, other = Account(key="k1"), Account(key="k2")
    records = (
        record(account=one),
        record(account=other),
        record(account=other),
        record(account=one, provider="anthropic"),
        record(),
    )
    with reading(written(tmp_path / "ledger.db", process, *records)) as db:
        found = keys.uses(db, ALL)
    assert [(each.provider, each.key, each.calls, each.cost) for each in found] == [
        ("openai", "k2", 2, 600_000),
        ("anthropic", "k1", 1, 300_000),
        ("openai", "k1", 1, 300_000),
    ]
