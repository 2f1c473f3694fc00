"""What holds for every usage: bills add up, grow with use, and are never negative."""

from decimal import Decimal
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from keeptabs.core.cost import Cost, CostStatus
from keeptabs.core.usage import Bucket, Unit, Usage
from keeptabs.pricing.book import Book, Question

BOOK = Book()
MODELS = [
    *("gpt-4o", "gpt-5.4", "gpt-realtime", "gpt-image-1", "o3", "whisper-1", "tts-1", "dall-e-3", "davinci-002"),
    *("anthropic:claude-opus-4-6", "google:gemini-2.5-pro", "deepseek:deepseek-chat", "mistral:mistral-large-2512"),
    *("aws:us.anthropic.claude-sonnet-4-5-20250929-v1:0", "azure:gpt-4o", "cohere:command-r-plus-08-2024"),
]
STEPPED = {"gpt-5.4", "anthropic:claude-opus-4-6", "google:gemini-2.5-pro", MODELS[-3]}
NO_STEPS = [model for model in MODELS if model not in STEPPED]
SECOND = 10**9
TIMES = st.integers(1_600_000_000 * SECOND, 1_900_000_000 * SECOND)
COUNTS = st.integers(0, 10**9)
TOKENS = st.dictionaries(st.sampled_from(list(Bucket)), COUNTS, max_size=6)
UNITS = st.dictionaries(
    st.sampled_from(list(Unit)), st.decimals(0, 10**6, places=3, allow_nan=False, allow_infinity=False), max_size=3
)
TIERS = st.sampled_from([None, "default", "flex", "priority", "batch", "??"])


def price(model: str, usage: Usage, at: int, tier: str | None = None) -> Cost:
    """The cost of a usage."""
    return BOOK.price(question(model, usage, at, tier))


def question(model: str, usage: Usage, at: int, tier: str | None = None) -> Question:
    """One of OpenAI's models, or one of the provider before the colon."""
    provider, _, name = model.partition(":") if ":" in model else ("openai", "", model)
    return Question(provider=provider, model=name, usage=usage, at=at, tier=tier)


@given(st.sampled_from(MODELS), TOKENS, UNITS, TIMES, TIERS)
def test_an_amount_is_never_negative_and_is_there_exactly_when_something_is_priced(
    model: str, tokens: dict[Bucket, int], units: dict[Unit, Decimal], at: int, tier: str | None
) -> None:
    """No status lies: None without a price, a sum of lines with one, a reason whenever it is not complete."""
    cost = price(model, Usage(tokens=tokens, units=units), at, tier)
    assert (cost.usd is None) == (cost.status in {CostStatus.UNPRICED, CostStatus.NO_USAGE})
    assert cost.usd is None or cost.usd >= 0
    assert cost.usd is None or cost.usd == sum(line.amount for line in cost.lines)
    assert bool(cost.why) == (cost.status is not CostStatus.PRICED)


@given(st.sampled_from(NO_STEPS), TOKENS, TIMES, TIERS)
def test_a_bill_is_the_sum_of_the_bills_of_its_buckets(
    model: str, tokens: dict[Bucket, int], at: int, tier: str | None
) -> None:
    """No bucket changes what another one costs, where there are no steps."""
    whole = price(model, Usage(tokens=tokens), at, tier).usd or 0
    parts = (price(model, Usage(tokens={bucket: count}), at, tier).usd or 0 for bucket, count in tokens.items())
    assert whole == sum(parts)


@given(st.sampled_from(MODELS), TOKENS, TOKENS, TIMES, TIERS)
def test_more_use_never_costs_less(
    model: str, tokens: dict[Bucket, int], more: dict[Bucket, int], at: int, tier: str | None
) -> None:
    """Adding tokens to buckets adds to the amount or leaves it."""
    grown = tokens | {bucket: tokens.get(bucket, 0) + count for bucket, count in more.items()}
    before = price(model, Usage(tokens=tokens), at, tier).usd or 0
    assert (price(model, Usage(tokens=grown), at, tier).usd or 0) >= before


CALLS = st.lists(st.tuples(st.sampled_from(MODELS), TOKENS, TIMES, TIERS), max_size=6)


@settings(max_examples=30)
@given(CALLS, st.randoms())
def test_the_order_of_calls_does_not_matter(
    calls: list[tuple[str, dict[Bucket, int], int, str | None]], chance: Random
) -> None:
    """A book that has priced other calls before prices each as a new book does."""
    questions = [question(model, Usage(tokens=tokens), at, tier) for model, tokens, at, tier in calls]
    alone = [Book().price(each) for each in questions]
    order = list(range(len(questions)))
    chance.shuffle(order)
    book = Book()
    mixed = {number: book.price(questions[number]) for number in order}
    assert [mixed[number] for number in range(len(questions))] == alone


@given(st.sampled_from(["gpt-4o", "gpt-5.4", "o3"]), TIMES)
def test_no_use_costs_nothing(model: str, at: int) -> None:
    """A count of zero is a known amount of zero."""
    cost = price(model, Usage(tokens=dict.fromkeys(Bucket, 0)), at)
    assert (CostStatus.PRICED, Decimal(0), ()) == (cost.status, cost.usd, cost.lines)


@given(
    st.text(max_size=40),
    st.dictionaries(st.sampled_from(list(Bucket)), st.integers(), max_size=4),
    st.dictionaries(st.sampled_from(list(Unit)), st.decimals(), max_size=4),
    st.integers(),
    st.text(max_size=8),
)
def test_nothing_that_a_wire_can_say_raises(
    model: str, tokens: dict[Bucket, int], units: dict[Unit, Decimal], at: int, tier: str
) -> None:
    """Negative, gigantic, infinite and undefined counts are answered with a status."""
    for name in (model, "gpt-4o", "whisper-1", "omni-moderation-latest"):
        cost = price(name, Usage(tokens=tokens, units=units), at, tier)
        assert cost.usd is None or cost.usd >= 0
        assert cost.nano_usd is None or cost.nano_usd >= 0
