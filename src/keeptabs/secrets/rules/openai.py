"""Keys of OpenAI. All but sessions hold ``T3BlbkFJ``, which is "OpenAI" in base64, between two random parts."""

from functools import partial

from keeptabs.secrets.rule import Level, Rule, Tier
from keeptabs.secrets.rules._sources import CHECKED, betterleaks, programs

_REVOKE = "https://platform.openai.com/api-keys"
_LENGTHS = (74, 58, 20)  # of each random part, as they were issued over time
_TRIVY = "https://github.com/aquasecurity/trivy/pull/10798"
_openai = partial(
    Rule, provider="OpenAI", revoke=_REVOKE, source=betterleaks("openai-api-key"), checked=CHECKED, entropy=4.0
)


def _marked(kind: str) -> tuple[str, ...]:
    return tuple(f"sk-{kind}-{{url64:{length}}}T3BlbkFJ{{url64:{length}}}" for length in _LENGTHS)


RULES = (
    _openai(
        id="openai-project-key",
        name="project key",
        forms=_marked("proj"),
        near_misses=("sk-proj-{url64:40}", "proj_{alnum:24}", "chatcmpl-{alnum:29}"),
    ),
    _openai(
        id="openai-service-account-key",
        name="service account key",
        forms=_marked("svcacct"),
        near_misses=("svc_acct_{alnum:24}", "sk-svcacct-{url64:20}"),
    ),
    _openai(
        id="openai-admin-key",
        name="admin key",
        forms=_marked("admin"),
        revoke="https://platform.openai.com/settings/organization/admin-keys",
        near_misses=("sk-admin-{url64:20}", "key_{alnum:24}"),
    ),
    _openai(
        id="openai-legacy-key",
        name="user key",
        forms=("sk-{alnum:20}T3BlbkFJ{alnum:20}",),
        near_misses=(
            "sk-container-id-{digit:1}",
            "sk-{alnum:20}",
            "resp_{hex:48}",
            "call_{alnum:24}",
            "org-{alnum:24}",
        ),
    ),
    _openai(
        id="openai-service-key",
        name="key of a named service",
        # The name stands before the first random part; this also takes lengths that nobody has written down.
        forms=("sk-{url64:20-100}T3BlbkFJ{url64:20-100}",),
        source=_TRIVY,
        near_misses=("sk-{letter:8}-{letter:8}-{letter:8}", "{alnum:20}T3BlbkFJ{alnum:20}"),
    ),
    _openai(
        id="openai-session-key",
        name="session key",
        forms=("sess-{alnum:40}",),
        tier=Tier.B,
        words=("openai", "chatgpt", "authorization", "bearer", "api_key", "api-key", "apikey"),
        source=programs("sess- and 40 letters and digits"),
        near_misses=("sess-{hex:32}", "sess_{alnum:24}"),
    ),
    _openai(
        id="openai-realtime-secret",
        name="client secret of a realtime session",
        forms=("ek_{hex:32}",),
        tier=Tier.B,
        level=Level.WARN,  # it is good for two hours at most
        entropy=2.8,
        words=("openai", "realtime", "client_secret"),
        source=_TRIVY,
        near_misses=("ek_{hex:24}", "week_{digit:8}"),
    ),
)
