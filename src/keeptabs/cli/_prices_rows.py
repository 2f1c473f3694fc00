"""The row that would give a price to calls that have none, as it is to be written in a file of one's own."""

import json
from collections.abc import Iterator, Mapping

from keeptabs.cli import _prices_options as shared
from keeptabs.core.usage import Bucket, Unit, Usage
from keeptabs.pricing import units
from keeptabs.providers import recogniser
from keeptabs.store.coverage import Line

_DEPLOYMENTS = ("azure",)  # where names on the wire are the customer's to choose
_NAMELESS = "unknown"


def row(line: Line) -> str | None:
    """The lines of TOML, or None where no price is missing: the usage is, or the model's name."""
    newest = line.newest
    usage = newest.usage if newest else None
    if newest is None or usage is None or line.status not in {"unpriced", "partial"} or line.model == _NAMELESS:
        return None
    provider = recogniser().provider(line.provider)
    book = (provider.book if provider else None) or line.provider
    if line.status == "unpriced" and book in _DEPLOYMENTS:
        return _table("alias", {"provider": book, "name": line.model, "model": "…"}, "the model behind the deployment")
    lacking = list(dict.fromkeys(_lacking(usage, {each.unit for each in newest.cost.lines})))
    if not lacking:
        return None
    text = _table("price", {"provider": book, "model": line.model})
    text += "adds = true   # to the rates that there are\n" if line.status == "partial" else ""
    return text + "".join(f'unit.{key} = "…"   # USD{shared.per(key)}\n' for key in lacking)


def _lacking(usage: Usage, priced: set[str]) -> Iterator[str]:
    """The most general price key for everything that was used and is on no line of the bill."""
    for bucket, count in usage.tokens.items():
        if count and bucket.value not in priced:
            yield _general(bucket)
    for unit, quantity in usage.units.items():
        if quantity and unit.value not in priced and units.UNIT_KEYS[unit] and not _is_beside(unit, usage):
            yield units.UNIT_KEYS[unit][0]


def _general(bucket: Bucket) -> str:
    *_, last = units.keys(bucket, (), ())
    return last


def _is_beside(unit: Unit, usage: Usage) -> bool:
    """True for what is counted beside the tokens that are billed."""
    return bool(usage.tokens) and unit in {Unit.REQUESTS, Unit.SECONDS, Unit.CHARACTERS, Unit.IMAGES}


def _table(kind: str, values: Mapping[str, str], remark: str = "") -> str:
    said = [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in values.items()]  # TOML quotes alike
    end = f"   # {remark}" if remark else ""
    return "\n".join([f"[[{kind}]]", *said]) + f"{end}\n"
