"""What can be read of a request whose other fields are odd."""

import pytest

from keeptabs.core.dialect import Asked
from keeptabs.dialects.anthropic._request import only_model


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b'{"model": "m", "stream": true, "max_tokens": {}}', Asked(model="m", stream=True)),
        (b'{"model": "m", "stream": null}', Asked(model="m")),
        (b'{"model": 7}', Asked()),
        (b"x", Asked()),
        (b"", Asked()),
    ],
)
def test_model_and_stream(body: bytes, expected: Asked) -> None:
    """They are worth having by themselves."""
    assert only_model(body) == expected
