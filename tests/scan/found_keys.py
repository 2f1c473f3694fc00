"""Findings as a scan makes them, of keys that nobody has."""

from collections.abc import Iterable, Iterator
from random import Random
from typing import Any

from keeptabs.scan.baseline import hashed
from keeptabs.scan.noted import Noted
from keeptabs.scan.outcome import Outcome, Told
from keeptabs.scan.sources import Blob, Item, Source
from keeptabs.secrets.form import example
from keeptabs.secrets.rule import Level, Rule
from keeptabs.secrets.rules import every

RULES = {rule.id: rule for rule in every()}
OPENAI, ANTHROPIC = RULES["openai-project-key"], RULES["anthropic-api-key"]
PUBLIC = next(rule for rule in every() if rule.level is Level.NOTE)


def key_of(rule: Rule = OPENAI, seed: int = 1) -> str:
    """A key of a rule's first form."""
    return example(rule.forms[0], Random(seed))


def found(rule: Rule = OPENAI, **said: Any) -> Noted:
    """A finding in ``app.py``, line 3."""
    path = said.pop("path", "app.py")
    plain: dict[str, Any] = {
        "rule": rule,
        "path": path,
        "name": path,
        "line": 3,
        "column": 7,
        "length": 164,
        "fingerprint": "0123456789",
        "shown": f'key = "[REDACTED:{rule.id}:012345]"',
        "sha1": hashed(key_of(rule).encode()),
    }
    return Noted(**(plain | said))


def outcome(*findings: Noted, **said: Any) -> Outcome:
    """What came of a scan of two files."""
    told = said.pop("told", tuple(Told(finding=each, allowed=each.comment) for each in findings))
    times = {"started": 1_795_000_000_000_000_000, "ended": 1_795_000_001_000_000_000}
    return Outcome(**({"told": told, "files": 2, "bytes": 34_000} | times | said))


class Files(Source):
    """A source with files that are nowhere."""

    def __init__(self, files: dict[str, str | bytes], others: Iterable[Item] = ()) -> None:
        self._files, self._others = files, tuple(others)

    def items(self) -> Iterator[Item]:
        for path, text in self._files.items():
            yield Blob(path=path, chunks=(text.encode() if isinstance(text, str) else text,))
        yield from self._others
