"""What calls to Bedrock cost: by the scope that a name begins with, the region of the host, and the service."""

import sys
from pathlib import Path

import pytest

from keeptabs.core.usage import Bucket, Unit
from keeptabs.pricing.book import Book

sys.path.insert(0, str(Path(__file__).parent))
try:
    from priced_cases import (
        BATCH,
        BOTH,
        DISPUTED,
        FLEX,
        IN,
        MILLIONS,
        NOBODY,
        OUT,
        PARTIAL,
        PRIORITY,
        READ,
        UNPRICED,
        Case,
        K,
        M,
        answered,
        name,
        sources,
    )
finally:
    sys.path.pop(0)

PAGE = "https://aws.amazon.com/bedrock/pricing/"
LITELLM = "https://pypi.org/project/litellm/1.109.1/"

PROFILE = "arn:aws:bedrock:us-east-1:123456789012:inference-profile"
OWN_PROFILE = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile"
IN_BRAZIL = {"host": "bedrock-runtime.sa-east-1.amazonaws.com"}
IN_GOVCLOUD = {"host": "bedrock-runtime.us-gov-west-1.amazonaws.com"}
BOOK = Book()
CASES = [
    # Claude: a tenth more outside the global scope since Claude Sonnet 4.5.
    Case(
        "aws", "us.anthropic.claude-sonnet-4-5-20250929-v1:0", {IN: 250 * K, OUT: K}, "1.67475", LITELLM, "2026-02-20"
    ),
    Case("aws", "eu.anthropic.claude-sonnet-4-20250514-v1:0", BOTH, "0.018", LITELLM, "2026-06-20"),
    Case("aws", f"{PROFILE}/us.anthropic.claude-sonnet-4-5-20250929-v1:0", BOTH, "0.0198", LITELLM, "2026-06-20"),
    Case("aws", "anthropic.claude-opus-5", BOTH, "0.033", PAGE),
    # Nova: caches, and services of their own rates.
    Case(
        "aws", "us.amazon.nova-pro-v1:0", {IN: K, READ: K, Bucket.CACHE_WRITE: K, OUT: K}, "0.005", PAGE, "2026-06-20"
    ),
    Case("aws", "us.amazon.nova-pro-v1:0", BOTH, "0.002", PAGE, "2026-06-20", FLEX),
    Case("aws", "us.amazon.nova-pro-v1:0", BOTH, "0.007", PAGE, "2026-06-20", PRIORITY),
    Case("aws", "us.amazon.nova-pro-v1:0", BOTH, "0.004", PAGE, "2026-06-20", {"tier": "default"}),
    Case("aws", "us.amazon.nova-pro-v1:0", BOTH, "0.004", PAGE, "2026-06-20", {"tier": "reserved"}, status=PARTIAL),
    Case("aws", "us.amazon.nova-pro-v1:0", BOTH, "0.002", PAGE, "2026-06-20", BATCH),
    Case("aws", "eu.amazon.nova-lite-v1:0", MILLIONS, "0.39", LITELLM, "2026-06-20"),
    # Models of others.
    Case("aws", "openai.gpt-oss-20b", BOTH, "0.00037", LITELLM, "2026-06-20"),
    Case("aws", "openai.gpt-oss-120b-1:0", BOTH, "0.0013125", PAGE, "2026-06-20", PRIORITY),
    Case("aws", "cohere.embed-v4:0", {IN: M}, "0.12", LITELLM, "2026-06-20"),
    Case("aws", "us.cohere.embed-v4:0", {IN: M}, "0.12", LITELLM, "2026-06-20"),
    Case("aws", "cohere.rerank-v3-5:0", {Unit.RERANK_SEARCHES: 1}, "0.002", LITELLM, "2026-06-20"),
    Case("aws", "amazon.titan-embed-text-v2:0", {IN: M}, "0.02", PAGE, "2026-06-20"),
    Case("aws", "us.meta.llama3-3-70b-instruct-v1:0", MILLIONS, "1.44", PAGE, "2026-06-20"),
    Case("aws", "deepseek.r1-v1:0", MILLIONS, "6.75", PAGE, "2026-06-20"),
    # By region.
    Case("aws", "minimax.minimax-m2.5", MILLIONS, "1.8", LITELLM, "2026-06-20", IN_BRAZIL),
    Case("aws", "meta.llama3-70b-instruct-v1:0", MILLIONS, "10.33", LITELLM, "2026-06-20", IN_BRAZIL),
    Case("aws", "amazon.nova-pro-v1:0", MILLIONS, "4.8", PAGE, "2026-06-20", IN_GOVCLOUD),
    Case(
        "aws",
        "us-gov.anthropic.claude-sonnet-4-5-20250929-v1:0",
        BOTH,
        "0.0216",
        LITELLM,
        "2026-06-20",
        IN_GOVCLOUD,
        status=DISPUTED,
    ),
    # A long prompt, and a name that says nothing.
    Case("aws", "us.openai.gpt-5.4", {IN: 300 * K, OUT: K}, "1.67475", LITELLM),
    Case("aws", f"{OWN_PROFILE}/mi1dadi0g15f", {IN: 1, OUT: 1}, None, NOBODY, "2026-06-20", status=UNPRICED),
]


@pytest.mark.parametrize("case", CASES, ids=name)
def test_a_known_call_costs_what_is_known(case: Case) -> None:
    """Across regions, in one, and under the names of profiles."""
    cost = BOOK.price(case.question)
    assert answered(cost) == case.known, cost.why
    assert case.source in sources(cost)
