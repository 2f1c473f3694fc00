"""Keys of platforms that models and their code live on."""

from functools import partial

from keeptabs.secrets.rule import Rule, Tier
from keeptabs.secrets.rules._sources import CHECKED, betterleaks

_HUGGING_FACE = "https://huggingface.co/settings/tokens"
_TOKENS = "https://github.com/settings/tokens"
_APPS = "https://github.com/settings/applications"
_STATELESS = "https://github.blog/changelog/2026-05-15-github-app-installation-tokens-per-request-override-header/"
_rule = partial(Rule, checked=CHECKED)
_github = partial(Rule, provider="GitHub", checked=CHECKED, entropy=3.8)

RULES = (
    _rule(
        id="hugging-face-token",
        provider="Hugging Face",
        name="user access token",
        forms=("hf_{alpha:34}",),
        source=betterleaks("huggingface-access-token"),
        revoke=_HUGGING_FACE,
        entropy=3.8,
        near_misses=("hf_{letter:6}_{letter:8}", "hf_{letter:12}", "hf_{alpha:40}"),
    ),
    _rule(
        id="hugging-face-organization-token",
        provider="Hugging Face",
        name="organization API token",
        forms=("api_org_{alpha:34}",),
        source=betterleaks("huggingface-organization-api-token"),
        revoke=_HUGGING_FACE,
        entropy=3.8,
        near_misses=("api_org_{letter:12}", "api_org_{letter:6}_{letter:8}"),
    ),
    _rule(
        id="databricks-token",
        provider="Databricks",
        name="personal access token",
        forms=("dapi{hex:32}", "dapi{hex:32}-{digit:1}"),
        source=betterleaks("databricks-api-token"),
        revoke="https://docs.databricks.com/aws/en/dev-tools/auth/pat",
        entropy=2.8,
        near_misses=("dapi{hex:20}", "dapi{hex:40}", "dapi_{letter:8}"),
    ),
    _rule(
        id="litellm-key",
        provider="LiteLLM",
        name="virtual key",
        forms=("sk-{url64:22}",),
        tier=Tier.B,
        words=("litellm",),
        source="litellm 1.110.2: sk- and secrets.token_urlsafe(16); https://docs.litellm.ai/docs/proxy/virtual_keys",
        revoke="https://docs.litellm.ai/docs/proxy/virtual_keys",
        entropy=3.2,
        near_misses=("sk-{digit:4}", "sk-{letter:8}-{letter:13}", "sk-{url64:16}"),
    ),
    _github(
        id="github-personal-token",
        name="personal access token",
        forms=("ghp_{alnum:36}",),
        source=betterleaks("github-pat"),
        revoke=_TOKENS,
        near_misses=("ghp_{alnum:20}", "ghp_{letter:8}_{letter:8}"),
    ),
    _github(
        id="github-fine-grained-token",
        name="fine-grained personal access token",
        forms=("github_pat_{alnum:22}_{alnum:59}",),
        source=betterleaks("github-fine-grained-pat"),
        revoke="https://github.com/settings/personal-access-tokens",
        near_misses=("github_pat_{alnum:22}", "github_pat_{letter:12}"),
    ),
    _github(
        id="github-oauth-token",
        name="OAuth access token",
        forms=("gho_{alnum:36}",),
        source=betterleaks("github-oauth"),
        revoke=_APPS,
        near_misses=("gho_{alnum:20}",),
    ),
    _github(
        id="github-app-user-token",
        name="user token of an app",
        forms=("ghu_{alnum:36}",),
        source=betterleaks("github-app-token"),
        revoke=_APPS,
        near_misses=("ghu_{alnum:20}",),
    ),
    _github(
        id="github-app-token",
        name="installation token of an app",
        # Since 2026 an app's number and a JWT of some 500 characters.
        forms=("ghs_{alnum:36}", "ghs_{digit:3-12}_eyJ{url64:10-200}.{url64:40-900}.{url64:43-700}"),
        source=f"{betterleaks('github-app-token')}; {_STATELESS}",
        revoke="https://github.com/settings/installations",
        near_misses=("ghs_{alnum:20}", "ghs_{digit:6}_{letter:12}"),
    ),
    _github(
        id="github-refresh-token",
        name="refresh token of an app",
        forms=("ghr_{alnum:36}", "ghr_{alnum:76}"),
        source=betterleaks("github-refresh-token"),
        revoke=_APPS,
        near_misses=("ghr_{alnum:20}",),
    ),
)
