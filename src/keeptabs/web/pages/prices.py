"""The page of prices: by which rows the calls were billed, what has none, and what the book is made of."""

from decimal import Decimal

import msgspec

from keeptabs.core.cost import Cost, PriceLine
from keeptabs.runtime.config import load
from keeptabs.store import priced
from keeptabs.store.database import Connection
from keeptabs.store.priced import ModelLine
from keeptabs.store.repricing import Repricing, repricings
from keeptabs.web.ask import Ask
from keeptabs.web.page import Page

_MOST = 100  # models
_RATES = ("input.text", "cache_read.text", "output.text")  # that have a column of their own
_PER = {1_000_000: " / 1M", 1_000: " / 1k", 3_600: " / hour", 1: " each"}
_REPRICINGS = 10


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A model with the rates of its newest bill, of which ``beside`` are those that have no column."""

    sums: ModelLine
    rates: tuple[str, ...]
    beside: tuple[str, ...]
    row: str
    source: str
    checked: str
    adjusted: str
    notes: tuple[tuple[str, int, str], ...]  # a word, of how many calls, and its colour
    why: str
    href: str

    @property
    def is_linked(self) -> bool:
        """True where the source is a page that a browser can open."""
        return self.source.startswith("https://")


class View(msgspec.Struct, frozen=True, kw_only=True):
    """What the page shows. ``before`` is the book of the dearest model's newest bill, where it is another one."""

    lines: tuple[Line, ...]
    models: int
    calls: int
    unpriced: int
    doubtful: int
    stale: int
    book: str
    before: str
    user_file: str
    stale_after: int
    repricings: tuple[Repricing, ...]
    unpriced_href: str

    @property
    def share(self) -> str:
        """The share of calls with a price, rounded down: 100 % is all of them."""
        priced = self.calls - self.unpriced
        return f"{priced * 1000 // self.calls / 10:g} %" if self.calls else "–"


def view(db: Connection, ask: Ask) -> View:
    """The prices of the models that the period's calls name."""
    models = priced.models(db, ask.part)
    shown = models[:_MOST]
    bills = {line: _bill(db, ask, line, unpriced=False) for line in shown}
    config = load({})
    book = config.book().version
    books = [cost.book for cost in bills.values() if cost and cost.book and cost.book != book]
    return View(
        lines=tuple(_line(db, ask, line, bills[line]) for line in shown),
        models=len(models),
        calls=sum(line.calls for line in models),
        unpriced=sum(line.unpriced for line in models),
        doubtful=sum(line.disputed + line.stale for line in models),
        stale=sum(line.stale for line in models),
        book=book,
        before=books[0] if books else "",
        user_file=str(config.prices or ""),
        stale_after=config.stale_after,
        repricings=tuple(repricings(db)[:_REPRICINGS]),
        unpriced_href=ask.url("/calls", unpriced="1"),
    )


def _bill(db: Connection, ask: Ask, line: ModelLine, *, unpriced: bool) -> Cost | None:
    hour = line.unpriced_at if unpriced else line.priced_at
    return None if hour is None else priced.newest(db, ask.part, line, hour, unpriced=unpriced)


def _line(db: Connection, ask: Ask, sums: ModelLine, bill: Cost | None) -> Line:
    lines = bill.lines if bill else ()
    first = lines[0] if lines else None
    gap = _bill(db, ask, sums, unpriced=True)
    return Line(
        sums=sums,
        rates=tuple(next((rate(line) for line in lines if line.unit == unit), "–") for unit in _RATES),
        beside=tuple(f"{_name(line.unit)} {rate(line)}" for line in lines if line.unit not in _RATES),
        row=first.row if first else "",
        source=first.source if first else "",
        checked=first.checked if first else "",
        adjusted=", ".join(dict.fromkeys(line.adjusted for line in lines if line.adjusted)),
        notes=tuple(_notes(sums)),
        why=gap.why if gap else bill.why if bill and not lines else "",
        href=ask.url("/calls", provider=sums.provider, model=sums.model),
    )


def _notes(sums: ModelLine) -> list[tuple[str, int, str]]:
    found = [
        ("no price", sums.unpriced, "bad"),
        ("disputed", sums.disputed, "warn"),
        ("stale", sums.stale, "warn"),
        ("estimated", sums.estimated, "soft"),
    ]
    return [each for each in found if each[1]] or [("priced", sums.calls, "")]


def rate(line: PriceLine) -> str:
    """What a unit costs, in full: ``$2.5 / 1M``."""
    return f"${Decimal(line.rate).normalize():f}{_PER.get(line.per, f' / {line.per:,}')}"


def _name(unit: str) -> str:
    return unit.replace("_", " ").replace(".", " ")


PAGE = Page(id="prices", title="Prices", path="/prices", view=view, place=9)
