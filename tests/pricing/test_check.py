"""A price file that a person wrote, read as a whole."""

from datetime import date

import pytest

from keeptabs.pricing.catalogue import Catalogue
from keeptabs.pricing.check import Checked, check

KNOWN = Catalogue()
NAMES = {"openai": "openai", "gcp.gemini": "google", "ollama": "ollama"}
TODAY = date(2026, 11, 24)


def read(*tables: str) -> Checked:
    """The result for a file of some tables, each of which begins on the next line after the one before."""
    return check("\n".join(tables), "m.toml", NAMES, KNOWN, TODAY)


def price(model: str = "'gpt-4o'", provider: str = "openai", **more: str) -> str:
    """A good row of four lines, with more of them."""
    lines = [f"{key.replace('__', '.').rstrip('_')} = {value}" for key, value in more.items()]
    amount = [] if "unit__input_mtok" in more else ["unit.input_mtok = '2.5'"]
    return "\n".join(["[[price]]", f"provider = '{provider}'", f"model = {model}", *amount, *lines])


def test_a_good_file_has_nothing_to_say() -> None:
    """Every kind of row that a person may write, each as it is meant."""
    others = [
        "[[discount]]\nprovider = 'openai'\nfactor = '0.85'",
        "[[multiplier]]\nprovider = 'openai'\nmodel = 'gpt-4o'\nfactor = '1.1'",
        "[[alias]]\nprovider = 'azure'\nname = 'mine'\nmodel = 'gpt-4o'",
        "[[free]]\nhost = 'gpu.example'\nreason = 'ours'",
    ]
    found = read(price(), *others)
    assert (found.mistakes, found.warnings) == ((), ())
    said = found.said
    assert [len(each) for each in (said.prices, said.multipliers, said.aliases, said.free_hosts)] == [1, 2, 1, 1]


def test_an_empty_file_is_a_good_one() -> None:
    """It says nothing, and nothing wrong."""
    assert read("") == Checked()


def test_every_bad_row_is_named_and_not_only_the_first() -> None:
    """They stand in the order of the file, whatever their kinds, and good rows between them are none."""
    found = read(
        price(unit__input_tok="'1'"),  # lines 1 to 5
        "[[discount]]\nfactor = '0.8'",  # 6, 7
        price(),  # 8 to 11
        price(unit__input_mtok="1.5", tier__input_mtok="[[9, '1']]"),  # 12 to 16
        "[price.x]\ny = 1",  # it belongs to the row above
        "[[alias]]\nprovider = 'azure'\nname = ''\nmodel = 'a'",  # 19 to 22
    )
    assert [mistake.partition(": ")[0] for mistake in found.mistakes] == [
        "m.toml:1",
        "m.toml:6",
        "m.toml:12",
        "m.toml:19",
    ]
    assert "did you mean 'input_mtok'" in found.mistakes[0]
    assert found.warnings == ()


@pytest.mark.parametrize("text", ["[[price]\n", "[[prices]]\n", "a = 1\n", "[price]\nmodel = 'a'\n"])
def test_a_file_that_is_wrong_as_a_whole_has_one_mistake(text: str) -> None:
    """There is no row that could be taken out."""
    found = check(text, "m.toml", NAMES, KNOWN, TODAY)
    assert len(found.mistakes) == 1
    assert found.mistakes[0].startswith("m.toml: ")


@pytest.mark.parametrize(
    ("tables", "warning"),
    [
        ([price("'gpt-4oo'")], "m.toml:1: openai has no known model of that name: did you mean gpt-4o?"),
        ([price("'qqq'")], "m.toml:1: openai has no known model of that name"),
        ([price(provider="opnai")], "m.toml:1: no provider is called 'opnai'"),
        ([price(provider="gcp.gemini")], "m.toml:1: prices of gcp.gemini are looked up under provider = 'google'"),
        ([price(from_="2026-11-25")], "m.toml:1: it holds from 2026-11-25 on, which is to come"),
        ([price(checked="2026-11-25")], "m.toml:1: it was checked on 2026-11-25, which is to come"),
        (
            [price(unit__input_mtok="'0.0000025'")],
            "m.toml:1: input_mtok = 0.0000025 is far from the list price of 2.5: is the unit right?",
        ),
        (
            [price(unit__input_mtok="'2500'")],
            "m.toml:1: input_mtok = 2500 is far from the list price of 2.5: is the unit right?",
        ),
        ([price(), price()], "m.toml:1: it never holds, since the row on line 5 comes after it"),
        (
            ["[[alias]]\nprovider = 'azure'\nname = 'mine'\nmodel = 'gpt-99'"],
            "m.toml:1: it stands for 'gpt-99', which has no price at azure",
        ),
        (["[[covers]]\nmodel = 'gpt-4o'"], "m.toml:1: [[covers]] does nothing in a file of your own"),
    ],
)
def test_what_is_probably_not_meant_is_a_warning(tables: list[str], warning: str) -> None:
    """It is one line, and no mistake."""
    found = read(*tables)
    assert (found.mistakes, found.warnings) == ((), (warning,))


