"""The page of caches: what share of input came from the provider's, what that saved, and what breaks it."""

from collections.abc import Sequence

import msgspec

from keeptabs.audit.rule import Finding
from keeptabs.store import caching
from keeptabs.store.caching import Cached, HourLine, Saved
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
    hours = caching.by_hour(db, ask.part)
    starts = columns(ask, hours[0].hour if hours else ask.now)
    made, unit = _series(hours, starts)
    state.audits.want(ask.period, ask.now)
    audited = state.audits.of(ask.period)
    findings = [each for each in audited.found.findings if each.rule in _RULES] if audited else []
    return View(
        total=caching.total(db, ask.part),
        saved=caching.saved(db, ask.part),
        names=tuple(name(start, starts) for start in starts),
        series=tuple(made),
        unit=unit,
        models=tuple(_models(db, ask)),
        sites=tuple(_sites(db, ask)),
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


def _models(db: Connection, ask: Ask) -> list[Line]:
    return [
        Line(title=each.model, soft=each.provider, sums=each.sums, href=_calls(ask, each.provider, each.model))
        for each in caching.by_model(db, ask.part)
        if each.sums.input or each.sums.local
    ]


def _calls(ask: Ask, provider: str, model: str) -> str:
    return ask.url("/calls", provider=provider, model=model)


def _sites(db: Connection, ask: Ask) -> list[Line]:
    return [
        Line(
            title=place(each.file, each.line),
            soft=each.function,
            sums=each.sums,
            href=ask.url("/calls", site=f"{each.file}:{each.line}"),
        )
        for each in caching.by_site(db, ask.part, _SITES)
        if each.sums.input or each.sums.local
    ]


PAGE = Page(id="cache", title="Cache", path="/cache", view_with=view, place=6)
