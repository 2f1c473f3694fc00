import hashlib
from pathlib import Path

import pytest

from keeptabs.pricing import load
from keeptabs.pricing.book import Book, Question
from keeptabs.pricing.rows import PriceFileError


def base_text(provider: str, converted: str, usd: str = "1") -> str:
    """A base file with one model."""
    content = f'{{"id":"a","match":{{"equals":"a"}},"rows":[{{"unit":{{"input_mtok":"{usd}"}}}}]}}'
    head = f'"source":"s","version":"1","licence":"MIT","converted":"{converted}","provider":"{provider}"'
    digest = hashlib.sha256(content.encode()).hexdigest()
    return f'{{"head": {{{head},"sha256":"{digest}"}},\n"models": [\n{content}\n]}}\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of pulled prices: newer than the shipped ones for openai, older for azure, the only ones for acme."""
    directory = tmp_path / "prices" / "2027-01-01-0123456789ab"
    directory.mkdir(parents=True)
    for provider in ("openai", "acme"):
        (directory / f"{provider}.json").write_text(base_text(provider, "2027-01-01"))
    (directory / "azure.json").write_text(base_text("azure", "2020-01-01"))
    (tmp_path / "prices" / "current").write_text(f"{directory.name}\n")
    return tmp_path / "prices"


@pytest.mark.parametrize("provider", ["openai", "azure"])
def test_a_provider_with_a_file_has_models(provider: str) -> None:
    """The shipped files are found and read."""
    found = load.base(provider)
    assert found is not None
    assert provider == found.head.provider
    assert found.models


@pytest.mark.parametrize("provider", ["nobody", "", "../base/openai", "/etc/passwd", "OpenAI"])
def test_a_provider_without_a_file_has_none(provider: str) -> None:
    """A name that is no plain name of a file never leaves the folder."""
    assert load.base(provider) is None
    assert load.overlay(provider) is None


@pytest.mark.parametrize(
    ("provider", "converted"),
    [("acme", "2027-01-01"), ("openai", "2027-01-01"), ("azure", "2026-11-24"), ("groq", "2026-11-24")],
)
def test_the_newer_of_two_files_holds(folder: Path, provider: str, converted: str) -> None:
    """Prices that were pulled before an upgrade do not hide those that came with it."""
    found = load.base(provider, load.pulled(folder))
    assert found is not None
    assert found.head.converted >= converted
    assert (found.head.source == "s") is (converted == "2027-01-01")


def test_of_two_files_of_one_day_the_pulled_one_holds(tmp_path: Path) -> None:
    """Somebody asked for it."""
    shipped = load.base("openai")
    assert shipped is not None
    (tmp_path / "openai.json").write_text(base_text("openai", shipped.head.converted))
    found = load.base("openai", tmp_path)
    assert found is not None
    assert found.head.source == "s"


@pytest.mark.parametrize("name", ["", "..", "../prices", "nowhere", "/etc", "a/b"])
def test_a_folder_that_names_no_directory_of_its_own_has_nothing(folder: Path, name: str) -> None:
    """A folder called prices may be anybody's, and its file may be anything."""
    (folder / load.CURRENT).write_text(name)
    assert load.pulled(folder) is None


def test_a_folder_that_is_not_there_has_nothing(tmp_path: Path) -> None:
    """Most people never pull."""
    assert load.pulled(None) is None
    assert load.pulled(tmp_path) is None
    (tmp_path / load.CURRENT).write_bytes(b"\xff")
    assert load.pulled(tmp_path) is None


def test_the_version_names_every_layer(folder: Path) -> None:
    """What a call was priced with can be told from it."""
    plain = f"{load.BASE} + overlay {load.OVERLAY}"
    assert load.version(None, None) == plain
    directory = load.pulled(folder)
    said = load.version(directory, Path("mine.toml"))
    assert said == f"{load.BASE} + pulled 2027-01-01-0123456789ab + overlay {load.OVERLAY} + user mine.toml"


def test_a_book_prices_by_what_was_pulled(folder: Path) -> None:
    """The folder that a command fills is the one that a book is given."""
    from keeptabs.core.usage import Bucket, Usage

    usage = Usage(tokens={Bucket.INPUT_TEXT: 1_000_000})
    question = Question(provider="acme", model="a", usage=usage, at=0)
    assert Book().price(question).usd is None
    book = Book(pulled=folder)
    assert book.price(question).usd == 1
    assert "pulled 2027-01-01-0123456789ab" in book.version


def test_every_provider_with_prices_has_a_name(folder: Path) -> None:
    """Base files, overlays and pulled files count; the licence does not."""
    names = load.providers()
    assert {"openai", "azure", "groq"} < set(names)
    assert {"LICENSE", "acme"} & set(names) == set()
    assert {*load.providers(load.pulled(folder))} == {*names, "acme"}
    assert names == sorted(names)


def test_a_broken_base_file_is_named(tmp_path: Path) -> None:
    """The message says which file and what is wrong with it."""
    (tmp_path / "acme.json").write_text('{"head": {}}')
    with pytest.raises(PriceFileError, match=r"acme\.json: Object missing required field"):
        load.base("acme", tmp_path)


def test_a_broken_overlay_is_named(tmp_path: Path) -> None:
    """The message says which file, and where in it."""
    (tmp_path / "acme.json").write_text('{"prices": [3]}')
    with pytest.raises(PriceFileError, match=r"/acme\.json: Expected `array`, got `int` - at `\$\.prices\[0\]`"):
        load.overlay("acme", tmp_path)


def test_a_missing_user_file_is_named(tmp_path: Path) -> None:
    """A file that was asked for and is not there is an error, not an empty file."""
    with pytest.raises(PriceFileError, match=r"mine\.toml: No such file or directory$"):
        load.user(tmp_path / "mine.toml")


def test_a_user_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    """Bytes that are not UTF-8 are answered in words."""
    (tmp_path / "mine.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(PriceFileError, match=r"mine\.toml: not UTF-8 text$"):
        load.user(tmp_path / "mine.toml")
