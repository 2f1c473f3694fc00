from collections.abc import Mapping
from decimal import ROUND_UP, Decimal, Inexact, localcontext

import pytest

from keeptabs.core.cost import Cost, CostStatus
from keeptabs.core.usage import Bucket, Unit, Usage
from keeptabs.pricing.bill import Subject, bill
from keeptabs.pricing.rate import Rate
from keeptabs.pricing.tariff import Tariff

SUBJECT = Subject(model="m", provider="p", at=1_795_478_400 * 10**9, book="b 1")


def rate(usd: str, per: int = 1_000_000, *steps: tuple[int, str]) -> Rate:
    """A rate with steps."""
    return Rate(
        usd=Decimal(usd),
        steps=tuple((beyond, Decimal(amount)) for beyond, amount in steps),
        per=per,
        row="p/m",
        source="https://example.com",
        checked="2026-11-24",
    )


TEXT = Tariff(tokens={Bucket.INPUT_TEXT: rate("2"), Bucket.OUTPUT_TEXT: rate("8")})
SPEECH = Tariff(units={Unit.SECONDS: rate("0.36", 3_600)})
TOOLS = Tariff(tokens=TEXT.tokens, units={Unit.WEB_SEARCHES: rate("10", 1_000)})


def cost(tariff: Tariff, counts: Mapping[Bucket | Unit, int | str], *, estimated: bool = False) -> Cost:
    """The bill for some counts."""
    tokens = {name: int(count) for name, count in counts.items() if isinstance(name, Bucket)}
    units = {name: Decimal(count) for name, count in counts.items() if isinstance(name, Unit)}
    return bill(Usage(tokens=tokens, units=units, estimated=estimated), tariff, SUBJECT)


@pytest.mark.parametrize(
    ("tariff", "counts", "expected"),
    [
        (TEXT, {Bucket.INPUT_TEXT: 1_000, Bucket.OUTPUT_TEXT: 10}, "0.00208"),
        (TEXT, {Bucket.INPUT_TEXT: 0, Bucket.OUTPUT_TEXT: 0}, "0"),
        (Tariff(tokens=TEXT.tokens, unmet=("flex",)), {Bucket.INPUT_TEXT: 0}, "0"),
        (TEXT, {Bucket.INPUT_TEXT: 1, Bucket.INPUT_AUDIO: 0}, "0.000002"),
        (TEXT, {Bucket.INPUT_TEXT: 1_000, Unit.REQUESTS: 1, Unit.IMAGES: 2}, "0.002"),
        (SPEECH, {Unit.SECONDS: "60"}, "0.006"),
        (SPEECH, {Unit.SECONDS: "0.5"}, "0.00005"),
        (SPEECH, {Unit.SECONDS: "60", Bucket.INPUT_AUDIO: 600}, "0.006"),
        (TOOLS, {Bucket.INPUT_TEXT: 1_000, Unit.WEB_SEARCHES: 3}, "0.032"),
        (TOOLS, {Unit.WEB_SEARCHES: 1}, "0.01"),
    ],
)
def test_what_has_a_rate_is_priced_exactly(
    tariff: Tariff, counts: dict[Bucket | Unit, int | str], expected: str
) -> None:
    """Tokens, seconds and searches are multiplied out; what merely comes along is not missed."""
    priced = cost(tariff, counts)
    assert (CostStatus.PRICED, Decimal(expected), "") == (priced.status, priced.usd, priced.why)
    assert sum(line.amount for line in priced.lines) == priced.usd
    assert priced.book == "b 1"


@pytest.mark.parametrize(
    ("tariff", "counts", "expected", "why"),
    [
        (TEXT, {Bucket.INPUT_TEXT: 1, Bucket.INPUT_AUDIO: 9}, "0.000002", "no price for input.audio of m at p"),
        (
            TEXT,
            {Bucket.OUTPUT_TEXT: 1, Bucket.OUTPUT_IMAGE: 9, Unit.WEB_SEARCHES: 1},
            "0.000008",
            "no price for output.image, web_searches of m at p",
        ),
        (TEXT, {Bucket.INPUT_TEXT: 1, Bucket.OUTPUT_TEXT: -9}, "0.000002", "the count of output.text cannot be right"),
        (TEXT, {Bucket.INPUT_TEXT: 1, Unit.SECONDS: "NaN"}, "0.000002", "the count of seconds cannot be right"),
        (
            TEXT,
            {Bucket.INPUT_TEXT: 1, Bucket.OUTPUT_TEXT: 10**12},
            "0.000002",
            "the count of output.text cannot be right",
        ),
        (
            Tariff(tokens=TEXT.tokens, unmet=("flex",)),
            {Bucket.INPUT_TEXT: 1},
            "0.000002",
            "no flex rates for m at p on 2026-11-24: priced at standard rates",
        ),
        (
            Tariff(tokens={Bucket.CACHE_WRITE_12H: rate("2.5")}, low=frozenset({Bucket.CACHE_WRITE_12H})),
            {Bucket.CACHE_WRITE_12H: 2},
            "0.000005",
            "cache_write.12h at the rate of shorter-lived cache writes, which may be too low",
        ),
    ],
)
def test_what_has_no_rate_makes_the_amount_partial(
    tariff: Tariff, counts: dict[Bucket | Unit, int | str], expected: str, why: str
) -> None:
    """The amount covers what is known, and the reason names the rest."""
    priced = cost(tariff, counts)
    assert (CostStatus.PARTIAL, Decimal(expected), why) == (priced.status, priced.usd, priced.why)


