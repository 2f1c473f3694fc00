from datetime import date
from decimal import Decimal

import pytest

from keeptabs.pricing import written
from keeptabs.pricing.match import matches
from keeptabs.pricing.rows import PriceFileError

GOOD = """
[[price]]
model = ["acme-1", "acme-1-turbo"]
provider = "acme"
from = 2026-01-01
to = 2026-07-01
when = { service_tier = "flex" }
unit.input_mtok = "2.00"
tier.input_mtok = [[200000, "3.00"], [100000, "2.50"]]
source = "https://acme.example/prices"
checked = 2026-02-03
confidence = "official"
"""


def test_a_row_is_read_with_all_that_it_says() -> None:
    """Every field of a row arrives, and the steps are in order."""
    [(clause, entry)] = written.read(GOOD, file="mine.toml", layer="user").prices
    assert matches(clause, "acme-1-turbo")
    assert not matches(clause, "acme-1-mini")
    assert (entry.provider, entry.model, entry.layer) == ("acme", "acme-1", "user")
    assert (date(2026, 1, 1), date(2026, 7, 1)) == (entry.row.start, entry.row.end)
    assert entry.row.when == {"service_tier": "flex"}
    assert entry.row.tier == {"input_mtok": ((100_000, "2.50"), (200_000, "3.00"))}
    assert (
        entry.source,
        entry.checked,
        entry.confidence,
    ) == ("https://acme.example/prices", "2026-02-03", "official")


def test_a_row_without_a_source_names_its_file() -> None:
    """Where a price comes from is never empty."""
    text = '[[price]]\nprovider = "acme"\nmodel = "a"\nunit.images = "1"\n'
    [(_, entry)] = written.read(text, file="mine.toml", layer="user").prices
    assert entry.source == "mine.toml"


def row(**lines: str) -> str:
    """A file with one good row on line 3, changed by ``lines``."""
    fields = {"provider": '"acme"', "model": '"a"', "unit.input_mtok": '"1"'} | {
        key.replace("__", "."): value for key, value in lines.items()
    }
    return "# mine\n\n[[price]]\n" + "\n".join(f"{key} = {value}" for key, value in fields.items() if value)


