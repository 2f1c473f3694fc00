"""Prices that somebody else made: nothing of them is believed unless all of it is good."""

import hashlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keeptabs.pricing import load, pull
from keeptabs.pricing.rows import PriceFileError

TODAY = "2026-11-24"
MODEL = {"id": "a", "match": {"equals": "a"}, "rows": [{"unit": {"input_mtok": "1"}}]}


def base(*models: dict[str, Any], edited: bool = False, **head: str) -> bytes:
    """A base file of ours with some models; ``edited`` after its hash was made."""
    content = ",\n".join(json.dumps(model) for model in models)
    digest = hashlib.sha256(content.encode()).hexdigest()
    known = {"source": "s", "version": "1", "licence": "MIT", "converted": TODAY, "sha256": digest, "provider": "acme"}
    changed = content.replace('"1"', '"2"') if edited else content
    return f'{{"head": {json.dumps(known | head)},\n"models": [\n{changed}\n]}}\n'.encode()


def data(**more: Any) -> bytes:
    """A data.json of genai-prices with one model."""
    model = {"id": "a", "match": {"equals": "a"}, "prices": {"input_mtok": 1}}
    return json.dumps([{"id": "acme", "models": [model], **more}]).encode()


def test_a_base_file_is_taken_as_it_is() -> None:
    """What is kept are its own bytes."""
    found = pull.read({"acme.json": base(MODEL)}, TODAY)
    assert found.texts == {"acme": base(MODEL).decode()}
    assert [model.id for model in found.files["acme"].models] == ["a"]
    assert found.unknown == ()


def test_the_data_of_genai_prices_becomes_base_files_that_say_of_which_bytes_they_are_made() -> None:
    """Its own version is not in it, so that its hash stands for that."""
    found = pull.read({"data.json": data()}, TODAY)
    head = found.files["acme"].head
    digest = hashlib.sha256(data()).hexdigest()
    assert (head.source, head.version, head.converted) == ("genai-prices", digest[:12], TODAY)
    assert load.base_file(found.texts["acme"].encode(), "acme") == found.files["acme"]


def test_the_shipped_files_are_good() -> None:
    """A directory of them can be pulled, and none is older than itself."""
    every = {path.name: path.read_bytes() for path in load.SHIPPED.glob("*.json")}
    found = pull.read(every, "2026-12-01")
    assert found.files.keys() == {name.removesuffix(".json") for name in every}
    assert pull.older(found.files) == []


def test_a_key_that_nothing_is_billed_by_is_told_and_does_no_harm() -> None:
    """The data may know a unit before we do."""
    model = MODEL | {"rows": [{"unit": {"input_mtok": "1", "smells_kcount": "2"}}]}
    assert pull.read({"x": base(model)}, TODAY).unknown == ("smells_kcount",)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "x: no data of genai-prices"),
        (b"[]", "there are no prices in it"),
        (b"[[price]]", "x: no data of genai-prices"),
        (b'{"head": {}}', "x: Object missing required field"),
        (b'{"head": "\xff"}', "x: "),
        (base(MODEL, edited=True), "acme: its rows are not those that its head has the hash of"),
        (base(MODEL, provider="../acme"), "'../acme' is no name of a provider"),
        (base(MODEL, provider="ACME"), "'ACME' is no name of a provider"),
        (base(MODEL, converted="soon"), "acme: 'soon' is no date"),
        (base(MODEL, converted="2026-11-25"), "acme: it says that it was made on 2026-11-25, which is to come"),
        (base(MODEL, MODEL), "acme/a: there are two models of that id"),
        (base(MODEL | {"id": ""}), "acme: a model has no id"),
        (base(MODEL | {"rows": []}), "acme/a: it has no rows"),
        (base(MODEL | {"rows": [{"unit": {"input_mtok": "1,5"}}]}), "acme/a: input_mtok = '1,5' is no amount"),
        (base(MODEL | {"rows": [{"unit": {"input_mtok": "-1"}}]}), "acme/a: input_mtok = '-1' is no amount"),
        (base(MODEL | {"rows": [{"unit": {"input_mtok": "NaN"}}]}), "acme/a: input_mtok = 'NaN' is no amount"),
        (base(MODEL | {"rows": [{"unit": {"input_mtok": "1e9"}}]}), "acme/a: input_mtok = '1e9' is no amount"),
        (base(MODEL | {"rows": [{"unit": {"input_mtok": 1.5}}]}), "x: Expected `str`, got `float`"),
        (
            base(MODEL | {"rows": [{"unit": {"input_mtok": "1"}, "tier": {"input_mtok": [[9, "x"]]}}]}),
            "acme/a: input_mtok = 'x' is no amount",
        ),
        (
            base(MODEL | {"rows": [{"unit": {}, "tier": {"input_mtok": [[9, "1"]]}}]}),
            "acme/a: input_mtok has steps, and no rate before the first",
        ),
        (
            base(MODEL | {"rows": [{"unit": {"input_mtok": "1"}, "tier": {"input_mtok": [[0, "1"]]}}]}),
            "acme/a: a step begins at no tokens at all",
        ),
        (base(MODEL | {"match": {}}), "acme/a: its match says 0 things, not one"),
        (base(MODEL | {"match": {"equals": "a", "prefix": "b"}}), "acme/a: its match says 2 things, not one"),
        (base(MODEL | {"match": {"or": [{"equals": "a"}, {"regex": "("}]}}), "acme/a: '(' is no regular expression"),
        (data(id="a/b"), "'a/b' is no name of a provider"),
    ],
)
def test_what_is_wrong_anywhere_is_answered_with_its_place(content: bytes, complaint: str) -> None:
    """One bad row, and nothing of the file is used."""
    with pytest.raises(PriceFileError) as caught:
        pull.read({"x": content}, TODAY)
    assert str(caught.value).startswith(complaint)


def test_how_many_mistakes_there_are_is_told_with_the_first() -> None:
    """A file that is wrong in one place is another thing than one that is wrong throughout."""
    wrong = [MODEL | {"id": name, "rows": []} for name in "abc"]
    with pytest.raises(PriceFileError, match=r"^acme/a: it has no rows \(and 2 more mistakes\)$"):
        pull.read({"x": base(*wrong)}, TODAY)


def test_prices_that_are_older_than_the_shipped_ones_are_told() -> None:
    """They would not be used."""
    files = pull.read({"x": base(MODEL, provider="openai", converted="2020-01-01"), "y": base(MODEL)}, TODAY).files
    assert pull.older(files) == ["openai"]


@given(st.binary(max_size=200) | st.binary(max_size=50).map(lambda more: b'{"head"' + more))
def test_no_bytes_at_all_do_more_than_be_refused(content: bytes) -> None:
    """Whatever a server sends."""
    with pytest.raises(PriceFileError):
        pull.read({"x": content}, TODAY)
