"""Keys of what models search and read with."""

from functools import partial

from keeptabs.secrets.rule import Rule, Tier
from keeptabs.secrets.rules._sources import CHECKED, betterleaks, researched

_rule = partial(Rule, checked=CHECKED)

RULES = (
    _rule(
        id="tavily-key",
        provider="Tavily",
        name="API key",
        forms=("tvly-{alnum:32}", "tvly-dev-{alnum:32}", "tvly-prod-{alnum:32}"),
        source=researched("Tavily's documents, for the prefix; the length is of observed keys", 867),
        revoke="https://app.tavily.com/home",
        entropy=3.7,
        near_misses=("tvly-{alnum:20}", "tvly-{letter:4}_{letter:8}"),
    ),
    _rule(
        id="firecrawl-key",
        provider="Firecrawl",
        name="API key",
        forms=("fc-{hex:32}",),
        tier=Tier.B,
        words=("firecrawl",),
        source=researched("firecrawl apps/api/src/lib/parseApi.ts", 860),
        revoke="https://www.firecrawl.dev/app/api-keys",
        entropy=2.7,
        near_misses=("fc-{hex:31}", "fc-{letter:7}-{letter:5}", "fc-{hex:8}-{hex:4}-{hex:4}-{hex:4}-{hex:12}"),
    ),
    _rule(
        id="llama-cloud-key",
        provider="LlamaIndex",
        name="LlamaCloud key",
        forms=("llx-{alnum:44-52}",),
        source=betterleaks("llama-cloud-api-key.1"),
        revoke="https://cloud.llamaindex.ai/api-key",
        entropy=4.0,
        near_misses=("llx-{alnum:20}", "llx-{letter:8}"),
    ),
)
