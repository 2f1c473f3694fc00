"""Scanning what a source gives, and keeping count of what was looked into and what was not."""

from collections.abc import Callable, Iterable, Iterator

import msgspec

from keeptabs.scan.sources import Blob, Skipped, Source, Unread, shown
from keeptabs.secrets.engine import Scanner
from keeptabs.secrets.finding import Finding
from keeptabs.secrets.fingerprint import Fingerprint
from keeptabs.secrets.report import findings


class Tally(msgspec.Struct, kw_only=True):
    """What a scan has come by so far. It is partial where something could not be read."""

    files: int = 0  # messages of commits and tags are counted too
    bytes: int = 0
    skipped: list[Skipped] = msgspec.field(default_factory=list)
    unread: list[Unread] = msgspec.field(default_factory=list)


def scan(
    source: Source, scanner: Scanner, fingerprint: Fingerprint, tally: Tally, step: Callable[[], object] = lambda: None
) -> Iterator[Finding]:
    """Every key in what a source gives, in its order; ``step`` is called once for each file.

    What cannot be read is in ``tally``, and no exception.

    Raises:
        UserError: there is no such source.
    """
    for item in source.items():
        step()
        if isinstance(item, Skipped):
            tally.skipped.append(item)
        elif isinstance(item, Unread):
            tally.unread.append(item)
        elif found := list(_found(item, scanner, fingerprint, tally)):
            yield from source.settled(item, found)


def _found(blob: Blob, scanner: Scanner, fingerprint: Fingerprint, tally: Tally) -> Iterator[Finding]:
    tally.files += 1
    path = shown(blob.path)
    try:
        for finding in findings(_counted(blob.chunks, tally), path, scanner, fingerprint):
            yield msgspec.structs.replace(finding, commit=blob.commit, author=blob.author, date=blob.date)
    except OSError as error:  # a damaged object, a file that is gone or may not be opened
        tally.unread.append(Unread(blob.path, error.strerror or str(error)))


def _counted(chunks: Iterable[bytes], tally: Tally) -> Iterator[bytes]:
    for chunk in chunks:
        tally.bytes += len(chunk)
        yield chunk
