"""Private keys in PEM, known by the line that begins them; what follows is the engine's business."""

from functools import partial

from keeptabs.secrets.rule import Level, Rule
from keeptabs.secrets.rules._sources import CHECKED

_ADVICE = (
    "https://docs.github.com/en/code-security/secret-scanning/managing-alerts-from-secret-scanning/resolving-alerts"
)
_pem = partial(Rule, provider="PEM", revoke=_ADVICE, checked=CHECKED, entropy=0)


def _begin(*kinds: str) -> tuple[str, ...]:
    """Lines that begin keys of some kinds. The space is a hole, so that this file begins none."""
    return tuple(f"-----BEGIN {kind}PRIVATE{{space:1}}KEY-----" for kind in kinds)


RULES = (
    _pem(
        id="private-key",
        name="private key",
        forms=(
            *_begin("", "RSA ", "EC ", "DSA ", "OPENSSH "),
            "-----BEGIN PGP PRIVATE{space:1}KEY BLOCK-----",
        ),
        source="https://www.rfc-editor.org/rfc/rfc7468, https://www.rfc-editor.org/rfc/rfc9580",
        near_misses=("-----BEGIN PUBLIC KEY-----", "-----BEGIN CERTIFICATE-----", "BEGIN PRIVATE{space:1}KEY"),
    ),
    _pem(
        id="encrypted-private-key",
        name="private key behind a passphrase",
        forms=_begin("ENCRYPTED "),
        level=Level.WARN,
        source="https://www.rfc-editor.org/rfc/rfc7468#section-11",
        near_misses=("-----BEGIN ENCRYPTED MESSAGE-----",),
    ),
)
