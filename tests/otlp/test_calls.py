from decimal import Decimal
from typing import Any

import pytest
from otlp_spans import (
    BEGAN,
    GENAI_OPENAI,
    LASTED,
    OPENINFERENCE,
    OPENINFERENCE_EMBEDDING,
    OPENLLMETRY,
    OPENLLMETRY_BEFORE,
    PARENT,
    SPAN,
    TRACE,
    span,
)

from keeptabs.core.call import Identity
from keeptabs.core.cost import CostStatus
from keeptabs.core.usage import Bucket
from keeptabs.otlp.calls import record_of
from keeptabs.pricing.book import Book

PRICE = Decimal(3) * Decimal("0.15") / 10**6 + Decimal(22) * Decimal("0.60") / 10**6  # of gpt-4o-mini
SCHEMES = {
    "gen_ai": GENAI_OPENAI,
    "gen_ai as OpenLLMetry sends it": OPENLLMETRY,
    "openllmetry": OPENLLMETRY_BEFORE,
    "openinference": OPENINFERENCE,
}


@pytest.fixture(scope="module")
def book() -> Book:
    return Book()


@pytest.mark.parametrize("name", SCHEMES)
def test_what_real_instrumentations_send_is_a_call(book: Book, name: str) -> None:
    """The same call under each scheme of names has the same model, tokens and cost."""
    record = record_of(span(SCHEMES[name], parent_id=PARENT, resource={"service.name": "shop"}), book)
    assert record is not None
    call = record.call
    assert (call.provider, call.operation, call.model) == ("openai", "chat", "gpt-4o-mini-2024-07-18")
    assert call.usage is not None
    assert (call.usage.input, call.usage.output) == (3, 22)
    assert (call.cost.usd, call.cost.status) == (PRICE, CostStatus.PRICED)
    assert (call.timing.started_at, call.timing.duration) == (BEGAN, LASTED)
    assert record.identity == Identity(trace_id=TRACE, span_id=SPAN, parent_id=PARENT, operation_id=SPAN)
    assert (record.service, record.source) == ("shop", name.partition(" ")[0])
    assert "hi" not in str(call).split("'")


def test_a_stream_is_one() -> None:
    """By its name in each scheme, or since it says when its first chunk came."""
    made = record_of(span(GENAI_OPENAI), None)
    assert made is not None
    assert (made.call.streamed, made.call.timing.first_chunk) == (True, 3_794_092)
    others = [record_of(span(said), None) for said in (OPENLLMETRY, OPENLLMETRY_BEFORE, OPENINFERENCE)]
    assert [record.call.streamed for record in others if record is not None] == [False, True, True]


@pytest.mark.parametrize(
    ("parameters", "model"),
    [
        ('{"model": "gpt-4o-mini", "n": 1}', "gpt-4o-mini"),
        ("[]", "unknown"),
        ("{", "unknown"),
        ('{"model": 5}', "unknown"),
    ],
)
def test_a_failed_call_knows_what_was_asked(parameters: str, model: str) -> None:
    """OpenInference names no other model then than that of the parameters."""
    said = {"openinference.span.kind": "LLM", "llm.system": "openai", "llm.invocation_parameters": parameters}
    record = record_of(span(said, status="error"), None)
    assert record is not None
    assert record.call.model == model


def test_embeddings_are_calls(book: Book) -> None:
    """They have no output."""
    record = record_of(span(OPENINFERENCE_EMBEDDING), book)
    assert record is not None
    assert record.call.operation == "embeddings"
    assert record.call.usage is not None
    assert record.call.usage.tokens[Bucket.INPUT_TEXT] == 3
    assert record.call.usage.output is None
    assert record.call.cost.status is CostStatus.PRICED


@pytest.mark.parametrize(
    "attributes",
    [
        {},
        {"http.request.method": "POST", "url.full": "https://api.openai.com/v1/chat/completions"},
        {"gen_ai.operation.name": "invoke_agent", "gen_ai.usage.input_tokens": 9},
        {"gen_ai.operation.name": "execute_tool"},
        {"gen_ai.operation.name": 5},
        {"traceloop.span.kind": "workflow", "traceloop.entity.name": "answer"},
        {"openinference.span.kind": "CHAIN", "llm.token_count.prompt": 9},
        {"openinference.span.kind": "AGENT"},
        {"openinference.span.kind": "TOOL"},
        {"llm.request.type": "unknown"},
        {"gen_ai.request.model": "gpt-4o"},
    ],
    ids=str,
)
def test_what_stands_around_calls_is_none(attributes: dict[str, Any]) -> None:
    """Agents, chains, workflows, tools and requests are spans."""
    assert record_of(span(attributes), None) is None


@pytest.mark.parametrize(
    ("said", "provider"),
    [
        ({"gen_ai.provider.name": "aws.bedrock"}, "aws.bedrock"),
        ({"gen_ai.system": "az.ai.openai"}, "azure.ai.openai"),
        ({"gen_ai.system": "Anthropic"}, "anthropic"),
        ({"gen_ai.system": "vertex_ai"}, "gcp.vertex_ai"),
        ({"gen_ai.system": "acme"}, "acme"),
        ({}, "unknown"),
    ],
    ids=str,
)
def test_providers_have_our_names(said: dict[str, Any], provider: str) -> None:
    """One that we do not know keeps its own."""
    record = record_of(span({"gen_ai.operation.name": "chat", **said}), None)
    assert record is not None
    assert record.call.provider == provider


def test_a_cost_that_another_tool_tells_is_not_believed(book: Book) -> None:
    """It is worked out from the tokens; of a model without a price it is not known."""
    told = {**OPENINFERENCE, "llm.cost.total": 99.0, "gen_ai.usage.cost": 99.0}
    for attributes, usd in ((told, PRICE), ({**told, "llm.model_name": "no-such-model"}, None)):
        record = record_of(span(attributes), book)
        assert record is not None
        assert record.call.cost.usd == usd


def test_settings_are_kept_and_contents_are_not() -> None:
    """Numbers and words of the request, under the names of the conventions; a long text may be a prompt."""
    said = {"gen_ai.request.max_tokens": 5, "gen_ai.request.seed": 7, "gen_ai.request.encoding": "float"}
    more = {
        "gen_ai.request.instructions": "x" * 65,
        "gen_ai.request.stop_sequences": ["\n"],
        "keeptabs.tag.feature": "a",
    }
    record = record_of(span({**GENAI_OPENAI, **said, **more}), None)
    assert record is not None
    assert record.call.request.settings == said
    assert record.call.tags == {"feature": "a"}
