"""Secrets of every other kind, found by the plugins of detect-secrets: 0.2 MB/s, where ours read hundreds.

It is imported only where it is asked for: with it come requests and a tenth of a second. What it finds may be a word
that people choose, which could be guessed from its fingerprint; so theirs hold for one run only.
"""

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from detect_secrets.core.plugins.util import get_mapping_from_secret_type_to_class
from detect_secrets.core.potential_secret import PotentialSecret
from detect_secrets.core.scan import scan_file
from detect_secrets.settings import transient_settings

from keeptabs.scan.baseline import FILTERS, LOCK_FILES
from keeptabs.scan.noted import Hashes, Noting
from keeptabs.scan.sources import Blob, Item, Source, shown
from keeptabs.secrets.finding import Finding
from keeptabs.secrets.redact import redact
from keeptabs.secrets.rule import Rule, Tier

SOURCE = "https://github.com/Yelp/detect-secrets/tree/v1.5.0/detect_secrets/plugins"
_MOST_SHOWN = 200  # characters of a line


class AllSecrets(Source):
    """A source in whose blobs detect-secrets looks too; what it finds, of our keys too, is in ``found``."""

    def __init__(self, source: Noting, hashes: Hashes) -> None:
        self._source = source
        self._guarded = Hashes(os.urandom(16), hashes.by_fingerprint)
        self.found: list[Finding] = []

    def items(self) -> Iterator[Item]:
        """What the source has. A blob is looked at when the next one is asked for: its bytes have been read then."""
        with _plugins(), TemporaryDirectory() as directory:
            for item in self._source.items():
                yield item
                if isinstance(item, Blob):
                    self.found += self._source.settled(item, list(self._others(item, Path(directory))))

    def settled(self, blob: Blob, findings: Sequence[Finding]) -> Sequence[Finding]:
        """Those of ours that count for the source."""
        return self._source.settled(blob, findings)

    def _others(self, blob: Blob, directory: Path) -> Iterator[Finding]:
        """What the plugins find in a copy of a blob: of one that is staged or committed there may be no file."""
        file = directory / (Path(shown(blob.path)).name or "nameless")
        text = self._source.head(blob)
        file.write_text(text, "utf-8", newline="")
        lines = text.split("\n")
        secrets = sorted(scan_file(str(file)), key=lambda secret: (secret.line_number, secret.type))
        file.unlink()
        for secret in secrets:
            line = lines[secret.line_number - 1] if 0 < secret.line_number <= len(lines) else ""
            beside = [each.secret_value or "" for each in secrets if each.line_number == secret.line_number]
            yield self._finding(blob, secret, line, beside)

    def _finding(self, blob: Blob, secret: PotentialSecret, line: str, beside: list[str]) -> Finding:
        value = secret.secret_value or ""
        rule = _rule(secret.type)
        said = line
        for each in sorted(filter(None, beside), key=len, reverse=True):
            said = said.replace(each, self._guarded.placeholder(rule.id, each.encode()))
        return Finding(
            rule=rule,
            path=shown(blob.path),
            line=secret.line_number,
            column=line.find(value) + 1,
            length=len(value),
            fingerprint=self._guarded(value.encode()),
            shown=redact(said).strip()[:_MOST_SHOWN],
            commit=blob.commit,
            author=blob.author,
        )


def plugins() -> list[dict[str, Any]]:
    """The plugins of detect-secrets as a baseline names them, with their settings."""
    return [plugin().json() for plugin in _theirs().values()]


def types() -> set[str]:
    """How they call what they find."""
    return set(_theirs())


def _theirs() -> dict[str, Any]:
    """Their classes, without plugins that were added to them."""
    known: dict[str, Any] = get_mapping_from_secret_type_to_class()
    return {kind: plugin for kind, plugin in known.items() if plugin.__module__.startswith("detect_secrets.")}


@contextmanager
def _plugins() -> Iterator[None]:
    """Their plugins, with the filters of our baselines; nothing is verified, which would send it somewhere."""
    filters = [{"path": path} for path in (*FILTERS, LOCK_FILES)]
    with transient_settings({"plugins_used": plugins(), "filters_used": filters}):
        yield


def _rule(kind: str) -> Rule:
    """What a kind of secret of theirs is as a rule."""
    words = re.sub(r"[^a-z0-9]+", "-", kind.lower()).strip("-")
    return Rule(
        id=f"detect-secrets-{words}",
        provider=kind,
        name="",
        forms=(),
        tier=Tier.C,
        revoke="",
        source=SOURCE,
        checked="2026-11-24",
    )
