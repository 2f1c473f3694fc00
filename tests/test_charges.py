"""What a measured call cost, and cost again by another book."""

from decimal import Decimal
from typing import Any

import msgspec
import pytest

from keeptabs.charges import charged
from keeptabs.core.call import Call, is_gap
from keeptabs.core.cost import Cost, CostStatus
from keeptabs.core.exchange import Exchange, Headers, Request, Response, Timing
from keeptabs.core.outcome import Outcome, OutcomeKind
from keeptabs.core.usage import Aside, Bucket, Unit, Usage
from keeptabs.meter import measure
from keeptabs.pricing.book import Book, Question

NOVEMBER = 1_795_500_000 * 10**9  # 2026-11-24, in nanoseconds
BOOK = Book()
TYPE = ("content-type", "application/json")


def call(host: str, path: str, asked: dict[str, Any], said: dict[str, Any], **more: Any) -> Call:
    """A call with these documents, measured in November 2026."""
    made = Exchange(
        request=Request(method="POST", host=host, path=path, body=msgspec.json.encode(asked)),
        response=Response(status=200, headers=Headers.of([TYPE]), body=msgspec.json.encode(said)),
        timing=Timing(started_at=NOVEMBER, duration=1),
        **more,
    )
    found = measure(made, BOOK)
    assert found is not None
    return found


def message(usage: dict[str, Any], **more: Any) -> Call:
    """A message of Anthropic's."""
    said = {"id": "m", "model": "claude-opus-4-6", "content": [], "stop_reason": "end_turn"}
    asked = {"model": "claude-opus-4-6", "messages": []}
    return call("api.anthropic.com", "/v1/messages", asked, {**said, "usage": usage}, **more)


TOKENS = {"input_tokens": 1_000, "output_tokens": 100}


@pytest.mark.parametrize(
    ("more", "usd"),
    [
        ({}, "0.0075"),
        ({"speed": "standard"}, "0.0075"),
        ({"speed": "fast"}, "0.045"),
        ({"inference_geo": "us"}, "0.00825"),
        ({"inference_geo": "global"}, "0.0075"),
        ({"service_tier": "batch"}, "0.00375"),
        ({"server_tool_use": {"web_search_requests": 2}}, "0.0275"),
    ],
    ids=str,
)
def test_facts_of_an_answer_decide_on_its_price(more: dict[str, Any], usd: str) -> None:
    """Speed, place, batch and searches."""
    cost = message({**TOKENS, **more}).cost
    assert (cost.status, cost.usd) == (CostStatus.PRICED, Decimal(usd)), cost.why


def test_what_another_model_did_is_billed_at_its_rates() -> None:
    """Its lines stand in the bill, and its tokens in no total of the call."""
    made = message({**TOKENS, "iterations": [{"type": "advisor_message", "model": "claude-haiku-4-5", **TOKENS}]})
    assert made.usage is not None
    assert (made.usage.input, made.usage.output) == (1_000, 100)
    assert (made.cost.status, made.cost.usd) == (CostStatus.PRICED, Decimal("0.009"))
    assert [line.row.partition("@")[0] for line in made.cost.lines][-1] == "anthropic/claude-haiku-4-5"


def test_what_an_unknown_model_did_makes_the_amount_a_part() -> None:
    """The rest is known."""
    cost = message({**TOKENS, "iterations": [{"type": "advisor_message", "model": "acme-9", **TOKENS}]}).cost
    assert (cost.status, cost.usd, cost.why) == (
        CostStatus.PARTIAL,
        Decimal("0.0075"),
        "no price for acme-9 at anthropic",
    )


@pytest.mark.parametrize(
    ("model", "usd"),
    [
        ("us.anthropic.claude-sonnet-4-5-20250929-v1:0", "0.00495"),
        ("global.anthropic.claude-sonnet-4-5-20250929-v1:0", "0.0045"),
    ],
)
def test_bedrock_bills_the_model_that_was_asked_for(model: str, usd: str) -> None:
    """Its answer names the model without the regions that the price depends on."""
    asked = {"anthropic_version": "bedrock-2023-05-31", "messages": [], "max_tokens": 5}
    said = {"id": "m", "model": "claude-sonnet-4-5-20250929", "type": "message", "content": [], "usage": TOKENS}
    made = call("bedrock-runtime.us-east-1.amazonaws.com", f"/model/{model}/invoke", asked, said)
    assert (made.cost.status, made.cost.usd) == (CostStatus.PRICED, Decimal(usd))


@pytest.mark.parametrize(
    ("model", "usd"),
    [
        ("arn:aws:bedrock:us-east-1:1:inference-profile/us.anthropic.claude-sonnet-4-5-20250929-v1:0", "0.00495"),
        ("arn:aws:bedrock:us-east-1:1:application-inference-profile/abc123", "0.00495"),
    ],
    ids=["a profile of Amazon's", "a profile of the user's"],
)
def test_a_profile_is_billed_as_the_model_behind_it(model: str, usd: str) -> None:
    """By its own name where that says so, else by the name that the answer gives, at the price of a region."""
    asked = {"anthropic_version": "bedrock-2023-05-31", "messages": [], "max_tokens": 5}
    said = {"id": "m", "model": "claude-sonnet-4-5-20250929", "type": "message", "content": [], "usage": TOKENS}
    made = call("bedrock-runtime.us-east-1.amazonaws.com", f"/model/{model}/invoke", asked, said)
    assert (made.cost.status, made.cost.usd) == (CostStatus.PRICED, Decimal(usd)), made.cost.why


