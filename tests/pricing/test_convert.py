"""The data of genai-prices as price files of ours."""

import dataclasses
import json
from datetime import date, time
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keeptabs.pricing import convert, load
from keeptabs.pricing.rows import PriceFileError


def provider(*models: dict[str, Any], **more: Any) -> bytes:
    """The bytes of a data.json with one provider."""
    return json.dumps([{"id": "acme", "models": models, **more}]).encode()


def model(**more: Any) -> dict[str, Any]:
    """A model as it stands in a data.json."""
    return {"id": "a", "match": {"equals": "a"}, "prices": {"input_mtok": 1}, **more}


def rows(*models: dict[str, Any]) -> list[list[dict[str, Any]]]:
    """The rows that models are converted to."""
    [found] = convert.read(provider(*models))
    return [json.loads(line)["rows"] for line in convert.lines(found)]


def theirs(value: Any) -> Any:
    """What the package's types serialise to, where json does not know it."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, date | time):
        return value.isoformat()
    known = {"id", "name", "api_pattern", "pricing_urls", "fallback_model_providers", "models"}
    fields = vars(value).items() if hasattr(value, "__dict__") else dataclasses.asdict(value).items()
    is_provider = "api_pattern" in vars(value)
    return {k.rstrip("_"): v for k, v in fields if v is not None and (k in known or not is_provider)}


def test_the_data_of_the_package_gives_the_shipped_files() -> None:
    """Reading its JSON without the package and converting the package's objects is the same, row by row."""
    package = pytest.importorskip("genai_prices")
    if f"genai-prices {package.__version__}" != load.BASE:
        pytest.skip("another version of genai-prices is installed than the one that is pinned")
    from genai_prices.data import providers

    data = json.dumps(providers, default=theirs).encode()
    found = {each.id: "\n".join(convert.lines(each)) for each in convert.read(data)}
    shipped = {path.stem: path.read_text("utf-8") for path in load.SHIPPED.glob("*.json")}
    assert found.keys() == shipped.keys()
    for name, text in shipped.items():
        content = text.partition('"models": [\n')[2].removesuffix("\n]}\n")
        assert found[name].replace("\n", ",\n") == content, name


def test_a_document_is_a_base_file_that_says_where_it_comes_from() -> None:
    """What is written can be read, and has the hash of its rows in its head."""
    [found] = convert.read(provider(model(), pricing_urls=["https://acme.example"], fallback_model_providers=["b"]))
    text = convert.document(found, source="genai-prices", version="1", converted="2026-11-24")
    file = load.base_file(text.encode(), "acme")
    assert (file.head.provider, file.head.urls, file.head.fallback) == ("acme", ("https://acme.example",), ("b",))
    assert [each.id for each in file.models] == ["a"]


@pytest.mark.parametrize(
    ("given_model", "expected"),
    [
        (model(), [{"unit": {"input_mtok": "1"}}]),
        (model(prices={"input_mtok": 1e-7}), [{"unit": {"input_mtok": "0.0000001"}}]),
        (model(prices={"input_mtok": 0.10, "output_mtok": None}), [{"unit": {"input_mtok": "0.1"}}]),
        (model(prices={}), [{"unit": {}}]),
        (model(id="a:free", prices={}), [{"unit": {}, "free": True}]),
        (
            model(prices={"input_mtok": {"base": 1, "tiers": [{"start": 9, "price": 3}, {"start": 4, "price": 2}]}}),
            [{"unit": {"input_mtok": "1"}, "tier": {"input_mtok": [[4, "2"], [9, "3"]]}}],
        ),
        (
            model(
                prices=[
                    {"prices": {"input_mtok": 1}},
                    {"prices": {"input_mtok": 2}, "constraint": {"start_date": "2026-03-13"}},
                    {
                        "prices": {"input_mtok": 3},
                        "constraint": {"start_time": "00:30:00+08:00", "end_time": "08:30:00Z"},
                    },
                ]
            ),
            [
                {"unit": {"input_mtok": "1"}},
                {"unit": {"input_mtok": "2"}, "from": "2026-03-13"},
                {"unit": {"input_mtok": "3"}, "daily": ["16:30:00", "08:30:00"]},
            ],
        ),
        (
            model(
                price_variants=[
                    {"when": {"service_tier": "flex"}, "prices": {"input_mtok": 0.5}},
                    {"when": {"service_tier": "default"}, "prices": {}},
                    {"when": {"service_tier": "priority"}, "prices": {}},
                ]
            ),
            [
                {"unit": {"input_mtok": "1"}},
                {"unit": {}, "when": {"service_tier": "priority"}},
                {"unit": {"input_mtok": "0.5"}, "when": {"service_tier": "flex"}},
            ],
        ),
    ],
    ids=["plain", "tiny", "null", "empty", "free", "steps", "times", "variants"],
)
def test_every_form_of_price_becomes_rows(given_model: dict[str, Any], expected: list[dict[str, Any]]) -> None:
    """Amounts are plain decimals, steps rise, dates and windows are UTC, and of variants the first comes last."""
    assert rows(given_model) == [expected]


