"""What calls to those who host the models of others cost."""

import sys
from pathlib import Path

import pytest

from keeptabs.core.usage import Unit
from keeptabs.pricing.book import Book

sys.path.insert(0, str(Path(__file__).parent))
try:
    from priced_cases import (
        BATCH,
        BOTH,
        CACHED,
        DISPUTED,
        FLEX,
        IN,
        MILLIONS,
        PRIORITY,
        Case,
        M,
        answered,
        name,
        sources,
    )
finally:
    sys.path.pop(0)

GROQ = "https://console.groq.com/docs/models"
TOKENCOST = "https://github.com/AgentOps-AI/tokencost/blob/main/tokencost/model_prices.json"
TOGETHER = "https://api.together.ai/v1/models"
FIREWORKS = "https://fireworks.ai/pricing"
FIREWORKS_DOCS = "https://docs.fireworks.ai/serverless/pricing"
LITELLM = "https://github.com/BerriAI/litellm/blob/main/model_prices_and_context_window.json"

BOOK = Book()
CASES = [
    Case("groq", "llama-3.3-70b-versatile", BOTH, "0.00138", GROQ, "2025-12-01", {"tier": "on_demand"}),
    Case("groq", "openai/gpt-oss-120b", MILLIONS, "0.75", GROQ, more=FLEX),
    Case(
        "groq",
        "openai/gpt-oss-120b",
        MILLIONS,
        "0.375",
        "https://raw.githubusercontent.com/api-evangelist/groq/refs/heads/main/plans/groq-plans-pricing.yml",
        "2026-07-01",
        BATCH,
    ),
    Case("groq", "whisper-large-v3-turbo", {Unit.SECONDS: 3_600}, "0.04", GROQ),
    Case("groq", "whisper-large-v3", {Unit.SECONDS: 3_600}, "0.0555", GROQ, more=BATCH),
    Case("groq", "openai/gpt-oss-20b", MILLIONS, "0.6", TOKENCOST, "2025-08-10"),
    Case("groq", "distil-whisper-large-v3-en", {Unit.SECONDS: 1_800}, "0.01", TOKENCOST, "2025-03-01"),
    Case("together", "Salesforce/Llama-Rank-V1", {IN: M}, "0.1", TOGETHER),
    Case("together", "mistralai/Mixtral-8x7B-Instruct-v0.1", MILLIONS, "1.2", TOGETHER, status=DISPUTED),
    Case("together", "meta-llama/Llama-3.3-70B-Instruct-Turbo", MILLIONS, "1.76", "https://www.together.ai/pricing"),
    Case("together", "zai-org/GLM-5.1", CACHED, "0.00606", TOGETHER, "2026-06-01"),
    Case("together", "BAAI/bge-base-en-v1.5", {IN: M}, "0.008", LITELLM),
    Case(
        "fireworks",
        "accounts/fireworks/models/glm-5p3-flash",
        MILLIONS,
        "0.8125",
        "https://api.fireworks.ai/v1/serverless/models",
        more=PRIORITY,
    ),
    Case("fireworks", "accounts/fireworks/models/glm-5p3-flash", MILLIONS, "0.325", FIREWORKS, more=BATCH),
    Case("fireworks", "accounts/fireworks/models/mistral-7b-instruct-v3", MILLIONS, "0.4", FIREWORKS_DOCS),
    Case("fireworks", "accounts/fireworks/models/glm-5", CACHED, "0.0044", FIREWORKS_DOCS),
    Case("fireworks", "accounts/fireworks/models/llama-v3p1-8b-instruct", MILLIONS, "0.4", FIREWORKS),
    Case("cerebras", "gpt-oss-120b", MILLIONS, "1.1", "https://www.cerebras.ai/pricing#pricing"),
    Case("cerebras", "llama3.1-70b", MILLIONS, "1.2", LITELLM, "2024-11-01"),
]


@pytest.mark.parametrize("case", CASES, ids=name)
def test_a_known_call_costs_what_is_known(case: Case) -> None:
    """By the token, the hour of speech and the batch."""
    cost = BOOK.price(case.question)
    assert answered(cost) == case.known, cost.why
    assert case.source in sources(cost)
