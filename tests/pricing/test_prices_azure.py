"""What calls to Azure cost: its own list, that of OpenAI where it has none, and regions as the user names them."""

import sys
from pathlib import Path

import pytest

from keeptabs.core.usage import Unit
from keeptabs.pricing.book import Book

sys.path.insert(0, str(Path(__file__).parent))
try:
    from priced_cases import (
        AUDIO_IN,
        AUDIO_OUT,
        BATCH,
        BOTH,
        FLEX,
        IN,
        MILLIONS,
        OUT,
        PARTIAL,
        PRIORITY,
        Case,
        K,
        M,
        answered,
        name,
        sources,
    )
finally:
    sys.path.pop(0)

PAGE = "https://developers.openai.com/api/docs/pricing"
AZURE = "https://azure.microsoft.com/en-us/pricing/details/cognitive-services/openai-service/#pricing"
RETAIL = "https://prices.azure.com/api/retail/prices"
LLM_KIT = "https://github.com/SergeevDmitry/llm-kit/releases/tag/usage-tab%401.3.0"
LITELLM_110 = "https://pypi.org/project/litellm/1.110.2/"

# Deployments as their owner describes them: which model, and where it runs.
DEPLOYED = {
    "eu": ("gpt-4o-2024-08-06", "datazone-eu"),
    "newer-eu": ("gpt-6-sol", "datazone-eu"),
    "newer-us": ("gpt-6-sol", "datazone-us"),
    "apac": ("gpt-5.4", "datazone-apac"),
    "sweden": ("gpt-4o-2024-08-06", "regional-swedencentral"),
    "virginia": ("gpt-4o-2024-08-06", "regional-eastus"),
    "virginia-2": ("gpt-4o-2024-08-06", "regional-eastus2"),
    "atlantis": ("gpt-4o-2024-08-06", "regional-atlantis"),
    "ireland": ("gpt-4o-2024-08-06", "regional-northeurope"),
}
CASES = [
    # At Azure's own prices, or OpenAI's where it has none, and with services of its own.
    Case("azure", "gpt-4o-2024-08-06", BOTH, "0.00625", PAGE, more=BATCH),
    Case("azure", "gpt-5.4", BOTH, "0.035", PAGE, more=PRIORITY),
    Case("azure", "gpt-5.5", BOTH, "0.0875", PAGE, more=PRIORITY),
    Case("azure", "gpt-6-sol", BOTH, "0.006", PAGE, more=FLEX),
    Case("azure", "gpt-5.6-luna", BOTH, "0.007", RETAIL, "2026-08-15"),
    Case("azure", "gpt-5.6-luna", BOTH, "0.0014", LLM_KIT),
    Case("azure", "gpt-5.6-sol-2026-07-09", BOTH, "0.024", LLM_KIT),
    Case("azure", "gpt-4o-transcribe", {AUDIO_IN: K, OUT: 100}, "0.007", RETAIL),
    Case("azure", "gpt-audio-2025-08-28", {AUDIO_IN: K, AUDIO_OUT: K}, "0.12", RETAIL),
    Case("azure", "gpt-4.1-2025-04-14.ft-0123abcd-acme", BOTH, "0.01", RETAIL),
    Case("azure", "o3-2025-04-16", BOTH, "0.01", AZURE),
    Case("azure", "text-embedding-3-small", {IN: M}, "0.02", AZURE),
    Case("azure", "gpt-5.1-codex-2025-11-13", BOTH, "0.01125", PAGE),
    Case("azure", "whisper", {Unit.SECONDS: 60}, "0.006", PAGE),
    Case("azure", "gpt-4o", {**BOTH, Unit.CONTAINERS: 1}, "0.0425", PAGE),
    # Models of other makers.
    Case("azure", "DeepSeek-V3.2", MILLIONS, "2.26", RETAIL),
    Case("azure", "DeepSeek-R1", MILLIONS, "6.75", RETAIL),
    Case("azure", "grok-3-mini", MILLIONS, "1.52", RETAIL),
    Case("azure", "Cohere-embed-v3-english", {IN: M}, "0.1", LITELLM_110),
    Case("azure", "gpt-oss-120b", MILLIONS, "0.75", RETAIL),
    Case("azure", "cohere-rerank-v4.0-pro", {Unit.RERANK_SEARCHES: 1}, "0.0025", RETAIL),
    # Regions: from a tenth to a third more than in the global scope.
    Case("azure", "eu", BOTH, "0.01375", PAGE),
    Case("azure", "newer-eu", BOTH, "0.0144", PAGE),
    Case("azure", "newer-us", BOTH, "0.0132", PAGE),
    Case("azure", "sweden", BOTH, "0.015125", PAGE),
    Case("azure", "virginia-2", BOTH, "0.01375", PAGE),
    Case("azure", "virginia", BOTH, "0.01375", PAGE),
    Case("azure", "apac", BOTH, "0.021", PAGE),
    Case("azure", "ireland", BOTH, "0.0165", PAGE),
    Case("azure", "atlantis", BOTH, "0.0125", PAGE, status=PARTIAL),
]


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """The prices, with the deployments."""
    path = tmp_path_factory.mktemp("prices") / "mine.toml"
    rows = (
        f'[[alias]]\nprovider = "azure"\nname = "{deployment}"\nmodel = "{model}"\nscope = "{scope}"\n'
        for deployment, (model, scope) in DEPLOYED.items()
    )
    path.write_text("".join(rows))
    return Book(path)


@pytest.mark.parametrize("case", CASES, ids=name)
def test_a_known_call_costs_what_is_known(case: Case, book: Book) -> None:
    """Under the names of models, of fine-tuned ones and of deployments."""
    cost = book.price(case.question)
    assert answered(cost) == case.known, cost.why
    assert case.source in sources(cost)
