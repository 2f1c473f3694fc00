"""What a call cost, where a host tells it beside the tokens.

OpenRouter: ``cost`` is what its own account is charged; with a key of one's own (``is_byok``) that is its fee alone,
and ``cost_details.upstream_inference_cost`` is what the maker charges (openrouter.ai/docs/use-cases/usage-accounting).
Perplexity: ``cost.total_cost``; the chunks before a stream's last have a skeleton of zeros in its place, which tells
nothing (perplexityai 0.46.1 ``types/shared/usage_info.py``). xAI: ``cost_in_usd_ticks``, of which
a dollar has 10^10 (docs.x.ai/developers/cost-tracking); its models on Azure say 0 and are charged by Azure. Checked
2026-11-24.
"""

from decimal import Decimal

import msgspec

from keeptabs.core.decoding import readable
from keeptabs.dialects.openai._units import amount


class _Parts(msgspec.Struct):
    total_cost: Decimal | None = None
    currency: str | None = None


class _Details(msgspec.Struct):
    upstream_inference_cost: Decimal | None = None


class _Said(msgspec.Struct):
    cost: Decimal | _Parts | None = None
    is_byok: bool | None = None
    cost_details: _Details | None = None
    cost_in_usd_ticks: int | None = None


_SAID = msgspec.json.Decoder(_Said)
_TICKS_A_DOLLAR = 10  # as a power of ten


def reported(usage: msgspec.Raw) -> Decimal | None:
    """USD as a usage object tells them, exactly as they are written; None where it does not."""
    if b'"cost' not in bytes(usage):
        return None
    said = readable(_SAID, usage)
    return None if said is None else amount(_told(said))


def _told(said: _Said) -> Decimal | None:
    if isinstance(said.cost, _Parts):
        return said.cost.total_cost or None if said.cost.currency in (None, "USD") else None
    if said.is_byok and said.cost is not None:
        upstream = said.cost_details.upstream_inference_cost if said.cost_details else None
        return None if amount(upstream) is None or amount(said.cost) is None else said.cost + (upstream or 0)
    if said.cost is None and said.cost_in_usd_ticks:
        return Decimal(said.cost_in_usd_ticks).scaleb(-_TICKS_A_DOLLAR)
    return said.cost
