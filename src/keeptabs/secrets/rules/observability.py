"""Keys of services that watch what models do."""

from functools import partial

from keeptabs.secrets.rule import Level, Rule, Tier
from keeptabs.secrets.rules._sources import CHECKED, betterleaks, programs, researched

_UUID = "{hex:8}-{hex:4}-{hex:4}-{hex:4}-{hex:12}"
_SEVENS = "{lower:7}-{lower:7}-{lower:7}-{lower:7}"
_HELICONE = researched("Helicone worker/src/lib/util/apiKeyRegex.ts", 860)
_POSTHOG = researched("PostHog posthog/models/utils.py", 860)
_LANGSMITH = "https://smith.langchain.com/settings"
_WANDB = "https://wandb.ai/settings#api"
_rule = partial(Rule, checked=CHECKED)


def _helicone(kind: str) -> tuple[str, ...]:
    return tuple(f"{kind}-helicone{region}-{_SEVENS}" for region in ("", "-eu", "-rl", "-eu-rl"))


RULES = (
    _rule(
        id="langfuse-secret-key",
        provider="Langfuse",
        name="secret key",
        forms=(f"sk-lf-{_UUID}",),
        source=betterleaks("langfuse-secret-key.1"),
        revoke="https://langfuse.com/faq/all/where-are-langfuse-api-keys",
        entropy=2.8,
        near_misses=("sk-lf-{hex:32}", "sk-lf-{letter:8}", _UUID),
    ),
    _rule(
        id="langfuse-public-key",
        provider="Langfuse",
        name="public key",
        forms=(f"pk-lf-{_UUID}",),
        level=Level.NOTE,
        source=betterleaks("langfuse-public-key.1"),
        revoke="https://langfuse.com/faq/all/where-are-langfuse-api-keys",
        entropy=2.8,
        near_misses=("pk-lf-{hex:32}", "pk-lf-{letter:8}"),
    ),
    _rule(
        id="langsmith-personal-token",
        provider="LangSmith",
        name="personal access token",
        forms=("lsv2_pt_{hex:32}_{hex:10}",),
        source=betterleaks("langchain-langsmith-personal-access-token"),
        revoke=_LANGSMITH,
        near_misses=("lsv2_pt_{hex:32}", "lsv2_{letter:2}_{hex:20}_{hex:10}"),
    ),
    _rule(
        id="langsmith-service-key",
        provider="LangSmith",
        name="service key",
        forms=("lsv2_sk_{hex:32}_{hex:10}",),
        source=betterleaks("langchain-langsmith-service-key"),
        revoke=_LANGSMITH,
        near_misses=("lsv2_sk_{hex:32}",),
    ),
    _rule(
        id="langsmith-legacy-key",
        provider="LangSmith",
        name="API key of the first version",
        forms=("ls__{hex:32}",),
        source=programs("ls__ and 32 characters or more"),
        revoke=_LANGSMITH,
        entropy=2.8,
        near_misses=("ls__{hex:20}", "ls__{letter:12}"),
    ),
    _rule(
        id="logfire-token",
        provider="Logfire",
        name="token",
        forms=("pylf_v{digit:1}_{letter:2-8}_{alnum:43-44}",),
        source=researched("logfire/_internal/auth.py, for what stands before the random part", 1014),
        revoke="https://logfire.pydantic.dev/",
        entropy=3.9,
        near_misses=("pylf_v1_us_{alnum:12}", "pylf_v1_{letter:2}_token"),
    ),
    _rule(
        id="helicone-key",
        provider="Helicone",
        name="API key",
        forms=(*_helicone("sk"), f"sk-helicone-proxy-{_SEVENS}-{_UUID}"),
        source=_HELICONE,
        revoke="https://us.helicone.ai/settings/api-keys",
        entropy=3.3,
        near_misses=("sk-helicone-{lower:7}-{lower:7}-{lower:7}", "sk-helicone-{letter:8}"),
    ),
    _rule(
        id="helicone-write-key",
        provider="Helicone",
        name="write-only key",
        forms=_helicone("pk"),
        level=Level.WARN,  # it reads nothing, and may stand in a URL
        source=_HELICONE,
        revoke="https://us.helicone.ai/settings/api-keys",
        entropy=3.3,
        near_misses=("pk-helicone-{lower:7}-{lower:7}",),
    ),
    _rule(
        id="posthog-personal-key",
        provider="PostHog",
        name="personal API key",
        forms=("phx_{alnum:42-49}",),
        source=_POSTHOG,
        revoke="https://app.posthog.com/settings/user-api-keys",
        entropy=4.0,
        near_misses=("phx_{alnum:30}", "phx_{letter:6}_{letter:6}"),
    ),
    _rule(
        id="posthog-project-secret-key",
        provider="PostHog",
        name="secret key of a project",
        forms=("phs_{alnum:42-49}",),
        source=_POSTHOG,
        revoke="https://app.posthog.com/settings/project",
        entropy=4.0,
        near_misses=("phs_{alnum:30}",),
    ),
    _rule(
        id="posthog-project-token",
        provider="PostHog",
        name="public token of a project",
        forms=("phc_{alnum:42-44}",),
        level=Level.NOTE,
        source=_POSTHOG,
        revoke="https://app.posthog.com/settings/project",
        entropy=4.0,
        near_misses=("phc_{alnum:30}",),
    ),
    _rule(
        id="wandb-key",
        provider="Weights & Biases",
        name="API key",
        forms=("wandb_v1_{word:77}",),
        source=betterleaks("weights-and-biases-api-key-v1"),
        revoke=_WANDB,
        entropy=4.5,
        near_misses=("wandb_v1_{word:20}", "wandb_{letter:8}"),
    ),
    _rule(
        id="wandb-legacy-key",
        provider="Weights & Biases",
        name="API key without a prefix",
        forms=("{hex:40}",),
        tier=Tier.C,
        level=Level.WARN,  # commits have this form too
        words=("wandb",),
        called=True,
        source=betterleaks("weights-and-biases-api-key"),
        revoke=_WANDB,
        near_misses=("{hex:39}", "{hex:64}"),
    ),
    _rule(
        id="braintrust-key",
        provider="Braintrust",
        name="API key",
        forms=("sk-{alnum:48}",),
        tier=Tier.B,
        words=("braintrust",),
        source="https://github.com/trufflesecurity/trufflehog/blob/main/pkg/detectors/braintrust/braintrust.go",
        revoke="https://www.braintrust.dev/app/settings?subroute=api-keys",
        entropy=4.0,
        near_misses=("sk-{alnum:40}", "sk-{letter:8}-{letter:8}"),
    ),
)
