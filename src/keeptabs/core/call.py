"""A measured call: the one value that spans, metrics, the ledger and every page are made from."""

from typing import Any

import msgspec

from keeptabs.core.cost import Cost, CostStatus
from keeptabs.core.dialect import Asked
from keeptabs.core.digest import Digest
from keeptabs.core.exchange import Account, CallSite, Timing
from keeptabs.core.limits import RateLimit
from keeptabs.core.outcome import Outcome
from keeptabs.core.usage import Usage

IN_PROMPT = "keeptabs.secrets.in_prompt"  # a fact: the ids of the rules by which keys were noticed in its prompt


class Identity(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where a call stands: trace, span and parent as lower-case hex, and the attempts of one logical operation."""

    trace_id: str
    span_id: str
    parent_id: str | None = None
    parent_name: str | None = None
    operation_id: str = ""
    attempt: int = 1
    previous_span_id: str | None = None
    sampled: bool = True
    waited: float | None = None  # seconds between the end of the attempt before and this one
    too_early: bool = False  # it came before the provider had asked to be tried again
    route: str | None = None  # http.route of the server span that it is under


class Call(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One HTTP attempt at an LLM API, measured and priced. Absent facts are None: they were not on the wire.

    What has its default is not written out, here and in what a call is made of: that is half of its JSON.
    """

    provider: str
    operation: str
    api: str
    server: str
    port: int
    path: str
    client: str
    sdk: str | None = None
    request: Asked
    response_model: str | None = None
    response_id: str | None = None
    request_id: str | None = None
    service_tier: str | None = None
    system_fingerprint: str | None = None
    finish_reasons: tuple[str, ...] = ()
    streamed: bool = False
    timing: Timing
    usage: Usage | None = None
    cost: Cost
    outcome: Outcome
    rate_limit: RateLimit | None = None
    resend_count: int = 0
    site: CallSite | None = None
    tags: dict[str, str] = {}
    gaps: tuple[str, ...] = ()
    account: Account = Account()
    facts: dict[str, Any] = {}
    batch: bool = False
    deferred: bool = False  # the result of work that ran elsewhere: counted once for each response_id
    cached: str | None = None  # "local": a cache of the application answered
    digest: Digest = Digest()  # hashes of what was asked; nothing where they are turned off

    @property
    def model(self) -> str:
        """The model that answered, else the one that was asked for, else what was searched, else ``unknown``."""
        searched = self.request.settings.get("gen_ai.data_source.id")
        return self.response_model or self.request.model or searched or "unknown"


def is_gap(call: Call, cost: Cost) -> bool:
    """True where a sum with ``cost`` lacks what the call took: a failed call that reports no usage took nothing."""
    if cost.status is CostStatus.NO_USAGE:
        return call.outcome.is_answer
    return cost.status in (CostStatus.UNPRICED, CostStatus.PARTIAL)
