"""CPU and memory of a fresh process that imports one package and prices one call: only once, it is fresh only once."""

import json
import sys
import time
from collections.abc import Callable

import resident

_INPUT, _OUTPUT = 1_000, 100
Priced = Callable[[str, str], bool]  # of a provider and model: was there a price?


def keeptabs() -> Priced:
    """`Book.price`; with a new book nothing has been loaded."""
    from keeptabs.core.usage import Bucket, Usage
    from keeptabs.pricing.book import Book, Question

    usage = Usage(tokens={Bucket.INPUT_TEXT: _INPUT, Bucket.OUTPUT_TEXT: _OUTPUT})

    def price(provider: str, model: str) -> bool:
        return Book().price(Question(provider=provider, model=model, usage=usage, at=time.time_ns())).usd is not None

    return price


def genai_prices() -> Priced:
    """`calc_price`, which loads the prices of all providers at once."""
    from genai_prices import Usage, calc_price

    usage = Usage(input_tokens=_INPUT, output_tokens=_OUTPUT)

    def price(provider: str, model: str) -> bool:
        return calc_price(usage, model, provider_id=provider).total_price is not None

    return price


def litellm() -> Priced:
    """`completion_cost`; the prices are loaded on import."""
    from litellm import ModelResponse, Usage, completion_cost
    from litellm.exceptions import ModelNotMappedError

    usage = Usage(prompt_tokens=_INPUT, completion_tokens=_OUTPUT, total_tokens=_INPUT + _OUTPUT)

    def price(provider: str, model: str) -> bool:
        try:
            return completion_cost(ModelResponse(usage=usage), model=model, custom_llm_provider=provider) > 0
        except ModelNotMappedError:
            return False

    return price


PACKAGES = {"keeptabs": keeptabs, "genai-prices": genai_prices, "litellm": litellm}


def main() -> None:
    """Measure once."""
    asked = json.loads(sys.argv[1])
    memory, start = resident.now(), time.process_time_ns()
    price = PACKAGES[asked["package"]]()
    imported = time.process_time_ns()
    known = price(asked["provider"], asked["model"])
    done = time.process_time_ns()
    found = {"import": (imported - start) / 1e6, "first": (done - imported) / 1e6, "rss": resident.now() - memory}
    print(json.dumps({**found, "known": known}))


if __name__ == "__main__":
    main()
