"""What requests of InvokeModel ask for, in the spelling of each vendor."""

import json
from typing import Any

import pytest

from keeptabs.core.exchange import Headers, Request
from keeptabs.dialects.bedrock.invoke import EMBEDDINGS, TEXT


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        pytest.param(
            {"textGenerationConfig": {"maxTokenCount": 5, "temperature": 0.5, "topP": 1}},
            {"max_tokens": 5, "temperature": 0.5, "top_p": 1},
            id="Titan",
        ),
        pytest.param(
            {"inferenceConfig": {"maxTokens": 5, "topP": 0.9, "topK": 20}},
            {"max_tokens": 5, "top_p": 0.9, "top_k": 20},
            id="Nova",
        ),
        pytest.param({"max_gen_len": 5, "top_p": 0.9}, {"max_tokens": 5, "top_p": 0.9}, id="Llama"),
        pytest.param({"max_tokens": 5, "p": 0.9, "k": 3}, {"max_tokens": 5, "top_p": 0.9, "top_k": 3}, id="Cohere"),
        pytest.param({"max_tokens": "many", "temperature": None}, {}, id="odd ones"),
        pytest.param({"inferenceConfig": [1]}, {}, id="an odd object"),
    ],
)
def test_parameters_are_read_in_each_spelling(said: dict[str, Any], expected: dict[str, Any]) -> None:
    """Under OpenTelemetry's names."""
    asked = TEXT.ask(Request(method="POST", host="h", path="/model/m/invoke", body=json.dumps(said).encode()))
    assert asked.settings == {f"gen_ai.request.{name}": value for name, value in expected.items()}
    assert (asked.model, asked.stream) == (None, False)


@pytest.mark.parametrize(
    "said",
    [{"dimensions": 256}, {"output_dimension": 256}, {"singleEmbeddingParams": {"embeddingDimension": 256}}],
    ids=["Titan", "Cohere", "Nova"],
)
def test_dimensions_are_read_in_each_spelling(said: dict[str, Any]) -> None:
    """Under OpenTelemetry's name."""
    asked = EMBEDDINGS.ask(Request(method="POST", host="h", path="/", body=json.dumps(said).encode()))
    assert asked.settings == {"gen_ai.embeddings.dimension.count": 256}


def test_headers_of_a_request_are_read() -> None:
    """The tier, the guardrail and what the application notes about the call."""
    headers = Headers.of(
        [
            ("X-Amzn-Bedrock-Service-Tier", "priority"),
            ("X-Amzn-Bedrock-GuardrailIdentifier", "g1"),
            ("X-Amzn-Bedrock-Request-Metadata", '{"team": "search"}'),
        ]
    )
    asked = TEXT.ask(Request(method="POST", host="h", path="/model/m/invoke", headers=headers, body=b"no JSON"))
    assert (asked.service_tier, asked.metadata) == ("priority", {"team": "search"})
    assert asked.settings == {"aws.bedrock.guardrail.id": "g1"}
    odd = Headers.of([("X-Amzn-Bedrock-Request-Metadata", "{")])
    assert TEXT.ask(Request(method="POST", host="h", path="/", headers=odd)).metadata == {}
