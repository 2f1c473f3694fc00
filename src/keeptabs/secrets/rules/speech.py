"""Keys of services that speak and listen."""

from functools import partial

from keeptabs.secrets.rule import Level, Rule, Tier
from keeptabs.secrets.rules._sources import CHECKED, betterleaks, researched

_ELEVEN = "https://elevenlabs.io/app/settings/api-keys"
_rule = partial(Rule, checked=CHECKED)

RULES = (
    _rule(
        id="elevenlabs-key",
        provider="ElevenLabs",
        name="API key",
        forms=("sk_{hex:48}", "sk_{hex:48}_residency_{lower:2-12}"),
        tier=Tier.B,
        words=("elevenlabs", "eleven_labs", "eleven-labs", "eleven_api", "xi-api-key", "xi_api_key"),
        source=f"{betterleaks('elevenlabs-api-key')}; {researched('elevenlabs-python speech_engine', 865)}",
        revoke=_ELEVEN,
        near_misses=("sk_{hex:32}", "sk_test_{alnum:24}", "sk_{letter:8}_{letter:8}"),
    ),
    _rule(
        id="elevenlabs-legacy-key",
        provider="ElevenLabs",
        name="API key without a prefix",
        forms=("{hex:32}",),
        tier=Tier.C,
        level=Level.WARN,
        words=("elevenlabs_api", "eleven_api", "xi-api-key", "xi_api_key", "elevenlabs(", "elevenlabsapikey"),
        source=researched("trufflehog's first ElevenLabs detector", 865),
        revoke=_ELEVEN,
        entropy=2.8,
        near_misses=("{hex:31}", "{hex:40}"),
    ),
    _rule(
        id="deepgram-key",
        provider="Deepgram",
        name="API key",
        forms=("{hex:40}",),
        tier=Tier.C,
        level=Level.WARN,
        words=("deepgram",),
        source=betterleaks("deepgram-api-key"),
        revoke="https://console.deepgram.com/",
        near_misses=("{hex:39}", "{hex:64}"),
    ),
    _rule(
        id="assemblyai-key",
        provider="AssemblyAI",
        name="API key",
        forms=("{hex:32}",),
        tier=Tier.C,
        level=Level.WARN,
        words=("assemblyai", "assembly_ai", "aai.settings"),
        source=betterleaks("assemblyai-api-key"),
        revoke="https://www.assemblyai.com/dashboard/api-keys",
        entropy=2.8,
        near_misses=("{hex:31}", "{hex:40}"),
    ),
)