@pytest.mark.parametrize(
    ("tariff", "counts", "why"),
    [
        (SPEECH, {Bucket.INPUT_TEXT: 9, Bucket.OUTPUT_TEXT: 9}, "no price for input.text, output.text of m at p"),
        (TEXT, {Unit.CHARACTERS: 9}, "no price for characters of m at p"),
        (TEXT, {Unit.IMAGES: 0}, "no price for images of m at p"),
        (TEXT, {Bucket.INPUT_TEXT: 0, Unit.SECONDS: 9}, "no price for seconds of m at p"),
        (TEXT, {Bucket.INPUT_TEXT: -1}, "the count of input.text cannot be right"),
        (Tariff(), {Bucket.INPUT_TEXT: 1}, "no price for input.text of m at p"),
        (Tariff(standard=False), {Bucket.INPUT_TEXT: 1}, "no price for m at p on 2026-11-24"),
        (Tariff(images="2x2 hd", standard=False), {Unit.IMAGES: 1}, "no price for images (2x2 hd) of m at p"),
    ],
)
def test_where_nothing_has_a_rate_there_is_no_amount(
    tariff: Tariff, counts: dict[Bucket | Unit, int | str], why: str
) -> None:
    """An unknown price is None, and never zero."""
    priced = cost(tariff, counts)
    assert (CostStatus.UNPRICED, None, why) == (priced.status, priced.usd, priced.why)
    assert priced.lines == ()


def test_an_estimated_usage_gives_an_estimated_amount() -> None:
    """The amount says how it came about, unless something is missing besides."""
    estimated = cost(TEXT, {Bucket.INPUT_TEXT: 1}, estimated=True)
    assert (estimated.status, estimated.why) == (CostStatus.ESTIMATED, "the usage is estimated")
    partial = cost(TEXT, {Bucket.INPUT_TEXT: 1, Bucket.INPUT_AUDIO: 1}, estimated=True)
    assert CostStatus.PARTIAL is partial.status
    assert partial.why.endswith("; the usage is estimated")


@pytest.mark.parametrize(("total", "expected"), [(272_000, "0.544"), (272_001, "1.088004")])
def test_beyond_a_step_the_whole_call_goes_at_the_higher_rate(total: int, expected: str) -> None:
    """A cliff on all input tokens, cached ones included, and only past the number itself."""
    step = rate("2", 1_000_000, (272_000, "4"))
    tariff = Tariff(tokens={Bucket.INPUT_TEXT: step, Bucket.CACHE_READ_TEXT: step})
    assert Decimal(expected) == cost(tariff, {Bucket.INPUT_TEXT: 1_000, Bucket.CACHE_READ_TEXT: total - 1_000}).usd


def test_what_is_free_has_lines_and_costs_nothing() -> None:
    """Free is an amount that is known, with a row to show for it."""
    priced = cost(Tariff(free=rate("0", 1)), {Unit.REQUESTS: 1, Bucket.INPUT_TEXT: 5, Bucket.OUTPUT_TEXT: 0})
    assert (CostStatus.FREE, Decimal(0)) == (priced.status, priced.usd)
    assert [line.unit for line in priced.lines] == ["requests", "input.text"]


def test_a_fee_per_request_is_due_once_where_nobody_counted() -> None:
    """No wire format counts to one."""
    tariff = Tariff(tokens=TEXT.tokens, units={Unit.REQUESTS: rate("5", 1_000)})
    assert Decimal("0.005002") == cost(tariff, {Bucket.INPUT_TEXT: 1}).usd
    assert Decimal("0.010002") == cost(tariff, {Bucket.INPUT_TEXT: 1, Unit.REQUESTS: 2}).usd


def test_the_decimal_context_of_the_application_does_not_matter() -> None:
    """An application that computes with few digits, or traps what is inexact, gets the same amounts."""
    with localcontext(prec=3, rounding=ROUND_UP) as context:
        context.traps[Inexact] = True
        priced = cost(TEXT, {Bucket.INPUT_TEXT: 123_456_789})
    assert Decimal("246.913578") == priced.usd


STEPPED = Tariff(tokens={Bucket.INPUT_TEXT: rate("2", 1_000_000, (1_000, "4"))})


@pytest.mark.parametrize(
    ("longest", "status", "usd"),
    [
        pytest.param(None, CostStatus.PRICED, "0.02", id="one long request"),
        pytest.param(900, CostStatus.PRICED, "0.01", id="many short ones"),
        pytest.param(1_001, CostStatus.PARTIAL, "0.01", id="some long ones"),
    ],
)
def test_requests_that_are_added_up_are_as_long_as_each_is(longest: int | None, status: CostStatus, usd: str) -> None:
    """A batch of short requests is not billed as one long request; where some were long, the amount is a part."""
    priced = bill(Usage(tokens={Bucket.INPUT_TEXT: 5_000}, longest=longest), STEPPED, SUBJECT)
    assert (priced.status, priced.usd) == (status, Decimal(usd))
