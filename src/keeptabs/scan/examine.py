"""A scan from end to end: what a source has is read, what is found is judged, and a baseline is brought up to date."""

import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import msgspec

from keeptabs.scan import baseline as baselines
from keeptabs.scan.baseline import Baseline, Entry, kind
from keeptabs.scan.noted import Hashes, Names, Noted, Noting
from keeptabs.scan.outcome import BASELINE, SETTINGS, Outcome, Told
from keeptabs.scan.run import Tally, scan
from keeptabs.scan.settings import Settings
from keeptabs.scan.sources import Source
from keeptabs.secrets.engine import Scanner
from keeptabs.secrets.finding import Finding
from keeptabs.secrets.rules import every


class Project(msgspec.Struct, frozen=True, kw_only=True):
    """What holds for a scan: the settings, and the ``baseline`` of what is known. ``names`` are those of both.

    ``beside`` are files that are not looked into: baselines, which are full of hashes.
    """

    settings: Settings = Settings()
    names: Names = Names(".", ".")
    baseline: Baseline | None = None
    beside: frozenset[str] = frozenset()


def examine(
    source: Source, project: Project, *, nothing: str = "", all_secrets: bool = False, step: Callable[[], object]
) -> Outcome:
    """Read all that ``source`` has; ``step`` is called for each file, ``nothing`` is as in `Outcome`.

    Raises:
        UserError: there is no such source.
    """
    started, tally, hashes = time.time_ns(), Tally(), Hashes()
    noting = Noting(source, project.settings, project.names, hashes, project.beside)
    found = list((_all_found if all_secrets else _found)(noting, hashes, tally, step))
    return Outcome(
        told=tuple(judged(found, project)),
        nothing=nothing,
        files=tally.files,
        bytes=tally.bytes,
        excluded=noting.excluded,
        skipped=tuple(tally.skipped),
        unread=tuple(tally.unread),
        names=frozenset(map(project.names.of, noting.paths)) if project.baseline else frozenset(),
        started=started,
        ended=time.time_ns(),
    )


def _found(source: Source, hashes: Hashes, tally: Tally, step: Callable[[], object]) -> Iterator[Finding]:
    return scan(source, Scanner(every()), hashes, tally, step)


def _all_found(noting: Noting, hashes: Hashes, tally: Tally, step: Callable[[], object]) -> Iterator[Finding]:
    from keeptabs.scan.all_secrets import AllSecrets

    source = AllSecrets(noting, hashes)
    yield from _found(source, hashes, tally, step)
    yield from source.found


def judged(findings: Iterable[Finding], project: Project) -> Iterator[Told]:
    """What allows each finding, in the order in which it is decided: a comment, the settings, the baseline."""
    known = {entry.key: entry for entry in project.baseline.entries()} if project.baseline else {}
    for finding in findings:
        if not isinstance(finding, Noted):
            raise TypeError("findings come from a source that notes them")
        entry = known.get((finding.name, finding.sha1, kind(finding.rule)))
        allowed = finding.comment or (SETTINGS if project.settings.allows(finding.rule.id, finding.name) else "")
        yield Told(
            finding=finding,
            allowed=allowed or (BASELINE if entry else ""),
            known=None if project.baseline is None else entry is not None,
            confirmed=bool(entry and entry.is_secret),
        )


def write(file: Path, old: Baseline, outcome: Outcome, top: Path, *, all_secrets: bool) -> bool:
    """Write what was found as a baseline, with what people said of it in ``old``; whether anything has changed.

    What a comment or the settings allow is not in it. Paths in it begin at ``top``.

    Raises:
        BaselineError: it cannot be written.
    """
    types = {kind(rule) for rule in every()}
    if all_secrets:
        from keeptabs.scan.all_secrets import types as theirs

        types |= theirs()
    gone = {name for name in old.results if not (top / name).exists()}
    found = map(_entry, (told.finding for told in outcome.told if told.allowed in {"", BASELINE}))
    return baselines.write(file, baselines.updated(old, found, types=types, seen=outcome.names | gone))


def _entry(found: Noted) -> Entry:
    return Entry(type=kind(found.rule), filename=found.name, hashed_secret=found.sha1, line_number=found.line)