def test_a_call_is_priced_again_by_the_same_rules() -> None:
    """Pricing what was measured gives what it was priced at."""
    made = message({**TOKENS, "speed": "fast"})
    assert charged(made, BOOK) == made.cost


def test_a_cost_that_a_call_carries_is_not_looked_at() -> None:
    """A call of the ledger may carry an old one."""
    made = message(TOKENS)
    stale = msgspec.structs.replace(made, cost=msgspec.structs.replace(made.cost, usd=Decimal(9), lines=()))
    assert charged(stale, BOOK) == made.cost


def test_a_provider_that_is_gone_has_prices_of_its_own_name() -> None:
    """A ledger may hold calls of a provider that this version does not know."""
    made = msgspec.structs.replace(message(TOKENS), provider="acme")
    assert charged(made, BOOK).why == "no price for claude-opus-4-6 at acme"


def test_what_came_from_a_cache_saved_what_it_would_have_cost() -> None:
    """Priced again as well."""
    made = msgspec.structs.replace(message(TOKENS), cached="local")
    cost = charged(made, BOOK)
    assert (cost.status, cost.usd, cost.saved) == (CostStatus.FREE, 0, Decimal("0.0075"))


@pytest.mark.parametrize(
    ("usage", "status", "usd"),
    [
        (Usage(tokens={Bucket.INPUT_TEXT: 1_000}, apart="a container"), CostStatus.PARTIAL, "0.005"),
        (Usage(tokens={Bucket.INPUT_TEXT: 1_000}, reported_usd=Decimal("0.7")), CostStatus.PROVIDER_REPORTED, "0.7"),
        (
            Usage(asides=(Aside(model="claude-haiku-4-5", tokens={Bucket.INPUT_TEXT: 1_000}),)),
            CostStatus.PARTIAL,
            "0.001",
        ),
        (Usage(tokens={Bucket.INPUT_TEXT: 1_000}, units={Unit.CONTAINERS: Decimal(1)}), CostStatus.PARTIAL, "0.005"),
    ],
    ids=["billed apart", "told by the provider", "by another model alone", "without a price"],
)
def test_what_a_usage_says_beside_its_tokens(usage: Usage, status: CostStatus, usd: str) -> None:
    """The amount is a part wherever something is not in it."""
    cost = charged(msgspec.structs.replace(message(TOKENS), usage=usage), BOOK)
    assert (cost.status, cost.usd) == (status, Decimal(usd))


CHAT = {"id": "c", "choices": [], "usage": {"prompt_tokens": 1_000, "completion_tokens": 100, "total_tokens": 1_100}}


def test_a_system_of_models_is_billed_by_model() -> None:
    """Each at its own rates, and nothing for the system as a whole."""
    parts = [{"model": name, "usage": CHAT["usage"]} for name in ("openai/gpt-oss-120b", "llama-3.3-70b-versatile")]
    said = {**CHAT, "model": "groq/compound", "usage_breakdown": {"models": parts}}
    made = call("api.groq.com", "/openai/v1/chat/completions", {"model": "groq/compound", "messages": []}, said)
    assert made.cost.status is CostStatus.PRICED
    assert {line.row.partition("@")[0] for line in made.cost.lines} == {
        "groq/openai/gpt-oss-120b",
        "groq/llama-3.3-70b-versatile",
    }
    assert made.cost.usd == Decimal("0.00015") + Decimal("0.00006") + Decimal("0.00059") + Decimal("0.000079")


@pytest.mark.parametrize(
    ("path", "model", "headers", "book"),
    [
        pytest.param("/v1/chat/completions", "deepseek-ai/DeepSeek-V3:together", [], "together", id="by the model"),
        pytest.param("/v1/chat/completions", "m", [("x-inference-provider", "Novita")], "novita", id="by a header"),
        pytest.param("/groq/openai/v1/chat/completions", "m", [], "groq", id="by the path"),
        pytest.param("/v1/chat/completions", "m", [], None, id="not told"),
    ],
)
def test_what_another_serves_is_priced_by_their_list(
    path: str, model: str, headers: list[tuple[str, str]], book: str | None
) -> None:
    """Hugging Face sells what others serve, each at prices of their own."""
    made = Exchange(
        request=Request(
            method="POST", host="router.huggingface.co", path=path, body=msgspec.json.encode({"model": model})
        ),
        response=Response(
            status=200, headers=Headers.of([TYPE, *headers]), body=msgspec.json.encode({**CHAT, "model": model})
        ),
        timing=Timing(started_at=NOVEMBER, duration=1),
    )
    book_asked: list[str] = []

    class Asking(Book):
        def price(self, question: Question) -> Cost:
            book_asked.append(question.provider)
            return super().price(question)

    measure(made, Asking())
    assert book_asked == [f"huggingface_{book}" if book else "hugging_face"]


@pytest.mark.parametrize(
    ("status", "answered", "gap"),
    [
        (CostStatus.PRICED, True, False),
        (CostStatus.FREE, True, False),
        (CostStatus.DISPUTED, True, False),
        (CostStatus.PARTIAL, True, True),
        (CostStatus.UNPRICED, False, True),
        (CostStatus.NO_USAGE, True, True),
        (CostStatus.NO_USAGE, False, False),
    ],
)
def test_a_sum_says_what_it_lacks(status: CostStatus, answered: bool, gap: bool) -> None:
    """An answer that does not say what it used is a gap; a refusal that used nothing is none."""
    made = message(TOKENS)
    refused = Outcome(kind=OutcomeKind.RATE_LIMITED, status=429, error_type="429")
    made = made if answered else msgspec.structs.replace(made, outcome=refused)
    assert is_gap(made, Cost(status=status)) is gap
