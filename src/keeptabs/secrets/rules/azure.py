"""Keys of Azure: of its AI services, and of its search, which is a vector database."""

from functools import partial

from keeptabs.secrets.rule import Rule, Tier
from keeptabs.secrets.rules._sources import CHECKED

_PORTAL = "https://portal.azure.com/"
_MICROSOFT = "https://github.com/microsoft/security-utilities"
_azure = partial(Rule, provider="Azure", revoke=_PORTAL, checked=CHECKED)

RULES = (
    _azure(
        id="azure-ai-key",
        name="key of AI services",
        # 52 random, a signature, year and month, platform and provider, who issued it, and a checksum: 84 in all.
        forms=("{alnum:52}JQQJ99{alnum:1}{month:1}{alnum:16}ACOG{alnum:4}",),
        source=f"{_MICROSOFT} LegacyCommonAnnotatedSecurityAccessKey.cs",
        entropy=3.8,
        near_misses=("{alnum:84}", "{alnum:52}JQQJ99{alnum:1}{month:1}{alnum:16}AZDO{alnum:4}"),
    ),
    _azure(
        id="azure-search-key",
        name="key of AI Search",
        forms=("{alnum:42}AzSe{month:1}{alnum:5}",),
        source=f"{_MICROSOFT}: the identifiable keys of Azure Search",
        entropy=3.8,
        near_misses=("{alnum:52}", "{alnum:30}AzSe{month:1}{alnum:5}"),
    ),
    _azure(
        id="azure-openai-key",
        name="key of Azure OpenAI",
        forms=("{hex:32}",),
        tier=Tier.C,
        words=(
            "azure_openai",
            "azure-openai",
            "azureopenai",
            "azure openai",
            "openai.azure.com",
            "cognitiveservices.azure.com",
            "aoai_",
            "azure_api_key",
        ),
        source="https://github.com/trufflesecurity/trufflehog/tree/main/pkg/detectors/azure_openai",
        entropy=2.8,
        near_misses=("{hex:31}", "{hex:40}", "{hex:8}-{hex:4}-{hex:4}-{hex:4}-{hex:12}"),
    ),
)
