from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from keeptabs.core.usage import Bucket, Unit
from keeptabs.pricing import load, written
from keeptabs.pricing.pricelist import Pricelist
from keeptabs.pricing.tariff import Tariff, day_text, resolve

BATCH = {"processing": "batch"}
FLEX = {"service_tier": "flex"}
PRIORITY = {"service_tier": "priority"}


def ns(day: str) -> int:
    """Nanoseconds since the epoch of a UTC day or time."""
    return int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp()) * 10**9


def openai(model: str, day: str, context: Mapping[str, str] | None = None, user: str = "") -> Tariff:
    """The tariff of an OpenAI model, with rows of a user."""
    rows = written.read(user, file="m.toml", layer="user", provider="openai")
    offer = Pricelist("openai", load.base("openai"), load.overlay("openai"), rows).find(model)
    assert offer is not None
    return resolve(offer, context or {}, ns(day))


@pytest.mark.parametrize(
    ("model", "day", "context", "expected"),
    [
        ("gpt-4o", "2024-06-01", {}, ("5", "5", "15")),
        ("gpt-4o", "2024-10-01T23:59:59", {}, ("5", "5", "15")),
        ("gpt-4o", "2024-10-02", {}, ("2.5", "1.25", "10")),
        ("gpt-4o-2024-08-06", "2024-09-01", {}, ("2.5", "1.25", "10")),
        ("gpt-4o", "2024-06-01", BATCH, ("2.5", "2.5", "7.5")),
        ("gpt-4o", "2025-01-01", BATCH, ("1.25", "1.25", "5")),
        ("gpt-4o-mini", "2025-01-01", BATCH, ("0.075", "0.075", "0.3")),
        ("o3", "2025-05-01", {}, ("10", "2.5", "40")),
        ("o3", "2025-06-10", {}, ("2", "0.5", "8")),
        ("o3", "2025-05-01", FLEX, ("5", "1.25", "20")),
        ("o3", "2025-07-01", FLEX, ("1", "0.25", "4")),
        ("o3", "2025-07-01", PRIORITY, ("3.5", "0.875", "14")),
        ("o3", "2026-11-01", FLEX, ("1", "0.25", "4")),
        ("gpt-5.6-sol", "2026-08-01", FLEX, ("2.5", "0.25", "15")),
        ("gpt-5.6-sol", "2026-09-01", FLEX, ("2", "0.2", "10")),
        ("gpt-5.5-cyber", "2026-10-18", {}, ("12.5", "12.5", "75")),
        ("gpt-5.5-cyber", "2026-10-19", {}, ("12.5", "1.25", "75")),
    ],
)
def test_the_rates_are_those_of_the_day_and_the_kind_of_service(
    model: str, day: str, context: dict[str, str], expected: tuple[str, str, str]
) -> None:
    """Input, cached input and output in USD per million tokens.

    Where a batch has no cached rate of its own, the standard one holds; where there is none, that of fresh input. Flex
    for o3 at launch is the one older rate of a service that was published: $5 and $20.
    """
    tariff = openai(model, day, context)
    buckets = (Bucket.INPUT_TEXT, Bucket.CACHE_READ_TEXT, Bucket.OUTPUT_TEXT)
    assert tuple(map(Decimal, expected)) == tuple(tariff.tokens[bucket].usd for bucket in buckets)
    assert tariff.unmet == ()


@pytest.mark.parametrize(
    ("model", "day", "context", "expected"),
    [
        ("gpt-4o", "2026-11-01", FLEX, ("flex",)),
        ("gpt-4o", "2026-11-01", {"service_tier": "prio"}, ("prio",)),
        ("gpt-4o", "2024-04-14", BATCH, ("batch",)),
        ("o3", "2025-04-16", FLEX, ("flex",)),
        ("o3", "2025-06-23", PRIORITY, ("priority",)),
        ("chatgpt-4o-latest", "2026-11-01", BATCH, ("batch",)),
        ("o3", "2026-11-01", BATCH | FLEX, ()),
        ("gpt-4.1", "2026-11-01", BATCH | FLEX, ("flex",)),
    ],
)
def test_a_service_without_a_rate_on_that_day_is_unmet(
    model: str, day: str, context: dict[str, str], expected: tuple[str, ...]
) -> None:
    """A tier that was served is never priced as standard without a word."""
    assert expected == openai(model, day, context).unmet


