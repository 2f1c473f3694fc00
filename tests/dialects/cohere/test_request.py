"""What requests to Cohere have in common."""

import pytest

from keeptabs.core.dialect import Asked
from keeptabs.core.exchange import Request
from keeptabs.dialects.cohere.chat import CHAT


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(
            b'{"model": "m", "stream": true, "max_tokens": 5, "p": 0.5, "k": 3}',
            Asked(
                model="m",
                stream=True,
                settings={
                    "gen_ai.request.max_tokens": 5,
                    "gen_ai.request.top_p": 0.5,
                    "gen_ai.request.top_k": 3,
                },
            ),
            id="parameters",
        ),
        pytest.param(
            b'{"model": "m", "response_format": {"type": "json_object"}}',
            Asked(model="m", output_type="json"),
            id="JSON",
        ),
        pytest.param(b'{"model": "m", "max_tokens": "many"}', Asked(model="m"), id="odd parameters"),
        pytest.param(b'{"model": 7}', Asked(), id="an odd model"),
        pytest.param(b"", Asked(), id="nothing"),
    ],
)
def test_what_a_request_asks_for(body: bytes, expected: Asked) -> None:
    """Model, stream and parameters."""
    assert CHAT.ask(Request(method="POST", host="h", path="/v2/chat", body=body)) == expected
