"""Counting with a tokeniser that is there, and never fetching one that is not."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from keeptabs.core.exchange import Exchange, Request, Response, Timing
from keeptabs.core.wire.flow import Flow
from keeptabs.runtime import tokens
from keeptabs.store.record import Record

TEXT = b"one two three four five six seven eight nine ten eleven twelve thirteen fourteen"


ENCODING = tokens._encoding


@pytest.fixture(autouse=True)
def _anew() -> Iterator[None]:
    ENCODING.cache_clear()
    yield
    ENCODING.cache_clear()


def exchange(sample: bytes = TEXT) -> Exchange:
    """A stream in which this text flowed."""
    response = Response(status=200, flow=Flow(len(sample), sample))
    return Exchange(request=Request(method="POST", host="h", path="/"), response=response, timing=Timing(started_at=1))


def by_words(text: str, **_: Any) -> list[str]:
    """A tokeniser of the simplest kind."""
    return text.split()


@pytest.mark.parametrize(
    ("model", "encoding"),
    [
        ("gpt-4o", "o200k_base"),
        ("gpt-4.1-mini", "o200k_base"),
        ("some-other", "o200k_base"),
        ("gpt-4", "cl100k_base"),
        ("gpt-4-turbo", "cl100k_base"),
        ("gpt-3.5-turbo", "cl100k_base"),
    ],
)
def test_a_sample_tells_the_bytes_of_a_token(
    monkeypatch: pytest.MonkeyPatch, record: Callable[..., Record], model: str, encoding: str
) -> None:
    """With the vocabulary that the model has, where it is known."""
    asked = []

    def found(name: str) -> Any:
        asked.append(name)
        return SimpleNamespace(encode=by_words)

    monkeypatch.setattr(tokens, "_encoding", found)
    call = msgspec.structs.replace(record().call, response_model=model)
    assert tokens.bytes_a_token(exchange(), call) == len(TEXT) / 14
    assert asked == [encoding]


@pytest.mark.parametrize("sample", [b"", b"too little to say"], ids=["nothing", "too little"])
def test_too_little_text_tells_nothing(
    monkeypatch: pytest.MonkeyPatch, record: Callable[..., Record], sample: bytes
) -> None:
    """A few words are no sample."""
    monkeypatch.setattr(tokens, "_encoding", lambda name: SimpleNamespace(encode=by_words))
    assert tokens.bytes_a_token(exchange(sample), record().call) is None


@pytest.mark.parametrize("content", [None, b"", b"half of it"], ids=["no file", "empty", "another content"])
@pytest.mark.parametrize("variable", ["TIKTOKEN_CACHE_DIR", "DATA_GYM_CACHE_DIR"])
def test_a_vocabulary_that_is_not_whole_is_never_asked_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, variable: str, content: bytes | None
) -> None:
    """tiktoken would fetch it anew, so it is not even imported."""
    monkeypatch.delenv("TIKTOKEN_CACHE_DIR", raising=False)
    monkeypatch.setenv(variable, str(tmp_path))
    monkeypatch.setattr(tokens, "find_spec", lambda name: True)
    monkeypatch.setattr(tokens, "import_module", None)
    if content is not None:
        place(tmp_path).write_bytes(content)
    assert tokens._encoding("o200k_base") is None


def test_a_vocabulary_that_is_whole_is_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """It is read through tiktoken itself."""
    content = b"IQ== 0\n"
    place(tmp_path).write_bytes(content)
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path))
    monkeypatch.setitem(tokens._HASHES, "o200k_base", hashlib.sha256(content).hexdigest())
    monkeypatch.setattr(tokens, "find_spec", lambda name: True)
    monkeypatch.setattr(tokens, "import_module", lambda name: SimpleNamespace(get_encoding=lambda wanted: wanted))
    assert tokens._encoding("o200k_base") == "o200k_base"


def place(directory: Path) -> Path:
    """Where tiktoken keeps the vocabulary in its cache."""
    url = "https://openaipublic.blob.core.windows.net/encodings/o200k_base.tiktoken"
    return directory / hashlib.sha1(url.encode()).hexdigest()
