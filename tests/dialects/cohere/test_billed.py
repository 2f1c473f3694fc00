"""What Cohere bills, and its errors."""

from decimal import Decimal
from typing import Any

import msgspec
import pytest

from keeptabs.core.dialect import Asked
from keeptabs.core.exchange import Response
from keeptabs.core.outcome import ProviderError
from keeptabs.core.usage import Bucket, Unit
from keeptabs.dialects.cohere import chat, transcription, vectors
from keeptabs.dialects.cohere._billed import UNREADABLE, failed, read


def raw(said: Any) -> msgspec.Raw:
    """A usage as it stands in a body."""
    return msgspec.Raw(msgspec.json.encode(said))


@pytest.mark.parametrize(
    ("said", "tokens", "units"),
    [
        pytest.param({"billed_units": {"input_tokens": 7}}, {Bucket.INPUT_TEXT: 7}, {}, id="text"),
        pytest.param(
            {"billed_units": {"input_tokens": 7.0, "output_tokens": 0}},
            {Bucket.INPUT_TEXT: 7, Bucket.OUTPUT_TEXT: 0},
            {},
            id="whole numbers with a point, and zero",
        ),
        pytest.param(
            {"billed_units": {"input_tokens": 7, "image_tokens": 900}},
            {Bucket.INPUT_TEXT: 7, Bucket.INPUT_IMAGE: 900},
            {},
            id="tokens of images",
        ),
        pytest.param({"billed_units": {"images": 2}}, {}, {Unit.IMAGES: Decimal(2)}, id="images"),
        pytest.param({"billed_units": {"search_units": 1}}, {}, {Unit.RERANK_SEARCHES: Decimal(1)}, id="searches"),
        pytest.param(
            {"tokens": {"input_tokens": 9, "output_tokens": 2}},
            {Bucket.INPUT_TEXT: 9, Bucket.OUTPUT_TEXT: 2},
            {},
            id="where nothing is billed, what was used",
        ),
        pytest.param(
            {"billed_units": {"input_tokens": 1}, "tokens": {"input_tokens": 9, "output_tokens": 2}},
            {Bucket.INPUT_TEXT: 1},
            {},
            id="what is billed is not mixed with what was used",
        ),
    ],
)
def test_billed_units_are_the_usage(said: Any, tokens: dict[Bucket, int], units: dict[Unit, Decimal]) -> None:
    """Tokens by bucket, the rest by unit, and all of it verbatim beside them."""
    usage, gaps = read(raw(said))
    assert usage is not None
    assert (dict(usage.tokens), dict(usage.units), gaps) == (tokens, units, ())
    assert usage.raw == msgspec.json.encode(said).decode()


@pytest.mark.parametrize(
    ("said", "gaps"),
    [(None, ()), ({}, ()), ({"api_version": {}}, ()), ([], (UNREADABLE,)), ({"billed_units": 7}, (UNREADABLE,))],
)
def test_where_nothing_is_said_there_is_no_usage(said: Any, gaps: tuple[str, ...]) -> None:
    """And one of unknown shape is a gap."""
    assert read(raw(said)) == (None, gaps)
    assert read(msgspec.Raw()) == (None, ())


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(b'{"id":"1","message":"No such model"}', ProviderError(message="No such model"), id="a message"),
        pytest.param(
            b'{"error_type":"TOO_MANY_TOKENS","message":"too many tokens"}',
            ProviderError(code="TOO_MANY_TOKENS", message="too many tokens"),
            id="a code",
        ),
        pytest.param(b"upstream connect error", ProviderError(), id="no JSON"),
    ],
)
@pytest.mark.parametrize("dialect", [chat.CHAT, chat.GENERATE, vectors.EMBED, vectors.RERANK, transcription.DIALECT])
def test_every_format_has_the_same_errors(dialect: chat.Dialect, body: bytes, expected: ProviderError) -> None:
    """Few have a code."""
    found = dialect.answer(Response(status=400, body=body), Asked())
    assert (found.error, found.usage, found.gaps) == (expected, None, ())
    assert failed(Response(status=200, body=body)) is None
