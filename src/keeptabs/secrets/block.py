"""Private keys in PEM: a rule's form is the header, and the key goes on until the footer.

A header on its own is no key: programs that read keys name it, and so do documents.
"""

import re

BEGIN = b"-----BEGIN"
MOST = 16_384  # bytes of one key; RSA of 16,384 bits takes 12,700
_LEAST = 64  # base64 characters: an Ed25519 key has 64, and every other kind more
_LINES = re.compile(rb"(?:[\s\\nr\"',+]{0,16}[A-Za-z0-9+/=]{32,})*")
_OTHER = re.compile(rb"\\+[nrt]|[^A-Za-z0-9+/]")


def end(data: bytes, header: int) -> int:
    """Where a private key ends whose header ends at ``header``: behind its footer, or where it was cut off.

    -1 where too little stands between them to be a key.
    """
    stop = data.find(BEGIN, header, header + MOST)
    stop = min(len(data), header + MOST) if stop < 0 else stop
    footer = data.find(b"-----END", header, stop)
    if footer >= 0:
        closed = data.find(b"-----", footer + 8, footer + 80)
        found = closed + 5 if closed >= 0 else footer + 8
    else:
        lines = _LINES.match(data, header, stop)
        footer = found = lines.end() if lines else header
    return found if len(_OTHER.sub(b"", data[header:footer])) >= _LEAST else -1
