from pathlib import Path

import pytest

from keeptabs.pricing import load
from keeptabs.pricing.rows import PriceFileError


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


def test_a_broken_base_file_is_named(tmp_path: Path) -> None:
    """The message says which file and what is wrong with it."""
    (tmp_path / "acme.json").write_text('{"head": {}}')
    with pytest.raises(PriceFileError, match=r"^acme\.json: Object missing required field"):
        load.base("acme", tmp_path)


def test_a_broken_overlay_is_named(tmp_path: Path) -> None:
    """The message says which file and line."""
    (tmp_path / "acme.toml").write_text("[[price]]\n")
    with pytest.raises(PriceFileError, match=r"^acme\.toml:1: Object missing required field `model`"):
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
