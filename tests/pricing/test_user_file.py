"""What a user's file can say beside prices: discounts, deployments, machines of their own, days of the week."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from keeptabs.core.cost import Cost, CostStatus
from keeptabs.core.usage import Bucket, Unit, Usage
from keeptabs.pricing.book import Book, Question

NOW = int(datetime(2026, 11, 24, tzinfo=UTC).timestamp()) * 10**9
MILLION = Usage(tokens={Bucket.INPUT_TEXT: 1_000_000})


def price(folder: Path, rows: str, **fields: Any) -> Cost:
    """What a million tokens cost with some rows of the user's."""
    file = folder / "mine.toml"
    file.write_text(rows)
    question = {"provider": "openai", "model": "gpt-4o", "usage": MILLION, "at": NOW} | fields
    return Book(file).price(Question(**question))


@pytest.mark.parametrize(
    ("rows", "fields", "usd"),
    [
        pytest.param('provider = "openai"', {}, "2.125", id="of a provider"),
        pytest.param('provider = "*"', {}, "2.125", id="everywhere"),
        pytest.param('provider = "azure"', {}, "2.5", id="of another provider"),
        pytest.param('provider = "azure"', {"provider": "azure"}, "2.125", id="of one that sells another's models"),
        pytest.param('provider = "openai"', {"provider": "azure"}, "2.5", id="of the one whose models are sold"),
        pytest.param('provider = "openai"\nmodel = "o3"', {}, "2.5", id="of another model"),
        pytest.param('provider = "openai"\nmodel = "gpt-4"', {}, "2.125", id="of models that begin so"),
        pytest.param('provider = "openai"\nfrom = 2026-12-01', {}, "2.5", id="not yet"),
    ],
)
def test_a_discount_lowers_list_prices(tmp_path: Path, rows: str, fields: dict[str, Any], usd: str) -> None:
    """Of the models, at the provider and on the days that it names."""
    cost = price(tmp_path, f'[[discount]]\n{rows}\nfactor = "0.85"\nlabel = "EA"\n', **fields)
    assert (cost.status, cost.usd) == (CostStatus.PRICED, Decimal(usd))
    assert [line.listed for line in cost.lines] == ([Decimal("2.5")] if usd == "2.125" else [None])


ALIAS = '[[alias]]\nprovider = "azure"\nname = "My-GPT4o-prod"\nmodel = "gpt-4o-2024-08-06"\n'


@pytest.mark.parametrize(
    ("rows", "host", "status"),
    [
        pytest.param(ALIAS, "", CostStatus.PRICED, id="anywhere"),
        pytest.param(f'{ALIAS}host = "res.*"\n', "res.openai.azure.com", CostStatus.PRICED, id="at its host"),
        pytest.param(f'{ALIAS}host = "res.*"\n', "other.openai.azure.com", CostStatus.UNPRICED, id="at another host"),
        pytest.param("", "", CostStatus.UNPRICED, id="not named"),
    ],
)
def test_a_deployment_is_priced_as_the_model_that_it_stands_for(
    tmp_path: Path, rows: str, host: str, status: CostStatus
) -> None:
    """Names of deployments are anybody's choice, and compared in lower case."""
    cost = price(tmp_path, rows, provider="azure", model="my-gpt4o-prod", host=host)
    assert (cost.status, cost.usd) == (status, Decimal("2.5") if status is CostStatus.PRICED else None)


def test_the_last_word_on_a_deployment_holds(tmp_path: Path) -> None:
    """Rows are appended."""
    later = ALIAS.replace("gpt-4o-2024-08-06", "gpt-4o-mini-2024-07-18")
    cost = price(tmp_path, ALIAS + later, provider="azure", model="my-gpt4o-prod")
    assert cost.usd == Decimal("0.15")


FREE = '[[free]]\nhost = ["localhost", "*.internal"]\nunless = "paid.internal"\nreason = "our own machines"\n'


@pytest.mark.parametrize(
    ("provider", "host", "free"),
    [
        ("openai_compatible", "localhost", True),
        ("openai", "vllm.internal", True),
        ("openai_compatible", "paid.internal", False),
        ("openai_compatible", "example.com", False),
    ],
)
def test_what_runs_on_ones_own_machines_is_free(tmp_path: Path, provider: str, host: str, free: bool) -> None:
    """Whatever the model and the format; the reason is kept."""
    cost = price(tmp_path, FREE, provider=provider, host=host, model="llama-3")
    assert (cost.status, cost.usd) == ((CostStatus.FREE, 0) if free else (CostStatus.UNPRICED, None))
    assert not free or cost.why == "our own machines"


