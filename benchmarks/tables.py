"""The tables of the comparison, and the ratios that are aimed at."""

from collections.abc import Iterator
from typing import Any

from comparison import FIRST, MEASURES, Case, Comparison
from figures import Aim, Figure, Section, table
from subjects import Subject

_CALL_LIMIT, _CHUNK_LIMIT = 0.5, 0.1  # of the best peer
_OURS = "keeptabs"


def sections(found: Comparison, subjects: tuple[Subject, ...], where: str, *, aims: bool) -> list[Section]:
    """A table for each case; ``aims`` when its ratios count."""
    made = [_section(found, subjects, case, where, aims=aims) for case in found.cases]
    return [*made, _first_call(found, subjects)] if aims else made


def _section(found: Comparison, subjects: tuple[Subject, ...], case: Case, where: str, *, aims: bool) -> Section:
    rows = [["", "thread", "process"], ["the SDK alone", *_cells(found.base(case.name, m) for m in MEASURES)]]
    for subject in subjects:
        added = [found.added(subject.name, case.name, measure) for measure in MEASURES]
        rows.append([f"+ {subject.name}", *_cells(added)])
        if case.chunks:
            rows.append(["    per chunk", *_cells((figure and figure.per(case.chunks) for figure in added), ".2f")])
    made = [aim for measure in MEASURES for aim in _ratios(found, subjects, case, measure)]
    lines = [*table(rows), *(f"{aim.name}: {aim.value:.2f}" for aim in made)]
    title = f"chat, {case.name}{' chunks' if case.chunks else ''}, {where}: CPU per call in µs"
    return Section(title, lines, _data(found, subjects, case.name), made if aims else [])


def _cells(figures: Any, spec: str = ".0f") -> list[str]:
    return ["-" if figure is None else format(figure, spec) for figure in figures]


def _ratios(found: Comparison, subjects: tuple[Subject, ...], case: Case, measure: str) -> Iterator[Aim]:
    """Keeptabs against the best of its peers: the one that adds least, with whatever settings."""
    ours = found.added(_OURS, case.name, measure)
    peers = {subject.name: found.added(subject.name, case.name, measure) for subject in subjects if subject.is_peer}
    known = {name: figure.median for name, figure in peers.items() if figure is not None}
    if ours is None or not known:
        return
    best = min(known, key=known.__getitem__)
    limit = _CHUNK_LIMIT if case.chunks else _CALL_LIMIT
    name = f"{case.name}, {measure}: keeptabs / best peer ({best})"
    yield Aim(name, round(ours.median / max(known[best], 0.001), 3), "", limit)


def _first_call(found: Comparison, subjects: tuple[Subject, ...]) -> Section:
    """What the first call of a process costs on top of the SDK's own first call. No aim was set for it."""
    rows = [["", "thread", "process"]]
    rows.append(["the SDK alone", *_cells((found.base(FIRST, m).per(1000) for m in MEASURES), ".1f")])
    for subject in subjects:
        added = (found.added(subject.name, FIRST, measure) for measure in MEASURES)
        rows.append([f"+ {subject.name}", *_cells((figure and figure.per(1000) for figure in added), ".1f")])
    return Section("first call of a process: CPU in ms", table(rows), _data(found, subjects, FIRST), [])


def _data(found: Comparison, subjects: tuple[Subject, ...], case: str) -> dict[str, Any]:
    """The figures for JSON, in microseconds per call."""
    data: dict[str, Any] = {"the SDK alone": {measure: found.base(case, measure)._asdict() for measure in MEASURES}}
    for subject in subjects:
        figures: dict[str, Figure | None] = {m: found.added(subject.name, case, m) for m in MEASURES}
        data[subject.name] = {measure: figure and figure._asdict() for measure, figure in figures.items()}
    return data
