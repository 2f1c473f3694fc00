"""The page of caches: what share of input came from the provider's, what that saved, and what breaks it."""

from collections.abc import Sequence

import msgspec

from keeptabs.audit.rule import Finding
from keeptabs.store import caching
from keeptabs.store.caching import Cached, HourLine, PlaceLine, Saved, together
from keeptabs.store.database import Connection
from keeptabs.web.ask import Ask
from keeptabs.web.charts import Series
from keeptabs.web.columns import columns, name, series
from keeptabs.web.page import Page, State
from keeptabs.web.said import place

_RULES = ("prompt_cache", "duplicates", "embeddings")  # what an audit says of caches
_SITES, _FINDINGS = 8, 4
_UNITS = ((10**6, "millions of tokens"), (10**3, "thousands of tokens"))


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A model or a place in the code, with where to see its calls."""

    title: str
    soft: str
    sums: Cached
    href: str


class View(msgspec.Struct, frozen=True, kw_only=True):
    """What the page shows. ``saved`` is by the provider's cache; ``findings`` those of the last audit, if any."""

    total: Cached
    saved: Saved
    names: tuple[str, ...]
    series: tuple[Series, ...]
    unit: str
    models: tuple[Line, ...]
    sites: tuple[Line, ...]
    findings: tuple[Finding, ...]
    is_audited: bool

    @property
    def saved_nano(self) -> int | None:
        """What the provider's cache saved in nano-USD; None where no bill tells."""
        return int(self.saved.usd * 10**9) if self.saved.calls else None


def view(db: Connection, ask: Ask, state: State) -> View:
    """The caches of the period."""
    hours, places = caching.by_hour(db, ask.part), caching.by_place(db, ask.part)
    starts = columns(ask, hours[0].hour if hours else ask.now)
    made, unit = _series(hours, starts)
    state.audits.want(ask.period, ask.now)
    audited = state.audits.of(ask.period)
    findings = [each for each in audited.found.findings if each.rule in _RULES] if audited else []
    return View(
        total=together(each.sums for each in hours),
        saved=caching.saved(db, ask.part, hours),
        names=tuple(name(start, starts) for start in starts),
        series=tuple(made),
        unit=unit,
        models=tuple(_models(places, ask)),
        sites=tuple(_sites(places, ask)),
        findings=tuple(findings[:_FINDINGS]),
        is_audited=audited is not None,
    )


def _series(hours: Sequence[HourLine], starts: Sequence[int]) -> tuple[list[Series], str]:
    """Input by where it came from, in a unit in which it reads well."""
    largest = max((series({"": _inputs(hours)}, starts)[0].values), default=0)
    size, unit = next((each for each in _UNITS if largest >= each[0]), (1, "tokens"))
    parts = {
        "from the cache": {each.hour: each.sums.read / size for each in hours},
        "written to it": {each.hour: each.sums.written / size for each in hours},
        "read in full": {each.hour: max(0, _full(each.sums)) / size for each in hours},
    }
    made = [series({name: values}, starts)[0] for name, values in parts.items()]
    return [each for each in made if any(each.values)], unit


def _inputs(hours: Sequence[HourLine]) -> dict[int, float]:
    return {each.hour: each.sums.input for each in hours}


def _full(sums: Cached) -> int:
    return sums.input - sums.read - sums.written


def _models(lines: Sequence[PlaceLine], ask: Ask) -> list[Line]:
    """By model, the one that reads the most first."""
    found: dict[tuple[str, str], list[Cached]] = {}
    for each in lines:
        found.setdefault((each.provider, each.model), []).append(each.sums)
    made = [
        Line(title=model, soft=by, sums=together(sums), href=ask.url("/calls", provider=by, model=model))
        for (by, model), sums in found.items()
    ]
    return _largest(made)


def _sites(lines: Sequence[PlaceLine], ask: Ask) -> list[Line]:
    """By place in the code, the one that reads the most first."""
    found: dict[tuple[str, int, str], list[Cached]] = {}
    for each in lines:
        if each.file:
            found.setdefault((each.file, each.line, each.function), []).append(each.sums)
    made = [
        Line(
            title=place(file, line),
            soft=function,
            sums=together(sums),
            href=ask.url("/calls", site=f"{file}:{line}"),
        )
        for (file, line, function), sums in found.items()
    ]
    return _largest(made)[:_SITES]


def _largest(lines: list[Line]) -> list[Line]:
    told = [line for line in lines if line.sums.input or line.sums.local]
    return sorted(told, key=lambda line: (-line.sums.input, line.title))


PAGE = Page(id="cache", title="Cache", path="/cache", view_with=view, place=6)
