"""Text in UTF-16 and UTF-32 as UTF-8, told by its byte order mark or by where its zeros are; else bytes as they are."""

import codecs
from collections.abc import Iterable, Iterator
from itertools import chain

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Which bytes of every four are zero in text that is mostly ASCII.
_ZEROS = (
    ((False, True, True, True), "utf-32-le"),
    ((True, True, True, False), "utf-32-be"),
    ((False, True, False, True), "utf-16-le"),
    ((True, False, True, False), "utf-16-be"),
)
_HEAD = 4_096  # bytes that are looked at
_SURE = 0.9  # of the bytes that should be zero


def encoding(head: bytes) -> str | None:
    """The name of the encoding that a file begins in; None where it is to be read byte by byte."""
    marked = next((name for mark, name in _MARKS if head.startswith(mark)), None)
    if marked or b"\0" not in head[:_HEAD]:
        return marked
    head = head[: min(len(head), _HEAD) // 4 * 4]
    share = [head[part::4].count(0) * 4 / len(head) if head else 0 for part in range(4)]
    fits = [
        name
        for zeros, name in _ZEROS
        if all(is_zero >= _SURE if zero else is_zero <= 1 - _SURE for zero, is_zero in zip(zeros, share, strict=True))
    ]
    return fits[0] if fits else None


def readable(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """A file's chunks, in UTF-8 where it was UTF-16 or UTF-32, else unchanged. Lines and characters stay what they are.

    What is no character of its encoding becomes U+FFFD.
    """
    rest = iter(chunks)
    head = next(rest, b"")
    while len(head) < 4 and (more := next(rest, b"")):
        head += more
    name = encoding(head)
    if name is None:
        yield head
        yield from rest
        return
    decoder = codecs.getincrementaldecoder(name)("replace")
    for chunk in chain([head], rest):
        yield decoder.decode(chunk).encode("utf-8", "replace")
    yield decoder.decode(b"", final=True).encode("utf-8", "replace")
