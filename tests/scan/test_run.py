"""Scanning, and the count of what was scanned."""

from collections.abc import Iterator, Sequence

import msgspec
import pytest
from repositories import KEY, OTHER, SCANNER

from keeptabs.core.errors import UserError
from keeptabs.scan.run import Tally, scan
from keeptabs.scan.sources import Blob, BrokenError, Item, Skipped, Source, Unread
from keeptabs.secrets.finding import Finding
from keeptabs.secrets.fingerprint import Fingerprint


def broken() -> Iterator[bytes]:
    yield f"{KEY}\n".encode() * 10
    raise BrokenError("the object is damaged")


def shut() -> Iterator[bytes]:
    raise PermissionError(13, "Permission denied")
    yield b""


class Sample(Source):
    """Some of everything; what is found in ``c`` does not count."""

    def items(self) -> Iterator[Item]:
        yield Blob(path="a", chunks=[KEY.encode()], commit="1" * 40, author="Dev")
        yield Skipped("b", "a submodule")
        yield Blob(path="c", chunks=[KEY.encode()])
        yield Unread("d", "git cannot read it")
        yield Blob(path="e", chunks=shut())
        yield Blob(path="f", chunks=broken())
        yield Blob(path="g\n", chunks=[b"one\n", OTHER.encode()])
        yield Blob(path="h", chunks=[])

    def settled(self, blob: Blob, findings: Sequence[Finding]) -> Sequence[Finding]:
        return [] if blob.path == "c" else findings


def test_all_that_can_be_read_is_and_the_rest_is_told() -> None:
    """In the order of the source."""
    tally = Tally()
    steps: list[None] = []
    found = list(scan(Sample(), SCANNER, Fingerprint(b"salt"), tally, lambda: steps.append(None)))
    assert [(each.path, each.line, each.commit, each.author) for each in found] == [
        ("a", 1, "1" * 40, "Dev"),
        (r"g\n", 2, "", ""),
    ]
    assert (tally.files, tally.bytes) == (6, 3 * len(KEY) + 10 * len(f"{KEY}\n") + 4)
    assert tally.skipped == [Skipped("b", "a submodule")]
    assert tally.unread == [
        Unread("d", "git cannot read it"),
        Unread("e", "Permission denied"),
        Unread("f", "the object is damaged"),
    ]
    assert len(steps) == 8


def test_no_finding_holds_the_key() -> None:
    """Its fingerprint stands for it, the same wherever the key is."""
    found = list(scan(Sample(), SCANNER, Fingerprint(b"salt"), Tally()))
    for each in found:
        assert not any(key[5:] in repr(msgspec.structs.asdict(each)) for key in (KEY, OTHER))
    assert len({each.fingerprint for each in found}) == 2


def test_a_source_that_is_none_is_a_mistake_of_the_user() -> None:
    """It ends the scan."""

    class Nowhere(Source):
        def items(self) -> Iterator[Item]:
            raise UserError("nowhere: no such file or directory")

    with pytest.raises(UserError, match="nowhere"):
        list(scan(Nowhere(), SCANNER, Fingerprint(b"salt"), Tally()))