@given(st.decimals(min_value=0, max_value=10**6, places=12))
def test_no_digit_of_an_amount_is_lost(usd: Decimal) -> None:
    """However many digits a number in the file has, all of them are in the row."""
    data = b'[{"id":"acme","models":[{"id":"a","match":{"equals":"a"},"prices":{"input_mtok":%s}}]}]'
    [found] = convert.read(data % f"{usd:f}".encode())
    [line] = convert.lines(found)
    assert Decimal(json.loads(line)["rows"][0]["unit"]["input_mtok"]) == usd


def test_every_form_of_match_becomes_a_clause() -> None:
    """Ours have other names for two of them."""
    leaves = [{"starts_with": "b"}, {"ends_with": "c"}, {"contains": "d"}, {"regex": "e"}]
    [found] = convert.read(provider(model(match={"or": [{"equals": "a"}, {"and": leaves}]})))
    [line] = convert.lines(found)
    clauses = [{"prefix": "b"}, {"suffix": "c"}, {"contains": "d"}, {"regex": "e"}]
    assert json.loads(line)["match"] == {"or": [{"equals": "a"}, {"and": clauses}]}


def test_version_3_is_the_same_list_beside_its_units() -> None:
    """The newer format has it under another name."""
    data = msgspec.json.encode({"units": {}, "providers": json.loads(provider(model()))})
    assert convert.read(data) == convert.read(provider(model()))


@pytest.mark.parametrize(
    "data",
    [b"", b"[", b"{}", b'{"models": []}', b"[[]]", b'[{"id": "a"}]', provider(model(prices={"input_mtok": "x"}))],
)
def test_what_is_no_such_data_is_answered_in_one_line(data: bytes) -> None:
    """No exception of a decoder comes through."""
    with pytest.raises(PriceFileError, match=r"^no data of genai-prices: "):
        convert.read(data)


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        (model(match={}), "acme/a: its match says 0 things"),
        (model(match={"equals": "a", "regex": "a"}), "acme/a: its match says 2 things"),
        (model(match={"sounds_like": "a"}), "contains unknown field `sounds_like`"),
        (model(match={"or": [{"equals": "a"}, {}]}), "acme/a: its match says 0 things"),
        (model(prices=[{"prices": {}, "constraint": {}}]), "acme/a: a price has a condition that is not"),
        (model(prices=[{"prices": {}, "constraint": {"moon": "full"}}]), "contains unknown field `moon`"),
        (model(prices=[{"prices": {}, "only_for": "x"}]), "contains unknown field `only_for`"),
        (
            model(prices=[{"prices": {}, "constraint": {"start_time": "08:00:00"}}]),
            "acme/a: a price has a condition that is not",
        ),
    ],
)
def test_a_condition_that_is_not_known_is_never_ignored(wrong: dict[str, Any], complaint: str) -> None:
    """A price that holds only sometimes must not become one that always does."""
    with pytest.raises(PriceFileError, match=complaint):
        rows(wrong)
