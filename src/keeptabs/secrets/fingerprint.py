"""What stands for a key where the key may not: the fingerprint that the ledger keeps of it too."""

import msgspec


class Fingerprint(msgspec.Struct, frozen=True):
    """Ten hexadecimal digits for a key, the same wherever the same ``salt`` is used.

    With the ledger's salt they are those that it keeps beside each call, so a finding tells which calls a key made.
    """

    salt: bytes = b""

    def __call__(self, key: bytes) -> str:
        """The digits that stand for ``key``."""
        from keeptabs.core.account import fingerprint  # where no key is found, it is not needed

        return fingerprint(key.decode("latin-1"), self.salt)

    def placeholder(self, name: str, key: bytes) -> str:
        """What is written in a key's place: ``[REDACTED:openai-project-key:3f9a2c]``."""
        return f"[REDACTED:{name}:{self(key)[:6]}]"
