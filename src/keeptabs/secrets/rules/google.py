"""Keys of Google: of its cloud and of Gemini."""

from functools import partial

from keeptabs.secrets.rule import Rule
from keeptabs.secrets.rules._sources import CHECKED, betterleaks

_google = partial(Rule, provider="Google", checked=CHECKED, entropy=3.7)

RULES = (
    _google(
        id="google-api-key",
        name="API key",
        forms=("AIza{url64:35}",),
        source=betterleaks("gcp-api-key"),
        revoke="https://console.cloud.google.com/apis/credentials",
        near_misses=("AIza{url64:30}", "{alnum:8}AIza{alnum:20}"),
    ),
    _google(
        id="google-gemini-key",
        name="Gemini key",
        forms=("AQ.Ab8RN6{url64:44}",),
        source=betterleaks("gcp-gemini-api"),
        revoke="https://aistudio.google.com/api-keys",
        near_misses=("AQ.{alnum:20}", "AQ.Ab8RN6{url64:20}"),
    ),
)
