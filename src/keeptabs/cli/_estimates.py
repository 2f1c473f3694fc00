"""How estimates are shown: money as large as it is, bands beside what they are bands of, and files of a prompt."""

import sys
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
from rich.text import Text

from keeptabs.cli import _look as look
from keeptabs.core.cost import Cost, CostStatus
from keeptabs.core.errors import UserError
from keeptabs.forecast.tokens import Part, audio_part, image_part, text_part

_json = msgspec.json.Encoder(decimal_format="number")
_MARKS = {CostStatus.PARTIAL: "in part", CostStatus.DISPUTED: "disputed", CostStatus.STALE: "stale"}
PRICE_ONLY = "Price only: it says nothing of how well a model does it, nor of how many tokens it takes for it."


def money(usd: Decimal | None, *, beside: Decimal | None = None) -> str:
    """An amount in dollars and cents, to a hundredth of a cent below one dollar; a dash where it is not known.

    ``beside`` is the amount that it stands next to, and is to be as long as.
    """
    if usd is None:
        return look.UNKNOWN
    if abs(beside or usd) >= 1 or not usd:
        return f"{'-' if usd < 0 else ''}${abs(usd):,.2f}"
    nano = int(usd * 1_000_000_000)
    return f"-{look.usd(-nano)}" if nano < 0 else look.usd(nano)


def between(low: Decimal | None, high: Decimal | None) -> str:
    """A band."""
    return look.UNKNOWN if low is None or high is None else f"{money(low, beside=high)} to {money(high)}"


def priced(cost: Cost, usd: Decimal | None) -> str | Text:
    """An amount that ``cost`` stands behind: what has no price says so, and is never a zero."""
    if cost.usd is None:
        return Text("no price", style=look.ATTENTION)
    if cost.status is CostStatus.FREE:
        return "free"
    mark = _MARKS.get(cost.status)
    return Text(f"{mark} {money(usd)}", style=look.ATTENTION) if mark else money(usd)


def number(value: Decimal) -> str:
    """A count that may be a fraction: whole where it is large."""
    return f"{value:,.0f}" if value >= 10 or value == int(value) else f"{value:,.1f}"


def time(days: Decimal) -> str:
    """A time in days, or in hours where it is less than one."""
    return f"{number(days)} day{'' if days == 1 else 's'}" if days >= 1 else f"{float(days) * 24:.1f} hours"


def without_price(unpriced: int) -> str:
    """How many calls have no price."""
    return f"{look.count(unpriced)} call{' has' if unpriced == 1 else 's have'} no price, or a part of one"


def json_line(value: Any) -> None:
    """A value as one line of JSON, amounts as numbers."""
    sys.stdout.write(_json.encode(value).decode() + "\n")


def parts(model: str, texts: Sequence[str], images: Sequence[tuple[Path, bool]], sounds: Sequence[str]) -> list[Part]:
    """The files of a prompt, as ``model`` counts them.

    Raises:
        UserError: a file cannot be read, or cannot be counted.
    """
    return [
        *(text_part(read, name, counted(read, model)) for name, read in ((name, _text(name)) for name in texts)),
        *(image_part(path, model, low=low) for path, low in images),
        *(audio_part(Path(name), model) for name in sounds),
    ]


def _text(name: str) -> str:
    try:
        return sys.stdin.read() if name == "-" else Path(name).read_text("utf-8")
    except OSError as error:
        raise UserError(f"{name}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise UserError(f"{name}: not UTF-8 text") from error


def counted(text: str, model: str) -> int | None:
    """Tokens of ``text`` by the model's own tokeniser, or None where it is not on this machine."""
    from keeptabs.runtime.tokens import count

    name = model.lower().rpartition("/")[2].removeprefix("ft:")
    if not name.startswith(("gpt-", "chatgpt-", "o1", "o3", "o4", "text-embedding-")):
        return None
    return count(text, name)
