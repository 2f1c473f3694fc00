"""Counting tokens of a sample with tiktoken, where it is installed and its vocabulary is already on the disk.

tiktoken downloads a vocabulary that it does not have; so its cache is looked at first, and nothing is ever fetched.
"""

import hashlib
import os
import tempfile
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from keeptabs.core.call import Call
from keeptabs.core.exchange import Exchange
from keeptabs.core.wire.keep import flow_of

_LEAST = 64  # bytes of text; fewer say nothing of the rest
# Where tiktoken's own table has its vocabularies, and what they hash to. Source: tiktoken 0.14.0 tiktoken_ext/
# openai_public.py; checked 2026-11-24.
_PLACE = "https://openaipublic.blob.core.windows.net/encodings/{}.tiktoken"
_HASHES = {
    "o200k_base": "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d",
    "cl100k_base": "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7",
}
_OLDER = ("gpt-4-", "gpt-3.5", "text-embedding")  # models that are tokenised by cl100k_base


def bytes_a_token(exchange: Exchange, call: Call) -> float | None:
    """Bytes of text a token in what flowed, or None where no tokeniser can say."""
    response = exchange.response
    if response is None:
        return None
    sample = (response.flow or flow_of(response)).sample
    if len(sample) < _LEAST:
        return None
    tokens = count(sample.decode("utf-8", "replace"), call.model)
    return None if tokens is None else len(sample) / max(tokens, 1)


def count(text: str, model: str) -> int | None:
    """The tokens of a text as OpenAI's models read it, or None where no vocabulary is at hand."""
    encoding = _encoding("cl100k_base" if model.startswith(_OLDER) or model == "gpt-4" else "o200k_base")
    return None if encoding is None else len(encoding.encode(text, disallowed_special=()))


@cache
def _encoding(name: str) -> Any | None:
    if find_spec("tiktoken") is None or not _is_on_disk(name):
        return None
    return import_module("tiktoken").get_encoding(name)


def _is_on_disk(name: str) -> bool:
    """True when tiktoken's cache has the vocabulary whole: of another content it would fetch it anew."""
    own = os.environ.get("TIKTOKEN_CACHE_DIR", os.environ.get("DATA_GYM_CACHE_DIR"))
    directory = Path(own) if own is not None else Path(tempfile.gettempdir()) / "data-gym-cache"
    if own == "":
        return False
    file = directory / hashlib.sha1(_PLACE.format(name).encode(), usedforsecurity=False).hexdigest()
    return file.is_file() and hashlib.sha256(file.read_bytes()).hexdigest() == _HASHES[name]