def test_a_rate_that_steps_is_scaled_with_its_steps() -> None:
    """A service is backdated on both sides of the long-context cliff."""
    rate = openai("gpt-5.6-sol", "2026-08-01", FLEX).tokens[Bucket.INPUT_TEXT]
    assert (Decimal("2.5"), Decimal(5)) == (rate.at(272_000), rate.at(272_001))
    assert rate.row == "openai/gpt-5.6-sol#flex@2025-04-17"


OWN = """
[[price]]
model = "gpt-4o"
unit.input_mtok = "2"
unit.output_mtok = "9"
"""


def test_a_users_own_price_hides_the_list_prices_of_other_services() -> None:
    """Half of a negotiated price is not for us to work out."""
    tariff = openai("gpt-4o", "2026-11-01", PRIORITY, OWN)
    assert Decimal(2) == tariff.tokens[Bucket.INPUT_TEXT].usd
    assert tariff.unmet == ("priority",)


def test_a_users_own_price_for_a_service_is_taken() -> None:
    """Rows with ``when`` replace single rates, and the rest comes from the user's standard row."""
    own = OWN + '[[price]]\nmodel = "gpt-4o"\nwhen = { service_tier = "priority" }\nunit.input_mtok = "3"\n'
    tariff = openai("gpt-4o", "2026-11-01", PRIORITY, own)
    assert (Decimal(3), Decimal(9)) == (tariff.tokens[Bucket.INPUT_TEXT].usd, tariff.tokens[Bucket.OUTPUT_TEXT].usd)
    assert tariff.unmet == ()


def test_the_last_row_that_holds_wins() -> None:
    """Rows are appended, never edited."""
    own = OWN + '[[price]]\nmodel = "gpt-4o"\nfrom = 2026-07-01\nunit.input_mtok = "1"\n'
    assert Decimal(2) == openai("gpt-4o", "2026-06-30", {}, own).tokens[Bucket.INPUT_TEXT].usd
    assert Decimal(1) == openai("gpt-4o", "2026-07-01", {}, own).tokens[Bucket.INPUT_TEXT].usd


@pytest.mark.parametrize(
    ("model", "expected"), [("omni-moderation-latest", True), ("text-moderation-007", True), ("gpt-4o", False)]
)
def test_only_a_row_that_says_so_is_free(model: str, expected: bool) -> None:
    """Moderation is free by word of the vendor."""
    assert expected is (openai(model, "2026-11-01").free is not None)


def test_rates_of_nothing_but_zero_are_free() -> None:
    """A row of zeros says what ``free`` says."""
    own = '[[price]]\nmodel = "mine"\nunit.input_mtok = "0"\nunit.output_mtok = "0.00"\n'
    assert openai("mine", "2026-11-01", {}, own).free is not None


def test_a_model_billed_by_the_hour_has_no_token_rates() -> None:
    """Seconds are priced from hours, and tokens are not priced at all."""
    tariff = openai("whisper-1", "2026-11-01")
    assert tariff.tokens == {}
    assert (Decimal("0.36"), 3_600) == (tariff.units[Unit.SECONDS].usd, tariff.units[Unit.SECONDS].per)


@pytest.mark.parametrize(
    ("at", "expected"), [(0, "1970-01-01"), (-1, "1969-12-31"), (10**30, "9999-12-31"), (-(10**30), "0001-01-01")]
)
def test_a_day_is_told_for_any_number(at: int, expected: str) -> None:
    """Times come from records and may be nonsense."""
    assert expected == day_text(at)


TOOLS = """
[[price]]
model = "acme"
unit.input_mtok = "2"
unit.cache_write_mtok = "3"
tier.cache_write_mtok = [[1000, "4"]]
unit.web_searches_kcount = "5"
[[price]]
model = "acme"
adds = true
to = 2026-11-20
unit.web_searches_kcount = "10"
unit.containers = "0.03"
[[price]]
model = "acme"
adds = true
when = { memory_limit = "4g" }
unit.containers = "0.12"
[[ratio]]
model = "acme"
key = "cache_write_12h_mtok"
of = "cache_write_mtok"
factor = "2"
source = "https://acme.example/caching"
confidence = "single"
"""
MINE = '[[price]]\nmodel = "acme"\nunit.input_mtok = "1"\n'
MINE_ON_TOP = '[[price]]\nmodel = "acme"\nadds = true\nunit.containers = "0.01"\n'


def acme(day: str = "2026-11-01", context: Mapping[str, str] | None = None, user: str = "", more: str = "") -> Tariff:
    """The tariff of a model whose tools and long cache writes are written apart."""
    overlay = written.read(TOOLS + more, file="acme.toml", layer="overlay", provider="acme")
    rows = written.read(user, file="m.toml", layer="user", provider="acme")
    offer = Pricelist("acme", None, overlay, rows).find("acme")
    assert offer is not None
    return resolve(offer, context or {}, ns(day))


