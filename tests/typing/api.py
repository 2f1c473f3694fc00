"""The public API as a user's type checker sees it. Checked by mypy --strict, never run."""

import asyncio
from decimal import Decimal
from pathlib import Path
from typing import assert_type

import keeptabs
from keeptabs import (
    Book,
    Call,
    ConfigError,
    Cost,
    CostStatus,
    Exchange,
    Headers,
    Outcome,
    OutcomeKind,
    RateLimit,
    Request,
    Response,
    Timing,
    Usage,
    flush,
    install,
    measure,
    tag,
    uninstall,
)


def start() -> None:
    """Installing, waiting and taking back."""
    try:
        install(store=Path("ledger.db"), service="shop")
    except ConfigError as error:
        assert_type(str(error), str)
    assert_type(flush(), bool)
    assert_type(flush(timeout=1.5), bool)
    uninstall()
    assert_type(keeptabs.__version__, str)


@tag(feature="search")
def find(words: str) -> list[str]:
    """A function keeps its type under a tag."""
    return words.split()


async def look() -> None:
    """What a tagged function returns, and tags around a part of a coroutine."""
    assert_type(find("a b"), list[str])
    with tag(user="u1", tenant="acme"):
        await asyncio.sleep(0)


def exchange() -> Exchange:
    """An exchange from values of one's own."""
    headers = Headers.of([("content-type", "application/json")])
    assert_type(headers.get("content-type"), str | None)
    request = Request(method="POST", host="api.openai.com", path="/v1/embeddings", headers=headers, body=b"{}")
    response = Response(status=200, headers=headers, body=b"{}")
    return Exchange(request=request, response=response, timing=Timing(started_at=0))


def price() -> Decimal | None:
    """What it cost."""
    call = measure(exchange(), Book(user_file=Path("prices.toml")))
    assert_type(call, Call | None)
    if call is None:
        return None
    assert_type(call.model, str)
    assert_type(call.usage, Usage | None)
    assert_type(call.usage.input if call.usage else None, int | None)
    assert_type(call.cost, Cost)
    assert_type(call.cost.status, CostStatus)
    assert_type(call.cost.nano_usd, int | None)
    assert_type(call.outcome, Outcome)
    assert_type(call.outcome.kind, OutcomeKind)
    assert_type(call.rate_limit, RateLimit | None)
    return call.cost.usd
