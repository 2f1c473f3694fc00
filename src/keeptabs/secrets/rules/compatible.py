"""Keys of the many services that speak OpenAI's API and copied its prefix: whose they are, the form does not tell."""

from keeptabs.secrets.rule import Level, Rule, Tier
from keeptabs.secrets.rules._sources import CHECKED, betterleaks

RULES = (
    Rule(
        id="compatible-api-key",
        provider="OpenAI-compatible",
        name="API key of a service that copied OpenAI's prefix",
        forms=("sk-{hex:32}", "sk-{alnum:48}"),
        tier=Tier.B,
        level=Level.WARN,
        words=(),  # none is needed: the rule of a provider whose word is near comes before this one
        source=f"{betterleaks('deepseek-api-key')}; {betterleaks('stability-ai-api-key')}",
        checked=CHECKED,
        revoke="https://platform.openai.com/api-keys",
        entropy=2.8,
        near_misses=("sk-{hex:31}", "sk-{letter:8}-{letter:8}", "task-{hex:32}"),
    ),
)
