"""How each package prices a call: with its usage given, and from the bytes of its answer."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from priced import AT, PricedCall

Price = Callable[[], Any]
_DIGITS = 12  # of a dollar: what a binary float is rounded to before it is compared


class Ways(NamedTuple):
    """Two ways to the amount; each takes what it starts from as it is, and makes the rest."""

    given: Price  # from the usage, as the package wants to have it
    read: Price  # from bytes: the whole exchange for keeptabs, the JSON with the usage for its peers


def keeptabs(call: PricedCall) -> Ways:
    """`Book.price`, and `meter.measure`, which recognises the call and reads its request, headers and answer."""
    from keeptabs.core.usage import Bucket, Usage
    from keeptabs.meter import measure
    from keeptabs.pricing.book import Book, Question

    book, exchange = Book(), _exchange(call)
    usage = Usage(tokens={Bucket(name): count for name, count in call.tokens.items()})
    question = Question(provider=call.provider, model=call.model, usage=usage, at=exchange.timing.started_at)
    return Ways(lambda: book.price(question).usd, lambda: measure(exchange, book).cost.usd)


def _exchange(call: PricedCall) -> Any:
    from keeptabs.core.exchange import Exchange, Headers, Request, Response, Timing

    is_stream = call.answer.startswith(b"data:")
    sent = Headers.of([("content-type", "application/json"), ("user-agent", "benchmark/1")])
    came = Headers.of([("content-type", "text/event-stream" if is_stream else "application/json")])
    return Exchange(
        request=Request(method="POST", host=call.url[0], path=call.url[1], headers=sent, body=call.asked),
        response=Response(status=200, headers=came, body=call.answer),
        timing=Timing(started_at=AT * 10**9, duration=10**9),
        streamed=is_stream,
    )


def genai_prices(call: PricedCall) -> Ways:
    """`calc_price`, and `extract_usage` of the parsed JSON with the price of what it gives."""
    from genai_prices import calc_price, extract_usage

    when = datetime.fromtimestamp(AT, UTC)
    flavour = "chat" if call.provider == "openai" else "default"

    def extracted() -> Any:
        return extract_usage(json.loads(call.last), provider_id=call.provider, api_flavor=flavour)

    def given() -> Decimal:
        priced = calc_price(usage, call.model, provider_id=call.provider, genai_request_timestamp=when)
        return priced.total_price

    usage = extracted().usage
    return Ways(given, lambda: extracted().calc_price(genai_request_timestamp=when).total_price)


def litellm(call: PricedCall) -> Ways:
    """`completion_cost` of a `ModelResponse`, and the same with the response made of the JSON by litellm's readers."""
    from litellm import ModelResponse, Usage, completion_cost
    from litellm.llms.anthropic.chat.transformation import AnthropicConfig
    from litellm.llms.vertex_ai.gemini.vertex_and_google_ai_studio_gemini import VertexGeminiConfig

    readers: Mapping[str, tuple[str, Callable[[Any], Any]]] = {
        "openai": ("openai", lambda said: Usage(**said["usage"])),
        "anthropic": ("anthropic", lambda said: AnthropicConfig().calculate_usage(said["usage"], None)),
        "google": ("gemini", VertexGeminiConfig.calculate_usage),
    }
    provider, reader = readers[call.provider]

    def made() -> Any:
        return ModelResponse(model=call.model, usage=reader(json.loads(call.last)))

    def price(response: Any) -> float:
        return completion_cost(response, model=call.model, custom_llm_provider=provider)

    response = made()
    return Ways(lambda: price(response), lambda: price(made()))


PRICERS: dict[str, Callable[[PricedCall], Ways]] = {
    "keeptabs": keeptabs,
    "genai-prices": genai_prices,
    "litellm": litellm,
}


def amount(price: Price) -> Decimal:
    """The amount in USD."""
    usd = price()
    return Decimal(repr(round(usd, _DIGITS))) if isinstance(usd, float) else Decimal(usd)
