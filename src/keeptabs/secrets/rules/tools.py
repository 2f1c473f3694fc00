"""Keys of what models search and read with."""

from functools import partial

from keeptabs.secrets.rule import Level, Rule, Tier
from keeptabs.secrets.rules._sources import CHECKED, betterleaks, programs, researched

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
    _rule(
        id="e2b-key",
        provider="E2B",
        name="API key",
        forms=("e2b_{hex:40}",),
        source=programs("e2b_ and 40 hexadecimal digits, as E2B's SDK does"),
        revoke="https://e2b.dev/dashboard?tab=keys",
        near_misses=("e2b_{hex:20}", "e2b_{letter:8}_{letter:8}"),
    ),
    _rule(
        id="mem0-key",
        provider="Mem0",
        name="API key",
        forms=("m0-{alnum:24-44}",),
        tier=Tier.B,
        words=("mem0", "memoryclient("),
        source=betterleaks("mem0-api-key.1"),
        revoke="https://app.mem0.ai/dashboard/api-keys",
        entropy=3.2,
        near_misses=("m0-{alnum:20}", "m0-{letter:8}-{letter:8}", "arm0-{alnum:24}"),
    ),
    _rule(
        id="cursor-key",
        provider="Cursor",
        name="API key",
        forms=("key_{hex:64}", "crsr_{hex:64}"),
        tier=Tier.B,
        words=("cursor",),
        source=f"{betterleaks('cursor-api-key')}; {programs('crsr_')}",
        revoke="https://cursor.com/dashboard?tab=integrations",
        near_misses=("key_{hex:32}", "crsr_{letter:8}", "key_{alnum:24}"),
    ),
    _rule(
        id="qstash-token",
        provider="Upstash",
        name="QStash token",
        # base64 of {"UserID":"a UUID","Password":"…"}
        forms=("eyJVc2VySUQiOi{base64:49}iLCJQYXNzd29yZCI6I{base64:20-80}In0{pad:0-1}",),
        level=Level.WARN,
        source=f"https://upstash.com/docs/qstash; {programs('its beginning')}",
        remembered=True,
        revoke="https://console.upstash.com/qstash",
        entropy=0,
        near_misses=("eyJVc2VySUQiOi{base64:49}", "eyJVc2VySUQiOi{base64:80}In0{pad:1}"),
    ),
)
