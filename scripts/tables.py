"""Write the tables of the documentation that follow from the code: ``python scripts/tables.py [--check]``."""

import argparse
import sys
from pathlib import Path

import keeptabs.providers
from keeptabs.core.discover import constants
from keeptabs.core.provider import Provider
from keeptabs.pricing import load
from keeptabs.pricing.written import Written

FILE = Path(__file__).resolve().parent.parent / "docs" / "providers.md"
HEAD = """# Providers and formats

Who is recognised, by host, and which formats are understood there. A host that is nobody's is recognised by its path
where that cannot be mistaken. This table is written by `python scripts/tables.py`.

| provider | hosts | formats | prices | source |
|---|---|---|---|---|
"""


def row(provider: Provider) -> str:
    """A provider's line of the table."""
    hosts = ", ".join("any other host" if host == "*" else f"`{host}`" for host in provider.hosts)
    formats = sorted({dialect.api for dialect in provider.routes.values()})
    priced = prices(provider)
    return f"| {provider.name} | {hosts} | {', '.join(formats)} | {priced} | [{provider.checked}]({provider.source}) |"


def prices(provider: Provider) -> str:
    """The price files that a provider's calls are priced by, with how many models and rows they have."""
    found = []
    for name in dict.fromkeys((provider.book or provider.name, *filter(None, provider.books.values()))):
        base, overlay = load.base(name), load.overlay(name)
        counts = [f"{len(base.models)} models" if base else "", _rows(overlay)]
        if said := ", ".join(filter(None, counts)):
            found.append(f"`{name}`: {said}")
    return "; ".join(found)


def _rows(overlay: Written | None) -> str:
    if overlay is None:
        return ""
    count = sum(len(rows) for rows in (overlay.prices, overlay.multipliers, overlay.tiers, overlay.free_hosts))
    return f"{count} rows of ours" if count > 1 else "1 row of ours"


def table() -> str:
    """The whole file."""
    providers = constants(keeptabs.providers, "PROVIDER", Provider)
    return HEAD + "\n".join(row(provider) for provider in sorted(providers, key=lambda one: one.name)) + "\n"


def main(check: bool) -> int:
    """Write the file, or say that it is not what would be written."""
    if not check:
        FILE.write_text(table(), "utf-8")
        return 0
    if FILE.is_file() and FILE.read_text("utf-8") == table():
        return 0
    print(f"{FILE.name} is not current: python scripts/tables.py", file=sys.stderr)
    return 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="only say whether the tables are current")
    sys.exit(main(parser.parse_args().check))
