"""What is noted of each finding beside where it is: what allows it, and how a baseline knows it again.

Both need the bytes in which it was found, so a source is wrapped: its blobs are looked at again where they hold a key.
"""

import os
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from keeptabs.scan.baseline import hashed
from keeptabs.scan.settings import Settings
from keeptabs.scan.sources import WHOLE, Blob, Item, Source
from keeptabs.secrets.decode import readable
from keeptabs.secrets.finding import Finding
from keeptabs.secrets.fingerprint import Fingerprint


class Noted(Finding, frozen=True, kw_only=True):
    """A finding with the words of a ``comment`` that allow it, and the ``sha1`` that only a baseline may hold.

    ``name`` is its path as the settings and a baseline have it.
    """

    name: str
    comment: str = ""
    sha1: str = ""


class Names(msgspec.Struct, frozen=True):
    """Paths as the settings and a baseline have them: from ``top``, where a source gives them from ``base``."""

    base: str
    top: str

    def of(self, path: str) -> str:
        """The name of a path; one that begins elsewhere stays what it is in full."""
        name = os.path.relpath(os.path.join(self.base, path), self.top)  # noqa: PTH118 - for each of 100,000 files
        return name if os.sep == "/" else name.replace(os.sep, "/")


class Hashes(Fingerprint, frozen=True):
    """Fingerprints that remember, of each key, its hash for a baseline."""

    by_fingerprint: dict[str, str] = msgspec.field(default_factory=dict)

    def __call__(self, key: bytes) -> str:
        """The fingerprint of ``key``."""
        said = super().__call__(key)
        self.by_fingerprint[said] = hashed(key)
        return said


class Noting(Source):
    """A source without what the settings exclude, and without the files ``beside``, whose findings are `Noted`."""

    def __init__(
        self, source: Source, settings: Settings, names: Names, hashes: Hashes, beside: frozenset[str] = frozenset()
    ) -> None:
        self._source, self._settings, self._names, self._hashes = source, settings, names, hashes
        self._beside = beside
        self.excluded = 0
        self.paths = set[str]()

    def items(self) -> Iterator[Item]:
        """What the source has."""
        for item in self._source.items():
            if self._left_out(item.path):
                continue
            if isinstance(item, Blob):
                self.paths.add(item.path)
                yield msgspec.structs.replace(item, chunks=_Held(item.chunks))
            else:
                yield item

    def _left_out(self, path: str) -> bool:
        if not (self._settings.exclude or self._beside):
            return False
        name = self._names.of(path)
        excluded = self._settings.excludes(name)
        self.excluded += excluded
        return excluded or name in self._beside

    def settled(self, blob: Blob, findings: Sequence[Finding]) -> Sequence[Finding]:
        """Those that count for the source, noted."""
        found = self._source.settled(blob, findings)
        if not found:
            return found
        lines = self.head(blob).split("\n")
        return [self._noted(each, lines) for each in found]

    def head(self, blob: Blob) -> str:
        """What was read of a blob, up to 8 MB or so, as text."""
        kept = blob.chunks.kept if isinstance(blob.chunks, _Held) else []
        return b"".join(readable(kept)).decode("utf-8", "replace")

    def _noted(self, finding: Finding, lines: Sequence[str]) -> Noted:
        from keeptabs.scan.allow import comment

        return Noted(
            **msgspec.structs.asdict(finding),
            name=self._names.of(finding.path),
            comment=comment(lines, finding.line, finding.column, finding.length),
            sha1=self._hashes.by_fingerprint[finding.fingerprint],
        )


class _Held:
    """Chunks of which the first are kept, so that what is around a key can be looked at again."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = chunks
        self.kept: list[bytes] = []

    def __iter__(self) -> Iterator[bytes]:
        self.kept, size = [], 0
        for chunk in self._chunks:
            if size < WHOLE:
                self.kept.append(chunk)
                size += len(chunk)
            yield chunk
