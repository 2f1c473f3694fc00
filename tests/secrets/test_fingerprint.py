from keeptabs.core.account import fingerprint
from keeptabs.secrets.fingerprint import Fingerprint

SALT = b"s" * 32


def test_a_key_has_the_fingerprint_that_the_ledger_keeps_of_it() -> None:
    """A finding can be joined with the calls that the key made."""
    assert Fingerprint(SALT)(b"a-key") == fingerprint("a-key", SALT)


def test_a_placeholder_is_the_same_for_the_same_key_and_salt() -> None:
    """Another key or another salt gives another."""
    made = Fingerprint(SALT).placeholder("acme-key", b"a-key")
    assert made == f"[REDACTED:acme-key:{fingerprint('a-key', SALT)[:6]}]"
    assert made == Fingerprint(SALT).placeholder("acme-key", b"a-key")
    assert made != Fingerprint(SALT).placeholder("acme-key", b"b-key")
    assert made != Fingerprint(b"t" * 32).placeholder("acme-key", b"a-key")
