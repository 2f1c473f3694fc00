from collections.abc import Callable

import msgspec

from keeptabs.core.usage import Bucket, Usage
from keeptabs.store.record import Columns, Record, call_of, detail_of, row


def test_a_row_has_the_totals_that_opentelemetry_defines(record: Callable[..., Record]) -> None:
    """Input includes what came from cache; the money is in nano-dollars; the site is spelt out."""
    values = dict(zip(Columns.__struct_fields__, row(record()), strict=True))
    expected = {
        "model": "gpt-4o-2024-08-06",
        "input": 100,
        "output": 10,
        "cache_read": 40,
        "cache_write": None,
        "reasoning": None,
        "cost": 300_000,
        "cost_status": "priced",
        "outcome": "ok",
        "site_line": 88,
        "service": "desk",
        "tags": '{"feature":"answers"}',
    }
    assert {name: values[name] for name in expected} == expected


def test_what_is_unknown_is_null(record: Callable[..., Record]) -> None:
    """No usage and no site are NULL in every column, never 0."""
    values = dict(zip(Columns.__struct_fields__, row(record(usage=None, site=None)), strict=True))
    names = ("input", "output", "cache_read", "site_file", "site_line", "site_function")
    assert [values[name] for name in names] == [None] * len(names)


def test_the_detail_gives_the_whole_call_back(record: Callable[..., Record]) -> None:
    """Nothing of a call is lost on the way through the ledger."""
    made = record()
    detail = dict(zip(Columns.__struct_fields__, row(made), strict=True))["detail"]
    assert call_of(detail) == made.call


def test_a_detail_has_only_what_is_known(record: Callable[..., Record]) -> None:
    """What has its default is left out, which the reader has again; what is 0 or said to be nothing is not."""
    made = record(usage=Usage(tokens={Bucket.OUTPUT_TEXT: 0}), site=None, tags={}).call
    detail = detail_of(made)
    assert not [word for word in ("null", "{}", "[]", '""', "site", "tags") if word in detail]
    assert '"output.text":0' in detail
    assert call_of(detail) == made


def test_a_detail_as_earlier_versions_wrote_it_is_read(record: Callable[..., Record]) -> None:
    """They wrote every member, also where nothing was known of it."""
    made = record().call
    whole = {name: getattr(made, name) for name in made.__struct_fields__}
    whole["cost"] = msgspec.structs.asdict(made.cost)
    whole["outcome"] = msgspec.structs.asdict(made.outcome)
    whole["timing"] = msgspec.structs.asdict(made.timing)
    text = msgspec.json.encode(whole).decode()
    assert '"why":""' in text
    assert '"message_fingerprint":null' in text
    assert call_of(text) == made


def test_a_count_beyond_belief_does_not_keep_a_call_out(record: Callable[..., Record]) -> None:
    """A column holds 64 bits; the whole call holds anything."""
    hostile = record(usage=Usage(tokens={Bucket.INPUT_TEXT: 10**30, Bucket.OUTPUT_TEXT: 3}))
    columns = dict(zip(Columns.__struct_fields__, row(hostile), strict=True))
    assert (columns["input"], columns["output"]) == (None, 3)
    assert call_of(columns["detail"]) == hostile.call
