"""Keys of Anthropic: the kind and its version stand behind ``sk-ant-``."""

from functools import partial

from keeptabs.secrets.rule import Level, Rule
from keeptabs.secrets.rules._sources import CHECKED, betterleaks, programs

_REVOKE = "https://platform.claude.com/settings/keys"
_CLAUDE = "https://claude.ai/settings/account"
_CODE = "https://claude.ai/settings/claude-code"
_OAUTH = "https://github.com/gitleaks/gitleaks/pull/2159"
_anthropic = partial(Rule, provider="Anthropic", revoke=_REVOKE, checked=CHECKED, entropy=4.0)

RULES = (
    _anthropic(
        id="anthropic-api-key",
        name="API key",
        forms=("sk-ant-api03-{url64:93}AA",),
        source=betterleaks("anthropic-api-key"),
        near_misses=("sk-ant-api03-{url64:20}", "toolu_{alnum:24}", "msg_{alnum:24}", "req_{alnum:24}"),
    ),
    _anthropic(
        id="anthropic-admin-key",
        name="admin key",
        forms=("sk-ant-admin01-{url64:93}AA",),
        source=betterleaks("anthropic-admin-api-key"),
        revoke="https://platform.claude.com/settings/admin-keys",
        near_misses=("sk-ant-admin01-{url64:20}",),
    ),
    _anthropic(
        id="anthropic-compliance-key",
        name="compliance access key",
        forms=("sk-ant-api01-{url64:80-120}",),
        source=programs("the prefix; the length is that of an API key"),
        revoke=_CLAUDE,
        remembered=True,
        level=Level.WARN,
        near_misses=("sk-ant-api01-{url64:20}",),
    ),
    _anthropic(
        id="anthropic-oauth-access-token",
        name="OAuth access token",
        forms=("sk-ant-oat01-{url64:80-120}",),
        source=_OAUTH,
        revoke=_CODE,
        near_misses=("sk-ant-oat01-{url64:20}",),
    ),
    _anthropic(
        id="anthropic-oauth-refresh-token",
        name="OAuth refresh token",
        forms=("sk-ant-ort01-{url64:80-120}",),
        source=_OAUTH,
        revoke=_CODE,
        near_misses=("sk-ant-ort01-{url64:20}",),
    ),
    _anthropic(
        id="anthropic-session-key",
        name="session key of claude.ai",
        forms=("sk-ant-sid0{digit:1}-{url64:60-160}",),
        source=programs("the prefix; the length is taken wide"),
        revoke=_CLAUDE,
        near_misses=("sk-ant-sid01-{url64:20}",),
    ),
)