@pytest.mark.parametrize(
    ("day", "context", "user", "searches", "containers"),
    [
        pytest.param("2026-11-01", {}, "", "5", "0.03", id="on top, and in place of nothing"),
        pytest.param("2026-11-01", {"memory_limit": "4g"}, "", "5", "0.12", id="of a kind"),
        pytest.param("2026-11-01", {"memory_limit": "8g"}, "", "5", "0.03", id="of another kind"),
        pytest.param("2026-11-20", {}, "", "5", None, id="over"),
        pytest.param("2026-11-01", {}, MINE, None, None, id="not on top of the user's own price"),
        pytest.param("2026-11-01", {}, MINE_ON_TOP, "5", "0.01", id="the user's before ours"),
        pytest.param("2026-11-01", {}, MINE + MINE_ON_TOP, None, "0.01", id="the user's on top of the user's"),
    ],
)
def test_what_is_added_comes_on_top(
    day: str, context: dict[str, str], user: str, searches: str | None, containers: str | None
) -> None:
    """It replaces no rate of a standard price, and adds nothing to what a user has agreed on."""
    units = acme(day, context, user).units
    found = [units[unit].usd if unit in units else None for unit in (Unit.WEB_SEARCHES, Unit.CONTAINERS)]
    assert [None if usd is None else Decimal(usd) for usd in (searches, containers)] == found


def test_a_ratio_makes_a_rate_of_another_with_its_steps() -> None:
    """Writes for 12 hours cost twice those for less, in long prompts too, and say on whose word."""
    tokens = acme().tokens
    short, long = tokens[Bucket.CACHE_WRITE], tokens[Bucket.CACHE_WRITE_12H]
    assert [(Decimal(3), Decimal(6)), (Decimal(4), Decimal(8))] == [(short.at(n), long.at(n)) for n in (1_000, 1_001)]
    assert ("https://acme.example/caching", "single") == (long.source, long.confidence)
    assert short.source == "acme.toml"


def test_a_ratio_makes_no_rate_where_there_is_one_or_none_to_make_it_of() -> None:
    """A row of its own comes first; of a price without cache writes there is nothing to double."""
    own = '[[price]]\nmodel = "acme"\nunit.cache_write_mtok = "3"\nunit.cache_write_12h_mtok = "5"\n'
    assert Decimal(5) == acme(more=own).tokens[Bucket.CACHE_WRITE_12H].usd
    assert Decimal(1) == acme(user=MINE).tokens[Bucket.CACHE_WRITE_12H].usd


@pytest.mark.parametrize(
    ("scope", "rate", "known"),
    [("datazone-eu", "2.2", True), ("datazone-eu2", "2", False), ("regional-atlantis", "2", False)],
)
def test_a_scope_that_no_price_list_knows_is_unmet(scope: str, rate: str, known: bool) -> None:
    """A region that we have no rate for is not taken for the whole world without a word."""
    offer = Pricelist("azure", load.base("azure"), load.overlay("azure"), None).find("o3")
    assert offer is not None
    tariff = resolve(offer, {"scope": scope}, ns("2026-11-01"))
    assert Decimal(rate) == tariff.tokens[Bucket.INPUT_TEXT].usd
    assert tariff.unmet == (() if known else (scope,))


def test_a_row_that_holds_comes_before_one_that_is_dated_back() -> None:
    """A rate that is announced for next year says nothing of today's."""
    said = (
        '{"id":"m","match":{"equals":"m"},"rows":[{"unit":{"input_mtok":"1"}},'
        '{"unit":{"input_mtok":"2"},"from":"2027-01-01"},'
        '{"unit":{"input_mtok":"0.5"},"from":"2026-10-01","when":{"processing":"batch"}},'
        '{"unit":{"input_mtok":"1.5"},"from":"2027-01-01","when":{"processing":"batch"}}]}'
    )
    head = '{"source":"s","version":"1","licence":"MIT","converted":"2026-11-24","sha256":"","provider":"openai"}'
    file = load.base_file(f'{{"head":{head},"models":[{said}]}}'.encode(), "m.json")
    offer = Pricelist("openai", file, load.overlay("openai"), None).find("m")
    assert offer is not None
    found = {day: resolve(offer, BATCH, ns(day)).tokens[Bucket.INPUT_TEXT].usd for day in ("2025-01-01", "2026-11-01")}
    assert found == {"2025-01-01": Decimal("0.5"), "2026-11-01": Decimal("0.5")}
