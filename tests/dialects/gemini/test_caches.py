"""Caches: their tokens are billed when they are made, and keeping them is a gap."""

import pytest

from keeptabs.core import reading
from keeptabs.core.dialect import Answered, Asked
from keeptabs.core.exchange import Request, Response
from keeptabs.core.outcome import ProviderError
from keeptabs.core.usage import Bucket, Usage
from keeptabs.dialects.gemini.caches import DIALECT, STORAGE

MADE = b'{"name": "cachedContents/c", "model": "models/gemini-3-flash", "usageMetadata": {"totalTokenCount": 9600}}'


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        pytest.param(
            200,
            MADE,
            Answered(
                model="gemini-3-flash",
                id="cachedContents/c",
                usage=Usage(tokens={Bucket.CACHE_WRITE: 9600}, apart=STORAGE),
            ),
            id="a cache",
        ),
        pytest.param(200, b"{}", Answered(), id="no count"),
        pytest.param(200, b"x", Answered(gaps=(reading.UNREADABLE,)), id="no JSON"),
        pytest.param(
            400,
            b'{"error": {"status": "INVALID_ARGUMENT"}}',
            Answered(error=ProviderError(code="INVALID_ARGUMENT")),
            id="an error",
        ),
    ],
)
def test_what_was_written(status: int, body: bytes, expected: Answered) -> None:
    """The provider's count, as tokens that went to a cache."""
    assert DIALECT.answer(Response(status=status, body=body), Asked()) == expected


@pytest.mark.parametrize(("body", "model"), [(b'{"model": "models/m"}', "m"), (b"{}", None), (b"x", None)])
def test_the_model_stands_in_the_request(body: bytes, model: str | None) -> None:
    """The path does not name it."""
    assert DIALECT.ask(Request(method="POST", host="h", path="/", body=body)) == Asked(model=model)
