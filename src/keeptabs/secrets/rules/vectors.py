"""Keys of vector databases."""

from functools import partial

from keeptabs.secrets.rule import Level, Rule, Tier
from keeptabs.secrets.rules._sources import CHECKED, betterleaks, researched

_PINECONE = "https://app.pinecone.io/organizations/-/projects/-/keys"
_QDRANT = "https://cloud.qdrant.io/"
_WEAVIATE = "https://console.weaviate.cloud/"
_rule = partial(Rule, checked=CHECKED)

RULES = (
    _rule(
        id="pinecone-key",
        provider="Pinecone",
        name="API key",
        forms=("pcsk_{alnum:5-6}_{alnum:63}",),
        source=betterleaks("pinecone-api-key.2"),
        revoke=_PINECONE,
        entropy=4.2,
        near_misses=("pcsk_{alnum:5}_{alnum:20}", "pcsk_{letter:8}"),
    ),
    _rule(
        id="pinecone-legacy-key",
        provider="Pinecone",
        name="API key that is a UUID",
        forms=("{hex:8}-{hex:4}-{hex:4}-{hex:4}-{hex:12}",),
        tier=Tier.C,
        level=Level.WARN,
        words=("pinecone",),
        called=True,
        source=betterleaks("pinecone-api-key.1"),
        revoke=_PINECONE,
        entropy=2.8,
        near_misses=("{hex:32}", "{hex:8}-{hex:4}-{hex:4}-{hex:12}"),
    ),
    _rule(
        id="qdrant-key",
        provider="Qdrant",
        name="database API key",
        forms=("eyJhb{url64:20-60}.eyJ{url64:10-400}.{url64:43}",),
        tier=Tier.B,
        words=("qdrant",),
        source="https://qdrant.tech/documentation/cloud/authentication/",
        revoke=_QDRANT,
        entropy=0,
        near_misses=("eyJhb{url64:20}.eyJ{url64:20}", "eyJhb{url64:20}"),
    ),
    _rule(
        id="qdrant-admin-key",
        provider="Qdrant",
        name="admin API key",
        forms=("{hex:8}-{hex:4}-{hex:4}-{hex:4}-{hex:12}|{url64:40-70}",),
        tier=Tier.B,
        level=Level.WARN,
        words=("qdrant",),
        source="https://qdrant.tech/documentation/cloud/authentication/",
        remembered=True,
        revoke=_QDRANT,
        entropy=3.7,
        near_misses=("{hex:8}-{hex:4}-{hex:4}-{hex:4}-{hex:12}",),
    ),
    _rule(
        id="weaviate-key",
        provider="Weaviate",
        name="cloud API key",
        forms=("{base64:80}PV92MjAw",),  # base64 of an id, a random key, and "=_v200"
        source=researched("weaviate usecases/auth/authentication/apikey/keys/key_generation.go", 860),
        revoke=_WEAVIATE,
        entropy=4.2,
        near_misses=("{base64:88}", "{base64:40}PV92MjAw"),
    ),
    _rule(
        id="weaviate-legacy-key",
        provider="Weaviate",
        name="cloud API key of 36 characters",
        forms=("{alnum:36}",),
        tier=Tier.C,
        level=Level.WARN,
        words=("weaviate", "wcd_api", "wcs_api"),
        called=True,
        source=researched("samples in Weaviate's documents", 860),
        revoke=_WEAVIATE,
        entropy=3.8,
        near_misses=("{alnum:35}", "{hex:8}-{hex:4}-{hex:4}-{hex:4}-{hex:12}"),
    ),
)
