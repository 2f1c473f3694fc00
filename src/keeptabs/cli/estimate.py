"""``keeptabs estimate``: what calls will cost, before they are made, and how an earlier estimate held."""

import time
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
import msgspec

from keeptabs.cli import _given
from keeptabs.cli._options import json_option, ledger, since, store_option, store_path
from keeptabs.core.errors import UserError

if TYPE_CHECKING:
    from keeptabs.cli._progress import Bar
    from keeptabs.forecast.outlook import Change, Outlook
    from keeptabs.forecast.prospect import Offered, Terms
    from keeptabs.pricing.book import Book
    from keeptabs.store.forecasts import Estimate, Seen

_T = TypeVar("_T")
_COUNT = click.IntRange(min=0)
_HELP = """\
What calls will cost, before they are made.

\b
keeptabs estimate --model gpt-4o --model o3 --input 10000 --output 500 --calls 1000/day
keeptabs estimate --model gpt-4o --text prompt.txt --image page.png --output 300
keeptabs estimate --like 7d --model gpt-4.1-mini --save "on mini"
keeptabs estimate --against "on mini"
"""


def _span(ctx: click.Context, param: click.Parameter, text: str | None) -> tuple[int, str] | None:
    return None if text is None else since(ctx, param, text)


class _Options(msgspec.Struct, kw_only=True, frozen=True):
    """The options, under their own names."""

    model: tuple[str, ...]
    provider: str | None
    input: int | None
    output: int | None
    cached: Decimal | None
    calls: Decimal | None
    text: tuple[str, ...]
    image: list[tuple[Path, bool]]
    audio: tuple[str, ...]
    at: int | None
    tier: str | None
    batch: bool
    prices: Path | None
    like: tuple[int, str] | None
    where: tuple[tuple[str, str], ...]
    save: str | None
    against: str | None
    store: Path | None
    as_json: bool


@click.command("estimate", help=_HELP)
@click.option("--model", multiple=True, metavar="M", help="A model, or provider/model; several are compared.")
@click.option("--provider", metavar="P", help="Whose prices, instead of those of the model's maker.")
@click.option("--input", type=_COUNT, metavar="N", help="Input tokens of a call, cached ones included.")
@click.option("--output", type=_COUNT, metavar="N", help="Output tokens of a call, reasoning included.")
@click.option("--cached", callback=_given.share, metavar="SHARE", help="How much of the input is cached, as 60%.")
@click.option("--calls", callback=_given.calls_a_day, metavar="RATE", help="How many calls, as 1000/day or 5/min.")
@click.option("--text", multiple=True, metavar="FILE", help="Estimate the tokens of a text; - is standard input.")
@click.option("--image", multiple=True, callback=_given.images, metavar="FILE[:low]", help="The same for an image.")
@click.option("--audio", multiple=True, metavar="FILE", help="The same for a WAV file.")
@click.option("--at", callback=_given.moment, metavar="DATE", help="The day of the prices, in UTC.  [default: now]")
@click.option("--tier", metavar="T", help="The service tier, such as flex.")
@click.option("--batch", is_flag=True, help="The calls are made in batches.")
@click.option("--prices", type=click.Path(path_type=Path), metavar="FILE", help="Your own prices, in TOML.")
@click.option("--like", callback=_span, metavar="SPAN", help="As the calls of 7d, since a date, or all, went.")
@click.option("--where", multiple=True, callback=_given.filters, metavar="K=V", help="Only calls of a model or tag.")
@click.option("--save", metavar="NAME", help="Keep the estimate, to hold later calls against it.")
@click.option("--against", metavar="NAME", help="Hold the calls made since against a saved estimate.")
@store_option
@json_option
def COMMAND(**options: Any) -> None:
    """Estimate from counts or files, from past days, or show how an estimate held."""
    given = _Options(**options)
    _check(given)
    if given.against is not None:
        _against(given, given.against)
    elif given.like is not None:
        _like(given, given.like[0])
    else:
        _counts(given)


def _check(given: _Options) -> None:
    """Options that do not go together.

    Raises:
        UsageError: there are such, or nothing is said to be estimated.
    """
    files = bool(given.text or given.image or given.audio)
    counts = files or given.input is not None or given.output is not None
    if given.against is not None and (counts or given.model or given.like or given.save or given.where):
        raise click.UsageError("--against shows an estimate as it was saved: it takes no other numbers")
    if given.like is not None and (counts or given.calls is not None):
        raise click.UsageError("--like takes tokens and calls from the ledger: leave --input, --output and --calls out")
    if given.against is None and given.like is None and not (counts and given.model):
        raise click.UsageError("say what is to be estimated: --model with --input and --output, or --like 7d")
    if files and len(given.model) > 1:
        raise click.UsageError("each model counts text, images and audio otherwise: name one --model with a file")


