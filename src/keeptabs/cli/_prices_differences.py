"""How two sets of prices are shown side by side."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import msgspec
from rich.text import Text

from keeptabs.cli import _look as look
from keeptabs.cli import _prices_options as shared
from keeptabs.pricing.compare import Change, Difference

_MOST_NAMES = 6


def as_json(found: Difference) -> dict[str, Any]:
    """All differences."""
    facts: dict[str, Any] = msgspec.to_builtins(found)
    changed = [msgspec.to_builtins(each) | {"ratio": each.ratio} for each in found.changed]
    return facts | {"changed": changed}


def headline(found: Difference) -> str:
    """How many of each kind."""
    parts = [
        (len(found.added), "model", "added"),
        (len(found.removed), "model", "gone"),
        (len(found.changed), "rate", "changed"),
        (len(found.other), "model", "changed otherwise"),
    ]
    said = ", ".join(f"{shared.plural(number, noun)} {what}" for number, noun, what in parts if number)
    return said or "nothing is different"


def show(out: look.Screen, found: Difference, most: int | None) -> None:
    """The rates that changed, the greatest change first, then the models that came, went, or changed otherwise."""
    if found.changed:
        out.print()
        shown = found.changed[:most]
        columns = ("model", "rate", "old", "new", "change")
        out.print(look.table(columns, map(_row, shown), left=2))
        if len(shown) < len(found.changed):
            out.print(look.line((f"and {len(found.changed) - len(shown):,} more (--all)", look.SOFT)))
    for word, names in (("new", found.added), ("gone", found.removed), ("changed otherwise", found.other)):
        if names:
            out.print()
            _list(out, word, names, most)


def _row(change: Change) -> tuple[str | Text, ...]:
    of = f", {change.kind}" if change.kind else ""
    over = f", over {change.beyond:,} tokens" if change.beyond else ""
    ratio = change.ratio
    percent = look.UNKNOWN if ratio is None else f"{(ratio - 1) * 100:+,.0f} %"
    far = ratio is not None and change.size >= 2
    return (
        f"{change.provider}/{change.model}",
        f"{shared.label(change.key)}{of}{over}",
        _money(change.key, change.old),
        _money(change.key, change.new),
        Text(percent, style=look.ATTENTION if far else ""),
    )


def _money(key: str, usd: Decimal | None) -> str:
    return look.UNKNOWN if usd is None else shared.rate(key, usd)


def _list(out: look.Screen, word: str, names: Sequence[tuple[str, str]], most: int | None) -> None:
    shown = names if most is None else names[:_MOST_NAMES]
    said = ", ".join(f"{provider}/{model}" for provider, model in shown)
    more = f" and {len(names) - len(shown):,} more" if len(shown) < len(names) else ""
    out.print(look.line((f"{word}: ", look.SOFT), f"{said}{more}"))
