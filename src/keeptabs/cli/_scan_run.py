"""A scan as the command line asks for it: settings and baseline are found, then everything is read."""

from collections.abc import Callable
from pathlib import Path

import msgspec

from keeptabs.cli._scan_source import Wanted, base, source
from keeptabs.scan import baseline as baselines
from keeptabs.scan.baseline import Baseline
from keeptabs.scan.examine import Project, examine, write
from keeptabs.scan.noted import Names
from keeptabs.scan.outcome import BASELINE, Outcome
from keeptabs.scan.settings import load
from keeptabs.secrets.rules import every


def run(
    wanted: Wanted,
    *,
    baseline: Path | None = None,
    write_baseline: Path | None = None,
    all_secrets: bool = False,
    step: Callable[[], object] = lambda: None,
) -> Outcome:
    """Scan what is wanted; ``step`` is called for each file. Where a baseline is written, all is known in the end.

    Raises:
        UserError: something that was given, or a setting, cannot be used.
    """
    origin, nothing = source(wanted)
    settings, top = load(Path.cwd(), {rule.id for rule in every()})
    read = baseline or write_baseline or (top / settings.baseline if settings.baseline else None)
    old = _known(read, top, all_secrets=all_secrets, new=read == write_baseline)
    beside = frozenset(Names(".", str(top)).of(str(file)) for file in (read, write_baseline) if file)
    names = Names(base(wanted) if settings.exclude or settings.allow or beside else ".", str(top))
    project = Project(settings=settings, names=names, baseline=old, beside=beside)
    outcome = examine(origin, project, nothing=nothing, all_secrets=all_secrets, step=step)
    if write_baseline is None or old is None:
        return outcome
    write(write_baseline, old, outcome, top, all_secrets=all_secrets)
    told = tuple(msgspec.structs.replace(each, allowed=each.allowed or BASELINE) for each in outcome.told)
    return msgspec.structs.replace(outcome, told=told)


def _known(file: Path | None, top: Path, *, all_secrets: bool, new: bool) -> Baseline | None:
    """The baseline in a file; an empty one where it is to be written and is not there yet."""
    if file is None:
        return None
    if not new or file.exists():
        return baselines.read(file)
    if not all_secrets:
        return baselines.new(top)
    from keeptabs.scan.all_secrets import plugins

    return baselines.new(top, plugins())
