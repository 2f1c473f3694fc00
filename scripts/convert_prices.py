"""Convert the installed genai-prices data into pinned price files, one a provider.

    python scripts/convert_prices.py openai azure
    python scripts/convert_prices.py --check openai azure    # exits 1 when a file is not current

The output is byte-stable: the date in the head changes only when the rows do.
"""

import argparse
import hashlib
import importlib.metadata
import json
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from time import gmtime, strftime
from typing import Any

from genai_prices import types
from genai_prices.data import providers

PACKAGE = "genai-prices"
LICENCE = "MIT"
BASE = Path(__file__).parent.parent / "src" / "keeptabs" / "pricing" / "base"
_LEAVES = {
    types.ClauseEquals: ("equals", "equals"),
    types.ClauseStartsWith: ("starts_with", "prefix"),
    types.ClauseEndsWith: ("ends_with", "suffix"),
    types.ClauseContains: ("contains", "contains"),
    types.ClauseRegex: ("regex", "regex"),
}


def clause(match: Any) -> dict[str, Any]:
    """A match clause, as ``keeptabs.pricing.match.Clause`` reads it."""
    if isinstance(match, types.ClauseOr):
        return {"or": [clause(each) for each in match.or_]}
    if isinstance(match, types.ClauseAnd):
        return {"and": [clause(each) for each in match.and_]}
    theirs, ours = _LEAVES[type(match)]
    return {ours: getattr(match, theirs)}


def amount(usd: Decimal) -> str:
    """An amount as a plain string, with no needless zeros."""
    return format(usd.normalize(), "f")


def rates(price: types.ModelPrice) -> dict[str, Any]:
    """The units and steps of a price."""
    unit: dict[str, str] = {}
    tier: dict[str, list[list[Any]]] = {}
    for key, value in vars(price).items():
        if value is None:
            continue
        if isinstance(value, types.TieredPrices):
            unit[key] = amount(value.base)
            tier[key] = [[step.start, amount(step.price)] for step in value.tiers]
        else:
            unit[key] = amount(value)
    return {"unit": unit, "tier": tier} if tier else {"unit": unit}


def constraint(condition: Any) -> dict[str, Any]:
    """The dates or the window of the day in which a price holds."""
    if condition is None:
        return {}
    if isinstance(condition, types.StartDateConstraint):
        return {"from": condition.start_date.isoformat()}
    return {"daily": [_utc(condition.start_time), _utc(condition.end_time)]}


def _utc(moment: time) -> str:
    if moment.tzinfo is not None:
        moment = datetime.combine(date(1970, 1, 1), moment).astimezone(UTC).time()
    return moment.isoformat()


def rows(model: types.ModelInfo) -> Iterator[dict[str, Any]]:
    """All rows of a model; of those that hold, the last wins."""
    prices = model.prices if isinstance(model.prices, list) else [types.ConditionalPrice(prices=model.prices)]
    for each in prices:
        row = rates(each.prices) | constraint(each.constraint)
        # A name that ends so is a provider's word that nothing is charged; any other empty price is just unknown.
        yield row | ({"free": True} if not row["unit"] and model.id.endswith(":free") else {})
    # Of their variants the first wins. One for the standard tier that changes nothing says nothing.
    for variant in reversed(model.price_variants or []):
        row = rates(variant.prices)
        if row["unit"] or variant.when != {"service_tier": "default"}:
            yield row | constraint(variant.constraint) | {"when": dict(variant.when)}


def lines(provider: types.Provider) -> list[str]:
    """One line of JSON a model, in the order of the source: the first match wins."""
    return [
        json.dumps(
            {"id": model.id, "match": clause(model.match), "rows": list(rows(model))},
            sort_keys=True,
            ensure_ascii=False,
            separators=(",", ":"),
        )
        for model in provider.models
    ]


def document(provider: types.Provider, previous: dict[str, Any], today: str) -> str:
    """The whole file; the date of ``previous`` stays where its rows are the same."""
    content = ",\n".join(lines(provider))
    digest = hashlib.sha256(content.encode()).hexdigest()
    version = importlib.metadata.version(PACKAGE)
    same = (previous.get("sha256"), previous.get("version")) == (digest, version)
    head = {
        "source": PACKAGE,
        "version": version,
        "licence": LICENCE,
        "converted": previous["converted"] if same else today,
        "sha256": digest,
        "provider": provider.id,
        "urls": provider.pricing_urls or [],
        "fallback": provider.fallback_model_providers or [],
    }
    return f'{{"head": {json.dumps(head, indent=1, sort_keys=True)},\n"models": [\n{content}\n]}}\n'


def licence() -> str:
    """The licence text of the source package, which must travel with its data."""
    files = importlib.metadata.files(PACKAGE) or []
    text = next(file.read_text() for file in files if file.name == "LICENSE")
    return f"The files in this directory are converted from the data of {PACKAGE}, which has this licence:\n\n{text}"


def outputs(ids: list[str], today: str) -> Iterator[tuple[Path, str]]:
    """Every file that should be there, with its content.

    Raises:
        SystemExit: a provider is not known to the source package.
    """
    yield BASE / "LICENSE", licence()
    known = {provider.id: provider for provider in providers}
    for name in ids:
        if name not in known:
            sys.exit(f"{PACKAGE} has no provider {name!r}; it has {', '.join(sorted(known))}")
        path = BASE / f"{name}.json"
        previous = json.loads(path.read_text("utf-8"))["head"] if path.exists() else {}
        yield path, document(known[name], previous, today)


def main() -> int:
    """Write or check the files; the number of the exit status."""
    parser = argparse.ArgumentParser(description="Convert genai-prices data into pinned price files.")
    parser.add_argument("provider", nargs="+")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when a file is not current")
    parser.add_argument("--date", default=strftime("%Y-%m-%d", gmtime()), help="the date of a changed file")
    asked = parser.parse_args()
    stale = 0
    for path, text in outputs(asked.provider, asked.date):
        if path.exists() and path.read_bytes() == text.encode():
            continue
        stale += 1
        print(f"{'not current' if asked.check else 'written'}: {path.name}")
        if not asked.check:
            path.write_bytes(text.encode())
    return 1 if stale and asked.check else 0


if __name__ == "__main__":
    sys.exit(main())