def _counts(given: _Options) -> None:
    from keeptabs.cli import _estimate_given as view
    from keeptabs.cli import _estimates
    from keeptabs.core.usage import Bucket, Usage
    from keeptabs.forecast.keep import of_prospect
    from keeptabs.forecast.prospect import cached, prospects
    from keeptabs.forecast.tokens import usages

    terms, models = _terms(given), _models(given)
    parts = _estimates.parts(models[0].model, given.text, given.image, given.audio)
    said = {Bucket.INPUT_TEXT: given.input, Bucket.OUTPUT_TEXT: given.output}
    known = Usage(tokens={bucket: count for bucket, count in said.items() if count is not None})
    low, mid, high = (cached(usage, given.cached or Decimal(0)) for usage in usages(parts, known))
    found = prospects(models, (low, mid, high), terms, _book(given), given.calls)
    if given.save is not None:
        _save(given, of_prospect(given.save, _only(found), mid, given.where, time.time_ns()))
    if given.as_json:
        _estimates.json_line(view.as_json(found, parts))
    else:
        view.show(found, parts, terms)


def _like(given: _Options, since: int) -> None:
    from keeptabs.cli import _estimate_like as view
    from keeptabs.cli import _estimates
    from keeptabs.forecast.keep import of_projection

    made_from = _outlook(given, since)
    if given.save is not None:
        chosen = _only(made_from.projections[1:] or made_from.projections)
        _save(given, of_projection(given.save, chosen, made_from, given.where, time.time_ns()))
    if given.as_json:
        _estimates.json_line(view.as_json(made_from))
    else:
        view.show(made_from)


def _outlook(given: _Options, since: int) -> "Outlook":
    from keeptabs.cli._progress import Bar
    from keeptabs.forecast.days import days
    from keeptabs.forecast.outlook import outlook
    from keeptabs.store import forecasts

    with ledger(given.store) as db, Bar(1, "calls", wanted=not given.as_json) as bar:
        now, began = time.time_ns(), forecasts.began(db)
        span = days(since, now, now if began is None else began)
        calls = _counted(forecasts.calls(db, span.since, span.until, given.where), bar)
        found = outlook(calls, span, _changes(given), _book(given))
    if not found.calls:
        raise UserError("there are no such calls in that span, so there is nothing to estimate from")
    return found


def _counted(calls: "Iterator[Seen]", bar: "Bar") -> "Iterator[Seen]":
    bar.file()
    for call in calls:
        bar.step()
        yield call


def _changes(given: _Options) -> "list[Change]":
    from keeptabs.forecast.outlook import Change

    terms = _terms(given)
    models: list[Offered | None] = [*_models(given)]
    if not models and (given.cached is not None or given.tier or given.batch or given.at is not None):
        models = [None]  # the models that answered, under other terms
    return [Change(model=model, terms=terms, share=given.cached) for model in models]


def _against(given: _Options, name: str) -> None:
    from keeptabs.cli import _estimates, _held
    from keeptabs.forecast.held import against
    from keeptabs.store.forecasts import saved

    with ledger(given.store) as db:
        estimates = {estimate.name: estimate for estimate in saved(db)}
        if name not in estimates:
            known = (
                f"there are: {', '.join(estimates)}" if estimates else "none is saved yet: keep one with --save NAME"
            )
            raise UserError(f"there is no estimate {name!r}; {known}")
        found = against(db, estimates[name], 0, time.time_ns())
    if given.as_json:
        _estimates.json_line(_held.as_json(found))
    else:
        _held.show(found)


def _book(given: _Options) -> "Book":
    """The prices that calls are recorded with, unless others are named."""
    from keeptabs.runtime.config import load

    return load({}).book(given.prices)


def _models(given: _Options) -> "list[Offered]":
    if not given.model:
        return []
    from keeptabs.cli._prices_options import catalogue
    from keeptabs.forecast.prospect import offered

    known = catalogue(given.prices)
    return [offered(text, given.provider, known) for text in given.model]


def _terms(given: _Options) -> "Terms":
    from keeptabs.forecast.prospect import Terms

    return Terms(at=time.time_ns() if given.at is None else given.at, tier=given.tier, batch=given.batch)


def _only(found: Sequence[_T]) -> _T:
    """The one estimate that there is to save."""
    if len(found) != 1:
        raise UserError("an estimate is saved for one model: name one --model with --save")
    return found[0]


def _save(given: _Options, estimate: "Estimate") -> None:
    from keeptabs.store.forecasts import save

    save(store_path(given.store), estimate)
