import pytest

from keeptabs.reconcile.csv_items import read
from keeptabs.reconcile.statement import Kind


@pytest.mark.parametrize(
    ("item", "unit"),
    [
        ("gpt 4o 0806 Inp glbl Tokens", "input.text"),
        ("gpt-4o-0806-Outp-regnl Tokens", "output.text"),
        ("gpt 4o 1120 cached Inp glbl Tokens", "cache_read.text"),
        ("GPT 5.1 opt Gl 1M Tokens", "output.text"),
        ("GPT 5.1 cd inp Gl 1M Tokens", "cache_read.text"),
        ("gpt-4o-aud-1217 Aud Inp glbl Tokens", "input.audio"),
        ("gpt 4o rt Audio Outp Tokens", "output.audio"),
        ("input_no_cache", "input.text"),
        ("input_cache_read", "cache_read.text"),
        ("input_cache_write_5m", "cache_write.5m"),
        ("input_cache_write_1h", "cache_write.1h"),
        ("output", "output.text"),
        ("input", "input.text"),
        ("prompt_tokens", "input.text"),
        ("Completion tokens", "output.text"),
        ("cache writes", "cache_write"),
    ],
)
def test_the_words_of_an_item_name_a_bucket(item: str, unit: str) -> None:
    """In the abbreviations of clouds and in those of consoles."""
    assert read(item, None) == (Kind.TOKENS, unit)


@pytest.mark.parametrize(
    ("item", "model", "kind", "unit"),
    [
        ("web_search", None, Kind.UNITS, "web_searches"),
        ("Web search tool calls", "gpt", Kind.UNITS, "web_searches"),
        ("Vector storage", None, Kind.FIXED, None),
        ("gpt-4o FT Hosting", None, Kind.FIXED, None),
        ("gpt 4o mini Training", None, Kind.FIXED, None),
        ("Provisioned Managed Global", None, Kind.FIXED, None),
        ("Support plan", None, Kind.UNREAD, None),
        ("Support plan", "gpt", Kind.TOKENS, None),
        ("", None, Kind.TOKENS, None),
        ("inputs", None, Kind.UNREAD, None),
        ("throughput", None, Kind.UNREAD, None),
    ],
)
def test_other_items_are_told_from_tokens(item: str, model: str | None, kind: Kind, unit: str | None) -> None:
    """What no call causes is fixed, and what says nothing is unread unless a model is named with it."""
    assert read(item, model) == (kind, unit)
