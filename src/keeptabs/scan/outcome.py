"""What a scan has come to: what it found, what of that is allowed, and how much it read."""

from datetime import UTC, datetime
from functools import lru_cache

import msgspec

from keeptabs.scan.noted import Noted
from keeptabs.scan.sources import Skipped, Unread, shown
from keeptabs.secrets.rule import Level

BASELINE = "the baseline"
SETTINGS = "the settings"


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """A finding, and what allows it: the words of a comment, the settings or the baseline; empty where nothing does."""

    finding: Noted
    allowed: str = ""
    known: bool | None = None  # whether it is in the baseline; None where there is none
    confirmed: bool = False  # somebody has said in an audit that it is a key

    @property
    def counts(self) -> bool:
        """Whether somebody has to do something about it."""
        return not self.allowed and self.finding.rule.level is not Level.NOTE

    @property
    def blocks(self) -> bool:
        """Whether it stops a commit."""
        return not self.allowed and self.finding.rule.level is Level.BLOCK


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """All that a scan can tell. Times are in nanoseconds since the epoch."""

    told: tuple[Told, ...] = ()
    nothing: str = ""  # why there may be nothing to scan: "nothing is staged"; empty where there must be something
    files: int = 0
    bytes: int = 0
    excluded: int = 0  # files, by the settings
    skipped: tuple[Skipped, ...] = ()
    unread: tuple[Unread, ...] = ()
    names: frozenset[str] = frozenset()  # of the files, where a baseline asks for them
    started: int = 0
    ended: int = 0

    def exit_code(self, *, strict: bool = False) -> int:
        """0 clean, 1 where something blocks (or, if ``strict``, warns), 3 where not all that should be was scanned."""
        if any(each.blocks or (strict and each.counts) for each in self.told):
            return 1
        return 3 if self.unread or (self.is_empty and not self.nothing) else 0

    @property
    def is_empty(self) -> bool:
        """Whether nothing was scanned: empty files are nothing."""
        return not self.bytes

    @property
    def counted(self) -> tuple[Told, ...]:
        """What nothing allows, worst first, and once where detect-secrets finds it too."""
        found: dict[tuple[str, int, int, str, str], Told] = {}
        for each in self.told:
            at = each.finding
            if not each.allowed:
                found.setdefault((at.path, at.line, at.column, at.sha1, at.commit), each)
        return tuple(sorted(found.values(), key=lambda each: list(Level).index(each.finding.rule.level)))


def instant(nanoseconds: int) -> str:
    """A time in UTC, to the second: ``2026-11-24T14:03:00``."""
    return datetime.fromtimestamp(nanoseconds // 1_000_000_000, tz=UTC).strftime("%Y-%m-%dT%H:%M:%S")


def size(count: int) -> str:
    """A number of bytes as people say it: 34 kB."""
    value, unit = float(count), "B"
    for larger in ("kB", "MB", "GB"):
        if value < 1000:
            break
        value, unit = value / 1000, larger
    return f"{value:,.0f} {unit}" if unit == "B" or value >= 10 else f"{value:,.1f} {unit}"


def number(count: int, noun: str) -> str:
    """A number with its noun: 1 file, 12 files."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


@lru_cache(maxsize=1_000)  # a file or an author may have many findings
def named(text: str) -> str:
    """A path or a name as it may be told: nothing invisible in it, and no key."""
    from keeptabs.secrets.redact import redact

    return redact(shown(text))


def summary(outcome: Outcome) -> str:
    """How much was scanned, in one line; nothing is never called clean."""
    if outcome.is_empty:
        why = number(outcome.files, "empty file") if outcome.files else outcome.nothing
        return f"{why}: nothing was scanned" if why else "nothing was scanned"
    return f"scanned {number(outcome.files, 'file')}, {size(outcome.bytes)}"
