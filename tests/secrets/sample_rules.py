"""A few rules of every kind, and keys of them made at run time: what the engine is tested with."""

from random import Random

from keeptabs.secrets.form import example
from keeptabs.secrets.rule import Rule, Tier


def rule(
    identity: str,
    *forms: str,
    tier: Tier = Tier.A,
    words: tuple[str, ...] = (),
    ignore_case: bool = False,
    entropy: float = 3.0,
    called: bool = False,
) -> Rule:
    """A rule of nobody."""
    return Rule(
        id=identity,
        provider="Acme",
        name="key",
        forms=forms,
        tier=tier,
        words=words,
        ignore_case=ignore_case,
        entropy=entropy,
        called=called,
        revoke="https://acme.test/keys",
        source="made up",
        checked="2026-11-24",
    )


PROJECT = rule("project", "sk-proj-{url64:74}T3BlbkFJ{url64:74}", "sk-proj-{url64:20}T3BlbkFJ{url64:20}")
LEGACY = rule("legacy", "sk-{alnum:20}T3BlbkFJ{alnum:20}")
RANGED = rule("ranged", "zai-{url64:70-120}")
FIXED = rule("fixed", "gsk_{alnum:52}")
PADDED = rule("padded", "ABSK{base64:109-120}{pad:0-2}")
WEAK = rule("weak", "sk-{hex:32}", tier=Tier.B, words=("deepseek",))
BARE = rule("bare", "{hex:32}", tier=Tier.C, words=("azure", "helicone"))
TOKEN = rule("token", "{alnum:32}", tier=Tier.C, words=("mistral",))
SECRET = rule("secret", "{base64:40}", tier=Tier.C, words=("aws", "secret"))
UUID = rule("uuid", "{hex:8}-{hex:4}-{hex:4}-{hex:4}-{hex:12}", tier=Tier.C, words=("pinecone",), ignore_case=True)
MARKED = rule("marked", "{alnum:52}JQQJ99{alnum:10}ACA{alnum:13}")
BLOCK = rule("block", "-----BEGIN PRIVATE{space:1}KEY-----", "-----BEGIN RSA PRIVATE{space:1}KEY-----", entropy=0)

RULES = (PROJECT, LEGACY, RANGED, FIXED, PADDED, WEAK, BARE, TOKEN, SECRET, UUID, MARKED, BLOCK)


def key(of: Rule, seed: int = 1, form: int = 0) -> str:
    """A key that nobody has; a private key with a body."""
    random = Random(seed)
    made = example(of.forms[form], random)
    if of is not BLOCK:
        return made
    body = "\n".join(example("{base64:64}", random) for _ in range(4))
    return f"{made}\n{body}\n{made.replace('BEGIN', 'END')}"
