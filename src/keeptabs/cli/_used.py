"""What was used, as ``keeptabs price`` is told: totals and the parts of them, as disjoint buckets."""

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

import click

from keeptabs.core.errors import UserError
from keeptabs.core.usage import Bucket, Unit, Usage

_NAMES = {each.value: each for each in (*Bucket, *Unit)}


def amount(_ctx: click.Context, _param: click.Parameter, text: str | None) -> Decimal | None:
    """A number of zero or more, which may be a fraction."""
    if text is None:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise click.BadParameter(f"{text!r} is no number") from None
    if not number.is_finite() or number < 0:
        raise click.BadParameter(f"{text} is not in the range x>=0.")
    return number


def uses(ctx: click.Context, param: click.Parameter, texts: tuple[str, ...]) -> dict[Bucket | Unit, Decimal]:
    """``NAME=N`` for any bucket or unit."""
    found = {}
    for text in texts:
        name, _, count = text.partition("=")
        each = _NAMES.get(name.strip())
        if each is None:
            raise click.BadParameter(f"{name!r} is neither a bucket nor a unit: {', '.join(_NAMES)}")
        found[each] = amount(ctx, param, count.strip()) or Decimal(0)
    return found


def kinds(_ctx: click.Context, _param: click.Parameter, texts: tuple[str, ...]) -> dict[str, str]:
    """``KIND=VALUE``, as price rows say it in ``when``."""
    found = {}
    for text in texts:
        kind, equals, value = text.partition("=")
        if not equals or not kind.strip() or not value.strip():
            raise click.BadParameter(f"{text!r} is no kind of call: write it as in speed=fast")
        found[kind.strip()] = value.strip()
    return found


def usage(
    parts: Iterable[tuple[Bucket | Unit, Decimal | int | None]],
    wholes: Iterable[tuple[Bucket, str, int | None, str, int | None]],
) -> Usage:
    """Parts as they are, and what is left of ``wholes``: bucket, name and count of the whole, name and count of a part.

    Raises:
        UserError: nothing was used, or a part is more than its whole.
    """
    counts: dict[Bucket | Unit, Decimal | int | None] = dict(parts)
    for bucket, whole, total, part, count in wholes:
        if count is not None and count > (total or 0):
            raise UserError(f"--{part} is a part of --{whole}: {count} of {total or 0} cannot be")
        if total is not None:
            counts[bucket] = total - (count or 0)
    tokens = {name: int(count) for name, count in counts.items() if isinstance(name, Bucket) and count is not None}
    units = {name: Decimal(count) for name, count in counts.items() if isinstance(name, Unit) and count is not None}
    if not tokens and not units:
        raise UserError("say what was used: --input, --output, --seconds, --characters, --images or --use")
    return Usage(tokens=tokens, units=units)
