"""Keep tabs on what your app spends on LLM APIs.

One line, ``keeptabs.install()``, and every call to an LLM API that goes through a known HTTP client becomes an
OpenTelemetry span and a row in a local ledger, with tokens, cost, outcome, limits and streaming times.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from keeptabs.version import __version__

if TYPE_CHECKING:  # what a type checker sees; a test holds that it is the same as below
    from keeptabs.core.call import Call as Call
    from keeptabs.core.cost import Cost as Cost
    from keeptabs.core.cost import CostStatus as CostStatus
    from keeptabs.core.exchange import Exchange as Exchange
    from keeptabs.core.exchange import Headers as Headers
    from keeptabs.core.exchange import Request as Request
    from keeptabs.core.exchange import Response as Response
    from keeptabs.core.exchange import Timing as Timing
    from keeptabs.core.limits import RateLimit as RateLimit
    from keeptabs.core.outcome import Outcome as Outcome
    from keeptabs.core.outcome import OutcomeKind as OutcomeKind
    from keeptabs.core.usage import Usage as Usage
    from keeptabs.meter import measure as measure
    from keeptabs.pricing.book import Book as Book
    from keeptabs.runtime import flush as flush
    from keeptabs.runtime import install as install
    from keeptabs.runtime import uninstall as uninstall
    from keeptabs.runtime.config import ConfigError as ConfigError
    from keeptabs.runtime.tags import tag as tag
    from keeptabs.secrets.redact import redact as redact

# Where each public name lives. Loaded at first use, so that ``import keeptabs`` costs next to nothing.
_HOMES = {
    "Book": "keeptabs.pricing.book",
    "Call": "keeptabs.core.call",
    "ConfigError": "keeptabs.runtime.config",
    "Cost": "keeptabs.core.cost",
    "CostStatus": "keeptabs.core.cost",
    "Exchange": "keeptabs.core.exchange",
    "Headers": "keeptabs.core.exchange",
    "Outcome": "keeptabs.core.outcome",
    "OutcomeKind": "keeptabs.core.outcome",
    "RateLimit": "keeptabs.core.limits",
    "Request": "keeptabs.core.exchange",
    "Response": "keeptabs.core.exchange",
    "Timing": "keeptabs.core.exchange",
    "Usage": "keeptabs.core.usage",
    "flush": "keeptabs.runtime",
    "install": "keeptabs.runtime",
    "measure": "keeptabs.meter",
    "redact": "keeptabs.secrets.redact",
    "tag": "keeptabs.runtime.tags",
    "uninstall": "keeptabs.runtime",
}

__all__ = [*sorted(_HOMES), "__version__"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'keeptabs' has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
