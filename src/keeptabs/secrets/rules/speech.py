"""Keys of services that speak and listen."""

from functools import partial

from keeptabs.secrets.rule import Level, Rule, Tier
from keeptabs.secrets.rules._sources import CHECKED, betterleaks, programs, researched

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
        words=("elevenlabs", "eleven_labs", "eleven_api", "xi-api-key", "xi_api_key"),
        called=True,
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
        called=True,  # commits, which lock files name, have this form too
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
    _rule(
        id="cartesia-key",
        provider="Cartesia",
        name="API key",
        forms=("sk_car_{alnum:20-24}", "sk_car_{word:20}"),
        source=f"{betterleaks('cartesia-api-key.1')}; {programs('sk_car_ and 22 letters and digits')}",
        revoke="https://play.cartesia.ai/keys",
        entropy=3.1,
        near_misses=("sk_car_{alnum:16}", "sk_car_{letter:8}_{letter:11}", "ask_car_{alnum:20}"),
    ),
    _rule(
        id="retell-key",
        provider="Retell",
        name="API key",
        forms=("key_{hex:28}",),
        tier=Tier.B,
        words=("retell",),
        source=betterleaks("retell-api-key.1"),
        revoke="https://dashboard.retellai.com/apiKey",
        entropy=2.7,
        near_misses=("key_{hex:27}", "key_{hex:32}", "api_key_{hex:28}"),
    ),
)
