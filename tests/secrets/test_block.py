from random import Random

import pytest

from keeptabs.secrets import block
from keeptabs.secrets.form import example

HEADER = b"-----BEGIN PRIVATE " + b"KEY-----"
FOOTER = HEADER.replace(b"BEGIN", b"END")
LINES = [example("{base64:64}", Random(seed)).encode() for seed in range(3)]
BODY = b"\n".join(LINES)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"\n" + BODY + b"\n" + FOOTER, "all"),
        (b"\\n" + b"\\n".join(LINES) + b"\\n" + FOOTER, "all"),
        (b'\\n"\n"' + b'\\n"\n"'.join(LINES) + FOOTER, "all"),
        (b"\nProc-Type: 4,ENCRYPTED\n\n" + BODY + FOOTER, "all"),
        (b"\n" + BODY, "all"),
        (b"\n" + BODY + HEADER + BODY + FOOTER, "first"),
        (b"", None),
        (b"\n...\n" + FOOTER, None),
        (b"\nyour key here\n" + FOOTER, None),
        (b'" in text:\n    return', None),
        (b"\n" + LINES[0][:40] + b"\n" + FOOTER, None),
    ],
    ids=["pem", "json", "joined strings", "encrypted", "cut", "two", "header", "dots", "words", "program", "short"],
)
def test_a_private_key_goes_on_until_its_footer(body: bytes, expected: str | None) -> None:
    """A header without a body is none."""
    data = HEADER + body
    ends = {"all": len(data), "first": len(HEADER) + 1 + len(BODY), None: -1}
    assert block.end(data, len(HEADER)) == ends[expected]


def test_what_follows_the_footer_is_no_part_of_it() -> None:
    """Nor is a footer that is far away."""
    assert block.end(HEADER + BODY + FOOTER + b"\nnext", len(HEADER)) == len(HEADER + BODY + FOOTER)
    far = HEADER + BODY + b"\n." + b" " * block.MOST + FOOTER
    assert block.end(far, len(HEADER)) == len(HEADER + BODY)