@pytest.mark.parametrize(
    ("provider", "host", "free"),
    [
        ("ollama", "localhost", True),
        ("ollama", "gpu-box", True),
        ("ollama", "ollama.com", False),
        ("lm_studio", "localhost", True),
        ("openai_compatible", "localhost", False),
    ],
)
def test_local_servers_are_free_without_a_word_of_the_user(provider: str, host: str, free: bool) -> None:
    """A server that nobody knows may be a gateway to one that is paid."""
    cost = Book().price(Question(provider=provider, model="llama3.1", usage=MILLION, at=NOW, host=host))
    assert (cost.status is CostStatus.FREE) is free


WEEK = """
[[price]]
provider = "acme"
model = "a"
unit.input_mtok = "1"
[[price]]
provider = "acme"
model = "a"
weekdays = ["mon", "fri"]
daily = [01:00:00, 04:00:00]
except = [2026-11-30]
unit.input_mtok = "2"
"""


@pytest.mark.parametrize(
    ("moment", "usd"),
    [
        pytest.param("2026-11-23T01:00", "2", id="Monday, in the window"),
        pytest.param("2026-11-23T04:00", "1", id="Monday, after it"),
        pytest.param("2026-11-24T02:00", "1", id="Tuesday"),
        pytest.param("2026-11-27T03:59", "2", id="Friday"),
        pytest.param("2026-11-29T02:00", "1", id="Sunday"),
        pytest.param("2026-11-30T02:00", "1", id="a Monday that is left out"),
        pytest.param("2026-12-07T02:00", "2", id="the Monday after"),
    ],
)
def test_rates_by_the_day_of_the_week(tmp_path: Path, moment: str, usd: str) -> None:
    """A book that priced all of them keeps them apart."""
    file = tmp_path / "mine.toml"
    file.write_text(WEEK)
    book = Book(file)
    costs = {}
    for each in ("2026-11-23T01:00", "2026-11-24T02:00", "2026-11-29T02:00", "2026-11-30T02:00", moment):
        at = int(datetime.fromisoformat(each).replace(tzinfo=UTC).timestamp()) * 10**9
        costs[each] = book.price(Question(provider="acme", model="a", usage=MILLION, at=at)).usd
    assert costs[moment] == Decimal(usd)


DISPUTED = """
[[price]]
provider = "acme"
model = "a"
unit.input_mtok = "1"
unit.input_audio_mtok = "6"
confidence = "disputed"
note = "the page of 2025 says $6, the one of 2026 says $2.50"
"""


def test_a_disputed_rate_makes_a_disputed_amount(tmp_path: Path) -> None:
    """The amount stands, with what its sources say."""
    cost = price(tmp_path, DISPUTED, provider="acme", model="a")
    assert (cost.status, cost.usd, cost.why) == (
        CostStatus.DISPUTED,
        Decimal(1),
        "the page of 2025 says $6, the one of 2026 says $2.50",
    )


def test_what_is_missing_weighs_more_than_a_dispute(tmp_path: Path) -> None:
    """One status, all reasons."""
    usage = Usage(tokens=MILLION.tokens, units={Unit.WEB_SEARCHES: Decimal(1)}, estimated=True)
    cost = price(tmp_path, DISPUTED, provider="acme", model="a", usage=usage)
    assert cost.status is CostStatus.PARTIAL
    assert cost.why.split("; ") == [
        "no price for web_searches of a at acme",
        "the page of 2025 says $6, the one of 2026 says $2.50",
        "the usage is estimated",
    ]


@pytest.mark.parametrize(("days", "status"), [(10, CostStatus.PRICED), (11, CostStatus.STALE)])
def test_a_price_that_nobody_checked_for_long_is_stale(tmp_path: Path, days: int, status: CostStatus) -> None:
    """Counted from the day it was checked to the day of the call."""
    file = tmp_path / "mine.toml"
    file.write_text('[[price]]\nprovider = "acme"\nmodel = "a"\nunit.input_mtok = "1"\nchecked = 2026-11-24\n')
    book = Book(file, stale_after=10)
    cost = book.price(Question(provider="acme", model="a", usage=MILLION, at=NOW + days * 86_400 * 10**9))
    assert (cost.status, cost.usd) == (status, Decimal(1))
    assert cost.why == ("" if days == 10 else "the prices were last checked 11 days before the call")


def test_a_price_without_a_date_does_not_grow_stale(tmp_path: Path) -> None:
    """It is the user's contract, and calls before a check are no worse for it."""
    rows = '[[price]]\nprovider = "acme"\nmodel = "a"\nunit.input_mtok = "1"\n'
    assert price(tmp_path, rows, provider="acme", model="a", at=NOW + 10**20).status is CostStatus.PRICED
    before = Book(stale_after=1).price(Question(provider="openai", model="gpt-4o-mini", usage=MILLION, at=0))
    assert before.status is CostStatus.PRICED