def test_warnings_stand_in_the_order_of_the_file() -> None:
    """Whatever kind of word they are."""
    found = read(price(), price(from_="2027-01-01"), price(), price("'qqq'"))
    assert [each.partition(": ")[0] for each in found.warnings] == [
        "m.toml:1",
        "m.toml:5",
        "m.toml:5",
        "m.toml:14",
    ]


@pytest.mark.parametrize(
    "tables",
    [
        [price("'gpt-4o-2024-08-06'")],
        [price("'gpt-4o-'", match="'prefix'")],
        [price("'llama3'", provider="ollama")],
        [price(from_="2026-11-24", checked="2026-11-24")],
        [price(unit__input_mtok="'0.03'")],
        [price(unit__input_mtok="'240'")],
        [price(unit__input_mtok="'0'")],
        [price("'claude-sonnet-4-5'", provider="azure")],
    ],
    ids=["dated name", "pattern", "no list", "today", "a tenth", "tenfold", "nothing", "sold too"],
)
def test_what_may_well_be_meant_is_none(tables: list[str]) -> None:
    """The nearest things to the warnings above."""
    assert read(*tables).warnings == ()


def test_an_alias_may_stand_for_a_model_that_has_a_price_in_the_same_file() -> None:
    """Only that the model is not known otherwise is said."""
    own = price("'gpt-99'", provider="azure"), "[[alias]]\nprovider = 'azure'\nname = 'mine'\nmodel = 'GPT-99'"
    [warning] = read(*own).warnings
    assert warning.startswith("m.toml:1: azure has no known model of that name")


@pytest.mark.parametrize(
    ("earlier", "later", "hidden"),
    [
        ({}, {}, True),
        ({}, {"model": "['gpt-4o', 'o3']"}, True),
        ({"model": "['gpt-4o', 'o3']"}, {}, False),
        ({}, {"model": "'gpt-4'", "match": "'prefix'"}, True),
        ({"model": "'gpt-4'", "match": "'prefix'"}, {}, False),
        ({"model": "'gpt-4'", "match": "'prefix'"}, {"model": "'gpt-4'", "match": "'prefix'"}, True),
        ({}, {"provider": "azure"}, False),
        ({"from_": "2025-01-01"}, {}, True),
        ({}, {"from_": "2025-01-01"}, False),
        ({"from_": "2025-01-01", "to": "2025-02-01"}, {"from_": "2025-01-01", "to": "2025-02-01"}, True),
        ({"from_": "2025-01-01", "to": "2025-02-02"}, {"from_": "2025-01-01", "to": "2025-02-01"}, False),
        ({}, {"daily": "[00:00:00, 08:00:00]"}, False),
        ({"daily": "[00:00:00, 08:00:00]"}, {}, True),
        ({"daily": "[00:00:00, 08:00:00]"}, {"daily": "[00:00:00, 08:00:00]"}, True),
        ({}, {"weekdays": "['mon']"}, False),
        ({}, {"except_": "[2025-01-01]"}, False),
        ({"except_": "[2025-01-01]"}, {"except_": "[2025-01-01]"}, True),
        ({"when": "{service_tier = 'flex'}"}, {}, False),
        ({"when": "{service_tier = 'flex'}"}, {"when": "{service_tier = 'flex'}"}, True),
        (
            {"when": "{service_tier = 'flex'}", "unit__output_mtok": "'9'"},
            {"when": "{service_tier = 'flex'}"},
            False,
        ),
        ({"unit__output_mtok": "'9'"}, {}, True),
        ({"adds": "true"}, {}, False),
        ({"adds": "true"}, {"adds": "true"}, True),
    ],
)
def test_a_row_that_never_holds_is_told_of(earlier: dict[str, str], later: dict[str, str], hidden: bool) -> None:
    """The later row must hold for all its names, kinds and times, with all its rates."""
    said = any("never holds" in warning for warning in read(price(**earlier), price(**later)).warnings)
    assert said is hidden
