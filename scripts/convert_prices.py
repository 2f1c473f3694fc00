"""Convert the installed genai-prices data into pinned price files, one a provider.

    python scripts/convert_prices.py            # of all providers, or of those that are named
    python scripts/convert_prices.py --check    # exits 1 when a file is not current

The output is byte-stable: the date in the head changes only when the rows do.
"""

import argparse
import dataclasses
import importlib.metadata
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from time import gmtime, strftime
from typing import Any

import msgspec
from genai_prices import types
from genai_prices.data import providers

from keeptabs.pricing import convert

PACKAGE = "genai-prices"
BASE = Path(__file__).parent.parent / "src" / "keeptabs" / "pricing" / "base"
_PARTS = ("id", "pricing_urls", "fallback_model_providers", "models")  # the rest is not about prices


def plain(value: Any) -> Any:
    """A value of the package as it stands in the ``data.json`` that it is made from."""
    if isinstance(value, list):
        return [plain(each) for each in value]
    if dataclasses.is_dataclass(value) or isinstance(value, types.ModelPrice):
        return {name.rstrip("_"): plain(part) for name, part in vars(value).items() if part is not None}
    return value


def data(provider: types.Provider) -> convert.Provider:
    """A provider of the package, as the converter reads it."""
    return msgspec.convert({name: plain(getattr(provider, name)) for name in _PARTS}, convert.Provider)


def document(provider: types.Provider, previous: dict[str, Any], today: str) -> str:
    """The whole file; the date of ``previous`` stays where its rows are the same."""
    version = importlib.metadata.version(PACKAGE)
    read, since = data(provider), previous.get("converted", today)
    text = convert.document(read, source=PACKAGE, version=version, converted=since)
    same = all(json.loads(text)["head"][name] == previous.get(name) for name in ("sha256", "version"))
    return text if same else convert.document(read, source=PACKAGE, version=version, converted=today)


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
    for name in ids or known:
        if name not in known:
            sys.exit(f"{PACKAGE} has no provider {name!r}; it has {', '.join(sorted(known))}")
        path = BASE / f"{name}.json"
        previous = json.loads(path.read_text("utf-8"))["head"] if path.exists() else {}
        yield path, document(known[name], previous, today)


def main() -> int:
    """Write or check the files; the number of the exit status."""
    parser = argparse.ArgumentParser(description="Convert genai-prices data into pinned price files.")
    parser.add_argument("provider", nargs="*", help="default: all")
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