def ratio(**lines: str) -> str:
    """A file with one good ratio on line 2, changed by ``lines``."""
    fields = {"model": '"a"', "key": '"cache_write_12h_mtok"', "of": '"cache_write_mtok"', "factor": '"2"'} | lines
    return "\n[[ratio]]\n" + "\n".join(f"{key} = {value}" for key, value in fields.items() if value)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (row(unit__input_mtok='"1,5"'), 'm.toml:3: input_mtok = "1,5" is no amount: write USD as in "2.50"'),
        (row(unit__input_mtok='"-1"'), 'm.toml:3: input_mtok = "-1" is no amount: write USD as in "2.50"'),
        (row(unit__input_mtok='"NaN"'), 'm.toml:3: input_mtok = "NaN" is no amount: write USD as in "2.50"'),
        (row(unit__input_mtok="1.5"), "m.toml:3: Expected `str`, got `float` - at `$.unit[...]`"),
        (row(unit__input_tokens='"1"'), "m.toml:3: unknown unit 'input_tokens': did you mean 'input_mtok'?"),
        (row(unit__qqq='"1"'), "m.toml:3: unknown unit 'qqq'"),
        (row(tier__output_mtok='[[9, "2"]]'), "m.toml:3: tier.output_mtok needs unit.output_mtok"),
        (row(tier__input_mtok='[[9, "x"]]'), 'm.toml:3: input_mtok = "x" is no amount'),
        (row(provider=""), "m.toml:3: the row names no provider"),
        (row(model=""), "m.toml:3: Object missing required field `model`"),
        (row(model='""'), "m.toml:3: model is empty"),
        (row(model="[]"), "m.toml:3: model is empty"),
        (row(model='"("', match='"regex"'), "m.toml:3: model '(' is no regular expression"),
        (row(match='"like"'), "m.toml:3: Invalid enum value 'like' - at `$.match`"),
        (row(currency='"EUR"'), "m.toml:3: prices are in USD, not EUR: convert the amounts, and say so in note"),
        (row(confidence='"disputed"'), "m.toml:3: a disputed row says in note what its sources say"),
        (row(weekdays='["monday"]'), "m.toml:3: Invalid enum value 'monday' - at `$.weekdays[0]`"),
        (row(model='""', match='"prefix"'), "m.toml:3: model is empty"),
        ('[[discount]]\nprovider = "a"\nfactor = "15%"\n', 'm.toml:1: factor = "15%" is no factor: write it as in'),
        ('[[discount]]\nfactor = "0.85"\n', "m.toml:1: the row names no provider"),
        ('[[multiplier]]\nprovider = "a"\nmodel = "a"\n', "m.toml:1: Object missing required field `factor`"),
        ('[[alias]]\nprovider = "a"\nname = ""\nmodel = "b"\n', "m.toml:1: an alias has the name on the wire"),
        ('\n[[free]]\nhost = "localhost"\n', "m.toml:2: Object missing required field `reason`"),
        (ratio(key='"write"'), "m.toml:2: unknown unit 'write'"),
        (
            ratio(of='"cache_write_mtoks"'),
            "m.toml:2: unknown unit 'cache_write_mtoks': did you mean 'cache_write_mtok'?",
        ),
        (ratio(factor='"double"'), 'm.toml:2: factor = "double" is no factor: write it as in "2"'),
        (ratio(factor="2"), "m.toml:2: Expected `str`, got `int` - at `$.factor`"),
        (ratio(factor=""), "m.toml:2: Object missing required field `factor`"),
        (row(price='"1"'), "m.toml:3: Object contains unknown field `price`"),
        (row(free="true"), "m.toml:3: a row has either unit.… = amounts, or free = true"),
        (row(unit__input_mtok=""), "m.toml:3: a row has either unit.… = amounts, or free = true"),
        (row(to="2026-01-01", **{"from": "2026-01-01"}), "m.toml:3: it ends on 2026-01-01, before it begins"),
        (row(**{"from": '"soon"'}), "m.toml:3: Invalid RFC3339 encoded date - at `$.from`"),
        (row() + "\n\n[[price]]\nmodel = 3\n", "m.toml:8: Expected `str | array`, got `int` - at `$.model`"),
        ("[[prices]]\n", "m.toml: unknown table 'prices': rows stand under [[price]]"),
        ("[price]\nmodel = 'a'\n", "m.toml: write each row as a table of its own, under [[price]]"),
        ("price = [{model = 'a'}]\n", "m.toml: write each row as a table of its own, under [[price]]"),
        ("[[price]\n", "m.toml: Expected ']]' at the end of an array declaration (at line 1, column 8)"),
    ],
)
def test_a_wrong_row_is_answered_with_its_line_and_what_is_wrong(text: str, complaint: str) -> None:
    """Whoever wrote the file can mend it without reading our code."""
    with pytest.raises(PriceFileError) as caught:
        written.read(text, file="m.toml", layer="user")
    assert str(caught.value).startswith(complaint)


def test_tiers_and_what_rates_cover_are_read_too() -> None:
    """The two other tables of the overlay are open to everyone."""
    text = """
[[tier_from]]
when = { processing = "batch" }
from = 2024-04-15
source = "https://acme.example"
checked = 2026-01-01

[[covers]]
model = "acme-image-"
match = "prefix"
output = "image"
"""
    said = written.read(text, file="m.toml", layer="overlay", provider="acme")
    assert ({"processing": "batch"}, date(2024, 4, 15)) == (said.tiers[0].when, said.tiers[0].start)
    assert (said.covers[0].input, said.covers[0].output) == ("", "image")


def test_a_ratio_is_read_too() -> None:
    """What it makes, of what, times what."""
    [made] = written.read(ratio(), file="m.toml", layer="overlay", provider="acme").ratios
    assert ("cache_write_12h_mtok", "cache_write_mtok", Decimal(2)) == (made.key, made.of, made.factor)
    assert matches(made.match, "a")
